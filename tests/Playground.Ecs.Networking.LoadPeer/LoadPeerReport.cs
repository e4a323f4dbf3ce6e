using System.Text.Json;

namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>The line of JSON that the load peer prints at its end: totals over all connections.</summary>
public sealed record LoadPeerReport
{
    /// <summary>Connections that came up.</summary>
    public int Connections { get; init; }

    /// <summary>Connections that the server ended before the run's end.</summary>
    public int Ended { get; init; }

    /// <summary>WebSocket messages sent.</summary>
    public long MessagesSent { get; init; }

    /// <summary>Packets sent.</summary>
    public long PacketsSent { get; init; }

    /// <summary>Bytes given to the sockets, WebSocket framing included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Turns at which a connection sent nothing: the kernel had not taken its earlier message, or its window was full.</summary>
    public long BlockedSends { get; init; }

    /// <summary>WebSocket messages read.</summary>
    public long MessagesReceived { get; init; }

    /// <summary>Packets of the channel read.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>Bytes read, WebSocket framing included.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Round trips that were timed: one per message.</summary>
    public long RoundTrips { get; init; }

    /// <summary>The shortest round trip, in µs, between two sweeps of this process (1-8 ms).</summary>
    public long RoundTripMinUs { get; init; }

    /// <summary>The median round trip, in µs.</summary>
    public long RoundTripP50Us { get; init; }

    /// <summary>The round trip that one in a hundred exceeds, in µs.</summary>
    public long RoundTripP99Us { get; init; }

    /// <summary>Of slow connections: how often one connected again because it was closed.</summary>
    public long Reconnects { get; init; }

    /// <summary>Of slow connections: how many were connected at the worst moment.</summary>
    public int ConnectedMin { get; init; }

    /// <summary>How long the traffic went on.</summary>
    public double Seconds { get; init; }

    /// <summary>Processor time of this process over the traffic, in ms.</summary>
    public double CpuMs { get; init; }

    /// <summary>The server's close codes and how often each was read; 1006 where the connection ended without one.</summary>
    public SortedDictionary<int, int> CloseCodes { get; init; } = [];

    /// <summary>The line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Reads the line.</summary>
    public static LoadPeerReport FromJson(string line) =>
        JsonSerializer.Deserialize<LoadPeerReport>(line) ?? throw new InvalidDataException("The load peer printed null.");
}
