namespace Playground.Ecs.Networking.Benchmarks.Receiving;

/// <summary>A clock on which frames follow each other 60 times a second, however fast they are run: what a peer may send in a second is sent in sixty of them.</summary>
internal sealed class FrameClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_ticks);

    public void EndFrame() => _ticks += TimeSpan.TicksPerSecond / 60;
}
