namespace Playground.Ecs.Networking.Sockets;

/// <content>
/// The sender's half. Whoever writes holds the link while it does, so that the loop never lets go of a connection or
/// takes back a buffer under a write.
/// </content>
internal abstract partial class WebSocketLink
{
    private const int Free = 0;
    private const int Writing = 1;
    private const int Retired = 2;

    private int _sendState;
    private volatile bool _sendFailed;

    /// <summary>A write failed: nothing further can be sent. Any thread.</summary>
    public bool SendFailed => _sendFailed;

    /// <summary>Sender: the last write left bytes over.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Sender: writes what is queued, as far as the kernel takes it now.</summary>
    /// <param name="gather">Scratch memory to join segments in, so that they leave in one call.</param>
    /// <returns>False when bytes are left for a later pass.</returns>
    public bool TryWriteAll(byte[] gather)
    {
        if (Interlocked.CompareExchange(ref _sendState, Writing, Free) != Free)
        {
            return true;
        }

        var wroteAll = _sendFailed || WriteSegments(gather);
        Volatile.Write(ref _sendState, Free);
        return wroteAll;
    }

    private bool TryRetire() =>
        Interlocked.CompareExchange(ref _sendState, Retired, Free) != Writing;

    /// <summary>Sender: writes what is queued, as far as it is taken now; a failure goes to <see cref="FailSending"/>.</summary>
    /// <returns>False when bytes are left for a later pass.</returns>
    protected abstract bool WriteSegments(byte[] gather);

    /// <summary>Sender: nothing further can be sent.</summary>
    protected void FailSending() => _sendFailed = true;
}
