namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>Counts round trips by the microsecond, up to 200 ms; longer ones count as that. Fixed memory, exact percentiles.</summary>
internal sealed class RoundTrips
{
    private readonly int[] _counts = new int[200_000];

    public long Count { get; private set; }

    public void Add(long microseconds)
    {
        _counts[Math.Clamp(microseconds, 0, _counts.Length - 1)]++;
        Count++;
    }

    /// <summary>The smallest round trip that at least so many percent do not exceed, in µs; 0 of none.</summary>
    public long Percentile(double percent)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        var seen = 0L;
        for (var us = 0; us < _counts.Length; us++)
        {
            seen += _counts[us];
            if (seen >= rank) return us;
        }

        return 0;
    }
}
