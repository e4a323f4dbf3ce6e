namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>One run of one server, after its warm-up.</summary>
internal sealed record RunResult
{
    public required string Server { get; init; }

    public required TrafficShape Shape { get; init; }

    public required int Round { get; init; }

    public required Snapshot ServerCounts { get; init; }

    public required Snapshot ClientCounts { get; init; }

    /// <summary>The heap after the connections came up and were idle, without what it was before them; 0 where it was not asked.</summary>
    public long HeapBytes { get; init; }

    /// <summary>The same of the resident memory.</summary>
    public long ResidentBytes { get; init; }

    public double FramesHeld => ServerCounts.Frames / FramesDue;

    private double FramesDue => ServerCounts.Seconds * Shape.Rate;

    /// <summary>Messages that arrived: pairs of both directions where both send; of an idle server, connections times frames.</summary>
    public double Messages => Shape.Mode switch
    {
        TrafficMode.Inbound => ServerCounts.MessagesIn,
        TrafficMode.Duplex => (ServerCounts.MessagesIn + ClientCounts.MessagesIn) / 2.0,
        TrafficMode.Idle => (double)Shape.Connections * ServerCounts.Frames,
        _ => ClientCounts.MessagesIn,
    };

    public double MessagesHeld => Shape.Mode == TrafficMode.Idle ? FramesHeld : Messages / (FramesDue * Shape.Connections);

    public double ServerUs => ServerCounts.CpuMs * 1_000 / Messages;

    public double ClientUs => ClientCounts.CpuMs * 1_000 / Messages;

    public double AllocatedPerFrame => (double)ServerCounts.AllocatedBytes / ServerCounts.Frames;

    public double HeapPerConnection => (double)HeapBytes / Shape.Connections;

    public double ResidentPerConnection => (double)ResidentBytes / Shape.Connections;
}
