using System.Diagnostics;

namespace Playground.Ecs.Networking.Loop;

/// <summary>
/// The durations of the last <see cref="WindowFrames"/> frames. One thread records, any thread reads; neither allocates.
/// </summary>
/// <remarks>
/// The window keeps every value, so percentiles are exact: sorting it when somebody asks (10 µs) is cheaper than it sounds
/// and smaller than a histogram of buckets, which would also round them.
/// </remarks>
public sealed class FrameTimings
{
    /// <summary>The frames that the window keeps: ten seconds at 60 Hz.</summary>
    public const int WindowFrames = 600;

    private readonly long[] _ticks = new long[WindowFrames];
    private readonly Lock _lock = new();
    private long _recorded;

    /// <summary>Adds a duration; the oldest one leaves the window.</summary>
    internal void Record(TimeSpan duration)
    {
        lock (_lock)
        {
            _ticks[_recorded % WindowFrames] = duration.Ticks;
            _recorded++;
        }
    }

    /// <summary>Describes the window as it is now. Any thread.</summary>
    public FrameTimingsSnapshot Read()
    {
        Span<long> window = stackalloc long[WindowFrames];
        lock (_lock)
        {
            window = window[..(int)Math.Min(_recorded, WindowFrames)];
            _ticks.AsSpan(0, window.Length).CopyTo(window);
        }

        window.Sort();
        return Describe(window);
    }

    private static FrameTimingsSnapshot Describe(ReadOnlySpan<long> sorted)
    {
        if (sorted.IsEmpty)
        {
            return default;
        }

        var total = 0L;
        foreach (var ticks in sorted)
        {
            total += ticks;
        }

        return new FrameTimingsSnapshot(
            sorted.Length,
            new TimeSpan(sorted[0]),
            new TimeSpan(total / sorted.Length),
            Percentile(sorted, 50),
            Percentile(sorted, 99),
            new TimeSpan(sorted[^1]));
    }

    /// <summary>The smallest value that at least so many percent of the window do not exceed (nearest rank).</summary>
    private static TimeSpan Percentile(ReadOnlySpan<long> sorted, int percent)
    {
        Debug.Assert(percent is > 0 and <= 100);
        var rank = ((sorted.Length * percent) + 99) / 100;
        return new TimeSpan(sorted[rank - 1]);
    }
}

/// <summary>What <see cref="FrameTimings.Read"/> saw. All zero before the first frame.</summary>
/// <param name="Frames">The frames that the other values are of.</param>
/// <param name="Min">The shortest.</param>
/// <param name="Mean">The arithmetic mean.</param>
/// <param name="P50">The median.</param>
/// <param name="P99">What one frame in a hundred exceeds.</param>
/// <param name="Max">The longest.</param>
public readonly record struct FrameTimingsSnapshot(int Frames, TimeSpan Min, TimeSpan Mean, TimeSpan P50, TimeSpan P99, TimeSpan Max);
