namespace Playground.Ecs.Networking.Components;

/// <summary>One peer, as game code sees it. Written by the <see cref="NetworkingSystem"/> in every frame's Update; read-only for others.</summary>
public struct ConnectionComponent
{
    /// <summary>Who the peer is: the authenticated name, or <c>peer-n</c>.</summary>
    public string PeerId;

    /// <summary>True while the peer has a live link.</summary>
    public bool Connected;

    /// <summary>Smoothed round trip in milliseconds (RFC 6298, SRTT); 0 before the first measurement.</summary>
    public uint LatencyMs;

    /// <summary>Packets handed to the transport for this peer, fragments counted each.</summary>
    public ulong PacketsSent;

    /// <summary>Packets accepted from this peer, fragments counted each.</summary>
    public ulong PacketsReceived;

    /// <summary>When the peer was last heard of, in milliseconds since 1970-01-01 UTC; 0: never.</summary>
    public ulong LastActivity;
}
