using System.Text.Json;
using Playground.Ecs.Networking.Components;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>What models may read and follow without a call: summary, statistics, connections. Loop thread only.</summary>
internal sealed class BuiltInResources(WorldView view, SummaryTools summary, NetworkTools network)
{
    private const string MimeType = "application/json";
    private const string SummaryUri = "world://summary";
    private const string StatsUri = "network://stats";
    private const string ConnectionsUri = "network://connections";

    private static readonly JsonElement NoArguments = JsonElement.Parse("""{"limit":200}""");

    private (int Summary, int Stats, int Connections) _seen;

    public IEnumerable<McpResource> Resources =>
    [
        new(
            SummaryUri, "World summary", "What the running game has, as world_summary says it.", MimeType,
            (_, _) => Read(SummaryUri, JsonPage.Object(summary, static (writer, tools) => tools.WriteSummary(writer)))),
        new(
            StatsUri, "Network statistics", "Totals and rates, as network_stats says them.", MimeType,
            (_, _) => Read(StatsUri, JsonPage.Object(summary, static (writer, tools) => tools.WriteStats(writer)))),
        new(
            ConnectionsUri, "Connections", "Who is connected, as list_connections says it: the first page.", MimeType,
            (_, _) => Read(ConnectionsUri, network.ListConnections(NoArguments))),
    ];

    /// <summary>Once a second: says which of them changed, time that passed and rates apart.</summary>
    public void Compare(Action<string> changed)
    {
        var traffic = view.Traffic();
        var now = (Summary: SummaryNow(traffic.ConnectionsActive), Stats: (traffic with { Frame = 0 }).GetHashCode(), Connections: ConnectionsNow());
        if (now.Summary != _seen.Summary) changed(SummaryUri);
        if (now.Stats != _seen.Stats) changed(StatsUri);
        if (now.Connections != _seen.Connections) changed(ConnectionsUri);
        _seen = now;
    }

    private static ValueTask<NetworkResult<ResourceContents>> Read(string uri, ToolOutput output) =>
        new(ResourceContents.FromText(uri, output.Structured!.Value.GetRawText(), MimeType));

    private int SummaryNow(int active)
    {
        var hash = default(HashCode);
        hash.Add(view.World.CountEntities(in view.All));
        for (var i = 0; i < view.Exposed.All.Count; i++) hash.Add(view.World.CountEntities(view.Exposed.All[i].Query));
        hash.Add(view.Channels.All.Count);
        hash.Add(view.Tools.Catalog.Tools.Count);
        hash.Add(active);
        return hash.ToHashCode();
    }

    private int ConnectionsNow()
    {
        var sum = 0;
        foreach (ref var chunk in view.World.Query(in view.Connections))
        {
            var components = chunk.GetSpan<ConnectionComponent>();
            for (var i = 0; i < chunk.Count; i++) sum ^= HashCode.Combine(chunk.Entity(i), components[i].Connected, components[i].PeerId, components[i].LastActivity);
        }

        return sum;
    }
}
