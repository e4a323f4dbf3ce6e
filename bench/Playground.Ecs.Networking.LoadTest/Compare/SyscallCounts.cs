using System.Globalization;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>The calls of the kernel that a server made, and what it did meanwhile.</summary>
internal sealed record SyscallCounts(string Server, TrafficShape Shape, Snapshot ServerCounts, Snapshot ClientCounts, IReadOnlyDictionary<string, long> Calls)
{
    private const int NamedMax = 5;

    private static readonly string[] SendCalls = ["sendto", "sendmsg", "sendmmsg", "write", "writev"];
    private static readonly string[] ReceiveCalls = ["recvfrom", "recvmsg", "recvmmsg", "read", "readv"];

    /// <summary>The header of <see cref="ToRow"/>'s table.</summary>
    public const string Head =
        "| traffic | server | sends per link and frame | receives per link and frame | all calls per frame | the most frequent, per frame |\n| --- | --- | --- | --- | --- | --- |";

    /// <summary>Reads the table of strace -c: share, seconds, µs a call, calls, errors if any, name.</summary>
    public static IReadOnlyDictionary<string, long> Parse(IEnumerable<string> lines)
    {
        var calls = new Dictionary<string, long>();
        foreach (var line in lines)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length is 5 or 6 && fields[^1] != "total" && long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                calls[fields[^1]] = count;
            }
        }

        return calls;
    }

    public string ToRow() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Shape.Mode}, {Shape.Connections} connections | {Server} | {PerLink(SendCalls):0.00} | {PerLink(ReceiveCalls):0.00} | {PerFrame(Calls.Values.Sum()):0} | {Frequent()} |");

    private double PerLink(string[] names) => PerFrame(names.Sum(name => Calls.GetValueOrDefault(name))) / Shape.Connections;

    private double PerFrame(long count) => (double)count / ServerCounts.Frames;

    private string Frequent() => string.Join(", ", Calls
        .OrderByDescending(static call => call.Value)
        .Take(NamedMax)
        .Select(call => string.Create(CultureInfo.InvariantCulture, $"{call.Key} {PerFrame(call.Value):0.0}")));
}
