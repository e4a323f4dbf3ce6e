namespace Playground.Ecs.Networking.LoadTest;

/// <summary>Durations, sorted once they are all there.</summary>
internal sealed class Percentiles(IEnumerable<TimeSpan> durations)
{
    private readonly TimeSpan[] _sorted = [.. durations.Order()];

    public int Count => _sorted.Length;

    /// <summary>The duration that this share of all does not exceed, in milliseconds.</summary>
    public double Ms(double share) => _sorted.Length == 0 ? double.NaN : _sorted[Math.Min(_sorted.Length - 1, (int)(share * _sorted.Length))].TotalMilliseconds;
}
