namespace Playground.Ecs.Networking.Components;

/// <summary>Totals since the start, on one entity of the world. Written by the <see cref="NetworkingSystem"/> in every frame's Update.</summary>
public struct NetworkStatsComponent
{
    /// <summary>Bytes written to links, WebSocket framing included.</summary>
    public ulong BytesSent;

    /// <summary>Bytes read from links, WebSocket framing included.</summary>
    public ulong BytesReceived;

    /// <summary>Packets handed to the transport.</summary>
    public ulong PacketsSent;

    /// <summary>Packets accepted from peers.</summary>
    public ulong PacketsReceived;

    /// <summary>Mean of the connected peers' smoothed round trips, in milliseconds; 0 while none is measured.</summary>
    public uint AverageLatencyMs;
}
