using Playground.Ecs.Networking.Loop;

namespace Playground.Ecs.Networking.Tests.Loop;

[TestFixture]
public sealed class FrameTimingsTests
{
    [Test]
    public void An_empty_window_reads_as_zero() => Assert.That(new FrameTimings().Read(), Is.EqualTo(default(FrameTimingsSnapshot)));

    [Test]
    public void Percentiles_are_exact()
    {
        var timings = new FrameTimings();
        for (var ms = 200; ms >= 1; ms--)
        {
            timings.Record(TimeSpan.FromMilliseconds(ms));
        }

        Assert.That(timings.Read(), Is.EqualTo(new FrameTimingsSnapshot(
            200,
            Min: TimeSpan.FromMilliseconds(1),
            Mean: TimeSpan.FromMilliseconds(100.5),
            P50: TimeSpan.FromMilliseconds(100),
            P99: TimeSpan.FromMilliseconds(198),
            Max: TimeSpan.FromMilliseconds(200))));
    }

    [Test]
    public void Old_frames_leave_the_window()
    {
        var timings = new FrameTimings();
        timings.Record(TimeSpan.FromSeconds(9));
        for (var i = 0; i < FrameTimings.WindowFrames; i++)
        {
            timings.Record(TimeSpan.FromMilliseconds(2));
        }

        var read = timings.Read();
        Assert.That((read.Frames, read.Max), Is.EqualTo((FrameTimings.WindowFrames, TimeSpan.FromMilliseconds(2))));
    }
}
