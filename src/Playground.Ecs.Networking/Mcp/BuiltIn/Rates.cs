using Playground.Ecs.Networking.Diagnostics;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>How much went by in the last second. Loop thread only.</summary>
internal sealed class Rates
{
    private NetworkStats? _last;

    public double Frames { get; private set; }

    public double PacketsSent { get; private set; }

    public double PacketsReceived { get; private set; }

    public double BytesSent { get; private set; }

    public double BytesReceived { get; private set; }

    /// <summary>Takes the totals after some time.</summary>
    public void Sample(NetworkStats now, TimeSpan elapsed)
    {
        if (_last is { } last && elapsed > TimeSpan.Zero)
        {
            Frames = PerSecond(now.Frame - last.Frame, elapsed);
            PacketsSent = PerSecond(now.PacketsSent - last.PacketsSent, elapsed);
            PacketsReceived = PerSecond(now.PacketsReceived - last.PacketsReceived, elapsed);
            BytesSent = PerSecond(now.BytesSent - last.BytesSent, elapsed);
            BytesReceived = PerSecond(now.BytesReceived - last.BytesReceived, elapsed);
        }

        _last = now;
    }

    private static double PerSecond(double count, TimeSpan elapsed) => Math.Round(count / elapsed.TotalSeconds, 1);
}
