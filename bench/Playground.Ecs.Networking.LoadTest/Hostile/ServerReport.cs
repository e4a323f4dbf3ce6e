using System.Text.Json;

namespace Playground.Ecs.Networking.LoadTest.Hostile;

/// <summary>What a server says about itself when it is asked: a line of JSON.</summary>
/// <param name="HeapBytes">Managed heap after a forced, compacting collection.</param>
/// <param name="ResidentBytes">Memory of the process that is in use (RSS).</param>
/// <param name="Entities">Entities of the world.</param>
/// <param name="Sockets">Open sockets of the process.</param>
/// <param name="Threads">Threads of the process.</param>
/// <param name="PoolItems">Work that waits for the thread pool.</param>
/// <param name="Timers">Timers that run.</param>
/// <param name="Frames">Frames since the report before, and their durations in ms.</param>
/// <param name="Metrics">The meter's instruments by name, with their tag where they have one.</param>
internal sealed record ServerReport(
    long HeapBytes,
    long ResidentBytes,
    int Entities,
    int Sockets,
    int Threads,
    long PoolItems,
    long Timers,
    FrameReport Frames,
    SortedDictionary<string, long> Metrics)
{
    public static ServerReport FromJson(string line) =>
        JsonSerializer.Deserialize<ServerReport>(line) ?? throw new InvalidDataException("The server printed null.");

    public string ToJson() => JsonSerializer.Serialize(this);

    public long Metric(string name) => Metrics.GetValueOrDefault(name);

    /// <summary>The metrics of a name with their tag's value, those that are not 0.</summary>
    public IEnumerable<(string Tag, long Value)> Tagged(string name) => Metrics
        .Where(metric => metric.Value != 0 && metric.Key.StartsWith(name + "{", StringComparison.Ordinal))
        .Select(metric => (metric.Key[(name.Length + 1)..^1], metric.Value));
}

/// <summary>Durations of frames in milliseconds, and how many exceeded 50.</summary>
internal sealed record FrameReport(int Count, double P50, double P99, double Max, int Over50);
