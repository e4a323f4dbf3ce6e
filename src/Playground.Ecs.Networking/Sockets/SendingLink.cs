using System.Net.Sockets;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// The sender's half of a link on a non-blocking socket. Whoever writes holds the link while it does, so that the loop never
/// closes a socket or takes back a buffer under a write.
/// </summary>
internal abstract class SendingLink(LinkUpgrade upgrade) : Link(upgrade)
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

    /// <summary>Loop: ends writing for good.</summary>
    /// <returns>False while the sender is writing.</returns>
    protected bool TryRetire() =>
        Interlocked.CompareExchange(ref _sendState, Retired, Free) != Writing;

    /// <summary>Sender: one send that does not wait.</summary>
    protected abstract int Send(ReadOnlySpan<byte> bytes, out SocketError error);

    private bool WriteSegments(byte[] gather)
    {
        while (Outbound.TryPeek(out var bytes))
        {
            if (Outbound.UnwrittenSegments > 1)
            {
                bytes = new ArraySegment<byte>(gather, 0, Outbound.CopyTo(gather));
            }

            var count = Send(bytes, out var error);
            if (error is not SocketError.Success)
            {
                _sendFailed = error != SocketError.WouldBlock;
                return _sendFailed;
            }

            Outbound.Advance(count);
            if (count < bytes.Count)
            {
                return false;
            }
        }

        return true;
    }
}
