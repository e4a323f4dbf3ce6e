using System.Net.Sockets;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Fuzz.Targets;

/// <summary>The server's half of a WebSocket whose peer sends what an input says, in the pieces that it says, and then stops.</summary>
internal sealed class PieceLink(LinkSet links, Pieces pieces, byte[] glued)
    : WebSocketLink(links, new LinkUpgrade(null, "fuzz", null, null), glued)
{
    /// <summary>What the server sent, as it was on the wire.</summary>
    public List<byte> Sent { get; } = [];

    /// <summary>The connection was let go.</summary>
    public bool IsReleased { get; private set; }

    protected override bool CanHalfClose => true;

    protected override int Receive(Span<byte> space, out SocketError error, out bool isDrained)
    {
        Invariant.Holds(!space.IsEmpty, "received into nothing");
        Invariant.Holds(!IsReleased, "received after the connection was let go");
        var count = pieces.Take(space, out isDrained);
        error = count == 0 && !pieces.IsOver ? SocketError.WouldBlock : SocketError.Success;
        return count;
    }

    protected override bool WriteSegments(byte[] gather)
    {
        while (Outbound.TryPeek(out var bytes))
        {
            Sent.AddRange(bytes);
            Outbound.Advance(bytes.Count);
        }

        return true;
    }

    protected override void Drop() => throw new BrokenInvariantException("a link is reset that nobody aborted");

    protected override bool TryShutDownSend() => true;

    protected override void Release()
    {
        Invariant.Holds(!IsReleased, "let go twice");
        IsReleased = true;
    }
}
