namespace Playground.Ecs.Networking.Diagnostics;

/// <summary>Totals since the start, as of the frame that answered. Immutable.</summary>
/// <param name="ConnectionsActive">Connected peers.</param>
/// <param name="ConnectionsAccepted">Links accepted so far.</param>
/// <param name="AverageLatencyMs">Mean of the measured peers' smoothed round trips, in milliseconds.</param>
/// <param name="BytesSent">Bytes written to links, WebSocket framing included.</param>
/// <param name="BytesReceived">Bytes read from links, WebSocket framing included.</param>
/// <param name="PacketsSent">Packets handed to the transport.</param>
/// <param name="PacketsReceived">Packets accepted from peers.</param>
/// <param name="PacketsDropped">Packets dropped from full send queues and inboxes.</param>
/// <param name="Frame">The number of the frame.</param>
public sealed record NetworkStats(
    int ConnectionsActive,
    long ConnectionsAccepted,
    uint AverageLatencyMs,
    ulong BytesSent,
    ulong BytesReceived,
    ulong PacketsSent,
    ulong PacketsReceived,
    ulong PacketsDropped,
    long Frame);

/// <summary>One connection as of the frame that answered. Immutable.</summary>
/// <param name="Entity">Its entity, to send to.</param>
/// <param name="PeerId">Who the peer is.</param>
/// <param name="Connected">True while it has a live link.</param>
/// <param name="LatencyMs">Smoothed round trip in milliseconds.</param>
/// <param name="PacketsSent">Packets handed to the transport for it.</param>
/// <param name="PacketsReceived">Packets accepted from it.</param>
/// <param name="LastActivity">When it was last heard of, in milliseconds since 1970-01-01 UTC.</param>
public sealed record ConnectionSnapshot(
    Entity Entity, string PeerId, bool Connected, uint LatencyMs, ulong PacketsSent, ulong PacketsReceived, ulong LastActivity);
