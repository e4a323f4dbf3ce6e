namespace Playground.Ecs.Networking.Simulation.Network;

/// <summary>How one direction of a link carries bytes at the moment. The faults change it while bytes are under way.</summary>
internal sealed class LinkConditions
{
    /// <summary>Bytes that the direction holds before the writer has to wait, as the kernels' buffers do.</summary>
    public int CapacityBytes { get; set; } = 64 * 1024;

    /// <summary>The way's length, in ticks.</summary>
    public long Latency { get; set; }

    /// <summary>Bytes a second; 0: no limit.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Nothing arrives before this time.</summary>
    public long StalledUntil { get; set; }

    /// <summary>How likely a message is lost and repeated by TCP, which holds up everything behind it.</summary>
    public double LossProbability { get; set; }
}
