using System.Net.Sockets;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>A WebSocket on a non-blocking socket, which it owns.</summary>
/// <param name="links">Whose link this is.</param>
/// <param name="socket">Non-blocking, upgraded.</param>
/// <param name="upgrade">What the request said.</param>
/// <param name="glued">Bytes that came with the request, behind it.</param>
internal sealed class SocketLink(LinkSet links, Socket socket, LinkUpgrade upgrade, byte[] glued) : WebSocketLink(links, upgrade, glued)
{
    // Who sends ten times a second at 60 frames is asked about; who sends in every third frame is not.
    private const int IdleTurns = 3;

    private int _emptyTurns;

    /// <summary>The connection.</summary>
    public Socket Socket => socket;

    /// <summary>Loop: nothing came in the last turns; <see cref="IdleSockets"/> says when something does.</summary>
    public bool IsIdle => _emptyTurns >= IdleTurns;

    /// <summary>Loop: there may be something to receive, though the link is idle.</summary>
    public bool HasInput { get; set; }

    /// <inheritdoc/>
    internal override bool HasNoInput => IsIdle && !HasInput && !HoldsInput && End is null;

    /// <inheritdoc/>
    protected override bool CanHalfClose => true;

    /// <inheritdoc/>
    protected override int Receive(Span<byte> space, out SocketError error, out bool isDrained)
    {
        if (IsIdle && !HasInput)
        {
            error = SocketError.WouldBlock;
            isDrained = true;
            return 0;
        }

        var count = socket.Receive(space, SocketFlags.None, out error);
        isDrained = count < space.Length;
        _emptyTurns = count > 0 ? 0 : Math.Min(_emptyTurns + 1, IdleTurns);
        return count;
    }

    /// <inheritdoc/>
    protected override bool WriteSegments(byte[] gather)
    {
        var wroteAll = SegmentWriter.TryWriteAll(socket, Outbound, gather, out var failed);
        if (failed) FailSending();
        return wroteAll;
    }

    /// <inheritdoc/>
    protected override void Drop() => socket.LingerState = new LingerOption(true, 0);

    /// <inheritdoc/>
    protected override bool TryShutDownSend()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    protected override void Release() => socket.Dispose();
}
