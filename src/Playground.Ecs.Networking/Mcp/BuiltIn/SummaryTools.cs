using System.Text.Json;
using Playground.Ecs.Networking.Components;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>The whole at a glance: the world, and the network's totals. Loop thread only.</summary>
internal sealed class SummaryTools(WorldView view)
{
    private const string NoArguments = """{"type":"object","properties":{},"additionalProperties":false}""";

    private const string RatesSchema =
        """
        {"type":"object","description":"Per second, over the last second.","properties":{"frames":{"type":"number"},"packets_sent":{"type":"number"},"packets_received":{"type":"number"},"bytes_sent":{"type":"number"},"bytes_received":{"type":"number"}},"required":["frames","packets_sent","packets_received","bytes_sent","bytes_received"]}
        """;

    private readonly QueryDescription _models = new QueryDescription().WithAll<LlmSessionComponent>();

    public IEnumerable<BuiltInTool> Tools =>
    [
        new(
            "world_summary", "World summary",
            "What the running game has: how many entities, which components can be read by name and how many entities have each, channels, connections, tools, the frame and rates. Begin here; then type_describe and world_query.",
            NoArguments,
            """
            {"type":"object","properties":{
              "frame":{"type":"integer"},"frame_rate":{"type":"integer","description":"Frames per second that a loop of the system's own aims at."},
              "entities":{"type":"integer","description":"All of the world's, those without a readable component too."},
              "components":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"entities":{"type":"integer"},"writable":{"type":"boolean"}},"required":["name","entities","writable"]}},
              "channels":{"type":"integer"},
              "connections":{"type":"object","properties":{"connected":{"type":"integer"},"known":{"type":"integer"},"llm_sessions":{"type":"integer"}},"required":["connected","known","llm_sessions"]},
              "tools":{"type":"integer"},"resources":{"type":"integer"},"writes_allowed":{"type":"boolean"},
              "rates":
            """ + RatesSchema + """
            },
             "required":["frame","entities","components","channels","connections","tools","writes_allowed","rates"]}
            """,
            (_, _) => new(JsonPage.Object(this, static (writer, me) => me.WriteSummary(writer)))),
        new(
            "network_stats", "Network statistics",
            "Totals of the network since the start, rates over the last second, and mean latency in milliseconds.",
            NoArguments,
            """
            {"type":"object","properties":{
              "frame":{"type":"integer"},"connections_active":{"type":"integer"},"connections_accepted":{"type":"integer"},"average_latency_ms":{"type":"integer"},
              "bytes_sent":{"type":"integer"},"bytes_received":{"type":"integer"},"packets_sent":{"type":"integer"},"packets_received":{"type":"integer"},
              "packets_dropped":{"type":"integer","description":"From full send queues and inboxes."},"rates":
            """ + RatesSchema + """
            },
             "required":["frame","connections_active","connections_accepted","average_latency_ms","bytes_sent","bytes_received","packets_sent","packets_received","packets_dropped","rates"]}
            """,
            (_, _) => new(JsonPage.Object(this, static (writer, me) => me.WriteStats(writer)))),
    ];

    public void WriteSummary(Utf8JsonWriter writer)
    {
        writer.WriteNumber("frame", view.Stats().Frame);
        writer.WriteNumber("frame_rate", view.Options.FrameRate);
        writer.WriteNumber("entities", view.World.CountEntities(in view.All));
        writer.WriteStartArray("components");
        foreach (var component in view.Exposed.All)
        {
            writer.WriteStartObject();
            writer.WriteString("name", component.Name);
            writer.WriteNumber("entities", view.World.CountEntities(component.Query));
            writer.WriteBoolean("writable", component.IsWritable && view.Limits.AllowWrites);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("channels", view.Channels.All.Count);
        writer.WriteStartObject("connections");
        writer.WriteNumber("connected", view.Stats().ConnectionsActive);
        writer.WriteNumber("known", view.World.CountEntities(in view.Connections));
        writer.WriteNumber("llm_sessions", view.World.CountEntities(in _models));
        writer.WriteEndObject();
        writer.WriteNumber("tools", view.Tools.Catalog.Tools.Count);
        writer.WriteNumber("resources", view.Tools.Catalog.Resources.Count);
        writer.WriteBoolean("writes_allowed", view.Limits.AllowWrites);
        WriteRates(writer);
    }

    public void WriteStats(Utf8JsonWriter writer)
    {
        var stats = view.Stats();
        writer.WriteNumber("frame", stats.Frame);
        writer.WriteNumber("connections_active", stats.ConnectionsActive);
        writer.WriteNumber("connections_accepted", stats.ConnectionsAccepted);
        writer.WriteNumber("average_latency_ms", stats.AverageLatencyMs);
        writer.WriteNumber("bytes_sent", stats.BytesSent);
        writer.WriteNumber("bytes_received", stats.BytesReceived);
        writer.WriteNumber("packets_sent", stats.PacketsSent);
        writer.WriteNumber("packets_received", stats.PacketsReceived);
        writer.WriteNumber("packets_dropped", stats.PacketsDropped);
        WriteRates(writer);
    }

    private void WriteRates(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("rates");
        writer.WriteNumber("frames", view.Rates.Frames);
        writer.WriteNumber("packets_sent", view.Rates.PacketsSent);
        writer.WriteNumber("packets_received", view.Rates.PacketsReceived);
        writer.WriteNumber("bytes_sent", view.Rates.BytesSent);
        writer.WriteNumber("bytes_received", view.Rates.BytesReceived);
        writer.WriteEndObject();
    }
}
