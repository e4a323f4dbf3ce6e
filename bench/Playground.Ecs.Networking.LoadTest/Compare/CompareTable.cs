using System.Globalization;
using Playground.Ecs.Networking.LoadTest.Compare.Servers;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>The runs of one shape of traffic as a Markdown table: a line for each server, beside the yardstick of the same round.</summary>
internal sealed class CompareTable
{
    private readonly TrafficShape _shape;
    private readonly IReadOnlyList<RunResult> _runs;
    private readonly List<(string Head, Func<IReadOnlyList<RunResult>, string> Cell)> _columns;

    public CompareTable(TrafficShape shape, IEnumerable<RunResult> runs)
    {
        (_shape, _runs) = (shape, [.. runs.Where(run => run.Shape == shape)]);
        _columns = [.. CpuColumns(), .. TimeColumns(), .. MemoryColumns(), .. HeldColumns()];
    }

    public override string ToString()
    {
        IEnumerable<string> lines =
        [
            Title,
            "",
            Row(["server", .. _columns.Select(static column => column.Head)]),
            Row(_columns.Select(static _ => "---").Prepend("---")),
            .. _runs.Select(static run => run.Server).Distinct().Select(Line),
        ];
        return string.Join('\n', lines) + "\n";
    }

    private string Title => string.Create(
        CultureInfo.InvariantCulture,
        $"**{_shape.Mode}**: {_shape.Connections} connections, {_shape.Packets} x {_shape.Bytes} B, {_shape.Rate} Hz; µs of CPU {Unit}{Reference}");

    private string Unit => _shape.Mode switch
    {
        TrafficMode.Duplex or TrafficMode.Echo => "per message in and one out",
        TrafficMode.Idle => "per connection and frame",
        _ => "per message",
    };

    /// <summary>What a yardstick took where the bars were set, in the same shape.</summary>
    private string Reference => _shape switch
    {
        { Packets: not 10 } or { Bytes: not 64 } => "",
        { Mode: TrafficMode.Duplex, Connections: 500 } => "; the bars were set beside 14.0",
        { Mode: TrafficMode.Broadcast, Connections: 1000 } => "; the bars were set beside 8.9",
        { Mode: TrafficMode.Inbound, Connections: 500 } => "; the bars were set beside 7.3-9.3",
        _ => "",
    };

    private IEnumerable<(string, Func<IReadOnlyList<RunResult>, string>)> CpuColumns() =>
    [
        ("CPU, µs", static runs => Of(runs, static run => run.ServerUs, "0.00")),
        ("beside the yardstick", runs => Ratio(runs).ToText("0.00")),
        ("client, µs", static runs => Of(runs, static run => run.ClientUs, "0.00")),
    ];

    private IEnumerable<(string, Func<IReadOnlyList<RunResult>, string>)> TimeColumns() =>
    [
        ("frame p50 / p99, ms", static runs => Pair(runs, static run => run.ServerCounts.FrameP50, static run => run.ServerCounts.FrameP99)),
        ("flush p50 / p99, ms", static runs => Pair(runs, static run => run.ServerCounts.FlushP50, static run => run.ServerCounts.FlushP99)),
        .. _shape.IsStamped
            ? [("echo p50 / p99, ms", static runs => Pair(runs, static run => run.ClientCounts.LatencyP50, static run => run.ClientCounts.LatencyP99))]
            : Array.Empty<(string, Func<IReadOnlyList<RunResult>, string>)>(),
    ];

    private IEnumerable<(string, Func<IReadOnlyList<RunResult>, string>)> MemoryColumns() =>
    [
        ("allocated, B a frame", static runs => Of(runs, static run => run.AllocatedPerFrame, "0")),
        .. _shape.Mode == TrafficMode.Idle
            ? [
                ("heap, B a connection", static runs => Of(runs, static run => run.HeapPerConnection, "0")),
                ("resident, B a connection", static runs => Of(runs, static run => run.ResidentPerConnection, "0")),
            ]
            : Array.Empty<(string, Func<IReadOnlyList<RunResult>, string>)>(),
    ];

    private static IEnumerable<(string, Func<IReadOnlyList<RunResult>, string>)> HeldColumns() =>
    [
        ("frames held", static runs => Of(runs, static run => run.FramesHeld, "0.0%")),
        ("messages held", static runs => Of(runs, static run => run.MessagesHeld, "0.0%")),
    ];

    private string Line(string server)
    {
        List<RunResult> runs = [.. _runs.Where(run => run.Server == server)];
        return Row([server, .. _columns.Select(column => column.Cell(runs))]);
    }

    private Spread Ratio(IReadOnlyList<RunResult> runs) => Spread.Of(
        from run in runs
        join yardstick in _runs.Where(static run => run.Server == LoadServers.Yardstick) on run.Round equals yardstick.Round
        select run.ServerUs / yardstick.ServerUs);

    private static string Of(IReadOnlyList<RunResult> runs, Func<RunResult, double> figure, string format) =>
        Spread.Of(runs.Select(figure)).ToText(format);

    private static string Pair(IReadOnlyList<RunResult> runs, Func<RunResult, double> first, Func<RunResult, double> second) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Spread.Of(runs.Select(first)).Median / 1_000:0.00} / {Spread.Of(runs.Select(second)).Median / 1_000:0.00}");

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
