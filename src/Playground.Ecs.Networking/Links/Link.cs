namespace Playground.Ecs.Networking.Links;

/// <summary>One live WebSocket as the loop sees it: whole messages in, framed bytes out.</summary>
/// <remarks>Loop thread only, except the consumer's side of <see cref="Outbound"/>, which belongs to the transport's sender.</remarks>
public abstract class Link
{
    /// <summary>Creates the loop's view of an upgraded WebSocket.</summary>
    /// <param name="upgrade">What its upgrade request said.</param>
    protected Link(LinkUpgrade upgrade) => Upgrade = upgrade;

    /// <summary>What the upgrade request said: addresses, origin, headers.</summary>
    public LinkUpgrade Upgrade { get; }

    /// <summary>Framed bytes handed over and not yet written. The loop appends, the transport's sender takes.</summary>
    public OutboundQueue Outbound { get; } = new();

    /// <summary>How the link ended; null while it is open. Set after its last message was received, or by <see cref="Close"/>.</summary>
    public LinkEnd? End { get; protected set; }

    /// <summary>Bytes read from the wire so far, WebSocket framing included.</summary>
    public long BytesReceived { get; protected set; }

    /// <summary>WebSocket pings and pongs received so far; they prove life like any message.</summary>
    public long ControlFramesReceived { get; protected set; }

    /// <summary>Nothing arrived since the last turn, and nothing is kept from it: this turn may be left out. May say false to that.</summary>
    internal virtual bool HasNoInput => false;

    /// <summary>
    /// Takes the next whole binary message. Its bytes are in <paramref name="arena"/> and valid until the frame ends.
    /// </summary>
    /// <returns>False when nothing whole has arrived, or the link has ended (<see cref="End"/> says how).</returns>
    public abstract bool TryReceive(FrameArena arena, out ArraySegment<byte> message);

    /// <summary>Ends this frame's turn: what was read but not taken is kept for the next frame.</summary>
    public virtual void EndReceive()
    {
    }

    /// <summary>
    /// Sends a Close frame behind what was handed over and ends the link for the loop at once; the transport finishes the
    /// closing handshake by itself within <see cref="NetworkingOptions.CloseTimeout"/>. Does nothing on an ended link.
    /// </summary>
    /// <param name="code">The close code (RFC 6455, section 7.4).</param>
    /// <param name="reason">At most 123 bytes of UTF-8; a longer text is cut at a character.</param>
    public abstract void Close(ushort code, string reason);

    /// <summary>Drops the link without a Close frame. Does nothing on an ended link.</summary>
    public abstract void Abort();
}

/// <summary>How a link ended.</summary>
/// <param name="Code">The close code; 1005 when the peer gave none, 1006 when there was no closing handshake.</param>
/// <param name="Reason">The close reason, or what went wrong.</param>
/// <param name="ByPeer">True when the peer began the close or went away; false when this side closed.</param>
public sealed record LinkEnd(ushort Code, string Reason, bool ByPeer);
