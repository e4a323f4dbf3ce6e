using System.Globalization;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>The scale curve of one mode: ns of the server's CPU per packet, connections across, packets of a message down.</summary>
internal sealed class CurveTable(TrafficMode mode, IEnumerable<RunResult> runs)
{
    private readonly List<RunResult> _runs = [.. runs.Where(run => run.Shape.Mode == mode)];

    public override string ToString()
    {
        int[] columns = [.. _runs.Select(static run => run.Shape.Connections).Distinct()];
        var lines = _runs.Select(static run => (run.Shape.Packets, run.Server)).Distinct().Select(line => Line(line.Packets, line.Server, columns));
        IEnumerable<string> all =
        [
            $"**{mode}**: ns of the server's CPU per packet, at 60 Hz or as many frames as 30,000 messages a second allow; where not all messages arrived, how many",
            "",
            Row(["packets", "server", .. columns.Select(static count => string.Create(CultureInfo.InvariantCulture, $"{count} connections"))]),
            Row([.. columns.Select(static _ => "---"), "---", "---"]),
            .. lines,
        ];
        return string.Join('\n', all) + "\n";
    }

    private string Line(int packets, string server, int[] columns) =>
        Row([packets.ToString(CultureInfo.InvariantCulture), server, .. columns.Select(connections => Cell(packets, server, connections))]);

    private string Cell(int packets, string server, int connections)
    {
        var runs = _runs.Where(run => run.Server == server && run.Shape.Packets == packets && run.Shape.Connections == connections).ToList();
        var held = Spread.Of(runs.Select(static run => run.MessagesHeld)).Median;
        var text = Spread.Of(runs.Select(run => run.ServerUs * 1_000 / packets)).ToText("0");
        return held < 0.99 ? string.Create(CultureInfo.InvariantCulture, $"{text}, {held:0%} arrived") : text;
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
