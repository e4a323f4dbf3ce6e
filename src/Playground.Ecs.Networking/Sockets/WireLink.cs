using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// A link over bytes that never block, as its <see cref="LinkSet"/> knows it: how it sends and how it ends. What it receives, and where
/// bytes come from and go to, is the subclass's.
/// </summary>
/// <remarks>
/// Whoever writes holds the link while it does, so that the loop never lets go of a connection or takes back a buffer under
/// a write.
/// </remarks>
/// <param name="links">Whose link this is.</param>
/// <param name="upgrade">What the request said.</param>
internal abstract partial class WireLink(LinkSet links, LinkUpgrade upgrade) : Link(upgrade)
{
    private const int Free = 0;
    private const int Writing = 1;
    private const int Retired = 2;
    private const int Answering = 3;

    private int _sendState;
    private volatile bool _sendFailed;

    /// <summary>Where the set keeps this link in its list; -1: not there.</summary>
    public int Index { get; set; } = -1;

    /// <summary>A write failed: nothing further can be sent. Any thread.</summary>
    public bool SendFailed => _sendFailed;

    /// <summary>Sender: the last write left bytes over.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Sender: passes until a blocked link is tried again, and how many those were the last time.</summary>
    public int RetryIn { get; set; }

    public int RetryPause { get; set; }

    /// <summary>The set.</summary>
    protected LinkSet Links => links;

    /// <summary>Loop: called once, when the link is accepted.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>Sender: writes what is queued, as far as the kernel takes it now.</summary>
    /// <param name="gather">Scratch memory to join segments in, so that they leave in one call.</param>
    /// <returns>False when bytes are left for a later pass.</returns>
    public bool TryWriteAll(byte[] gather)
    {
        var state = Interlocked.CompareExchange(ref _sendState, Writing, Free);
        if (state != Free)
        {
            // Who answers pings does not write what is queued.
            return state != Answering;
        }

        var wroteAll = _sendFailed || WriteSegments(gather);
        Volatile.Write(ref _sendState, Free);
        return wroteAll;
    }

    /// <summary>Loop: ends writing for good.</summary>
    /// <returns>False while the sender is writing.</returns>
    private bool TryRetire() =>
        Interlocked.CompareExchange(ref _sendState, Retired, Free) is Free or Retired;

    /// <summary>Any thread: holds the sender off, to write an answer past the queue.</summary>
    /// <returns>False while the sender is writing, and when it writes no more.</returns>
    protected bool TryBeginAnswer() =>
        Interlocked.CompareExchange(ref _sendState, Answering, Free) == Free;

    /// <summary>Ends what <see cref="TryBeginAnswer"/> began.</summary>
    protected void EndAnswer() => Volatile.Write(ref _sendState, Free);

    /// <summary>Sender: writes what is queued, as far as it is taken now; a failure goes to <see cref="FailSending"/>.</summary>
    /// <returns>False when bytes are left for a later pass.</returns>
    protected abstract bool WriteSegments(byte[] gather);

    /// <summary>Sender: nothing further can be sent.</summary>
    protected void FailSending() => _sendFailed = true;
}
