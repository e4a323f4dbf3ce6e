using Playground.Ecs.Networking.Diagnostics;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>How much went by in the last second. Loop thread only.</summary>
internal sealed class Rates
{
    private TrafficTotals _last;
    private bool _hasLast;

    public double Frames { get; private set; }

    public double PacketsSent { get; private set; }

    public double PacketsReceived { get; private set; }

    public double BytesSent { get; private set; }

    public double BytesReceived { get; private set; }

    /// <summary>Takes the totals after some time.</summary>
    public void Sample(in TrafficTotals now, TimeSpan elapsed)
    {
        if (_hasLast && elapsed > TimeSpan.Zero)
        {
            Frames = PerSecond(now.Frame - _last.Frame, elapsed);
            PacketsSent = PerSecond(now.PacketsSent - _last.PacketsSent, elapsed);
            PacketsReceived = PerSecond(now.PacketsReceived - _last.PacketsReceived, elapsed);
            BytesSent = PerSecond(now.BytesSent - _last.BytesSent, elapsed);
            BytesReceived = PerSecond(now.BytesReceived - _last.BytesReceived, elapsed);
        }

        (_last, _hasLast) = (now, true);
    }

    private static double PerSecond(double count, TimeSpan elapsed) => Math.Round(count / elapsed.TotalSeconds, 1);
}
