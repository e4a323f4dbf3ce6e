using System.Diagnostics;

namespace Playground.Ecs.Networking.LoadTest.Hostile;

/// <summary>How long frames take, from report to report. The loop's thread measures, another one reads.</summary>
internal sealed class FrameClock
{
    private readonly Lock _lock = new();
    private List<TimeSpan> _durations = [];

    public void Measure(Action frame)
    {
        var begun = Stopwatch.GetTimestamp();
        frame();
        var took = Stopwatch.GetElapsedTime(begun);
        lock (_lock) _durations.Add(took);
    }

    public FrameReport Take()
    {
        List<TimeSpan> taken;
        lock (_lock) (taken, _durations) = (_durations, new List<TimeSpan>(_durations.Count));
        var sorted = new Percentiles(taken);
        return new FrameReport(sorted.Count, sorted.Ms(0.5), sorted.Ms(0.99), sorted.Ms(1), taken.Count(static d => d.TotalMilliseconds > 50));
    }
}
