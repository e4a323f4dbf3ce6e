using System.Globalization;
using System.Text.Json;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Mcp.Expose;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>The network's parts, one by one: channels and connections. Loop thread only.</summary>
internal sealed class NetworkTools(WorldView view)
{
    private readonly EntityOrder _order = new();

    public IEnumerable<BuiltInTool> Tools =>
    [
        new(
            "list_channels", "List channels",
            "The channels that packets go over, by id: 1-999 belong to systems, 1000-1999 to plugins, 2000-2999 to sessions of language models.",
            """
            {"type":"object","properties":{
              "name_contains":{"type":"string","maxLength":64,"description":"Only channels with this in their name, without regard to case."},
              "limit":{"type":"integer","minimum":1,"maximum":200,"default":100},"cursor":{"type":"string","maxLength":32,"description":"next_cursor of the page before."}},
             "additionalProperties":false}
            """,
            """
            {"type":"object","properties":{
              "channels":{"type":"array","items":{"type":"object","properties":{
                "id":{"type":"integer"},"name":{"type":"string"},"kind":{"enum":["system","plugin","llm"]},
                "owner":{"type":["string","null"],"description":"The peer that registered it; null: the application."},
                "subscribers":{"type":"integer"},"waiting":{"type":"integer","description":"Packets that wait to be received."},
                "packets_in":{"type":"integer"},"packets_out":{"type":"integer"},"tools":{"type":"array","items":{"type":"string"},"description":"Tools whose calls it handles."}},
                "required":["id","name","kind","owner","subscribers","waiting","packets_in","packets_out","tools"]}},
              "truncated":{"type":"boolean"},"next_cursor":{"type":"string"}},
             "required":["channels","truncated"]}
            """,
            (call, _) => new(ListChannels(call.Arguments))),
        new(
            "list_connections", "List connections",
            "The peers of this server, language models' sessions among them: who they are, whether they are connected, latency, packets, subscriptions.",
            """
            {"type":"object","properties":{
              "connected":{"type":"boolean","description":"Only those that are connected now, or only those that are not."},
              "kind":{"enum":["peer","llm"],"description":"Only peers, or only sessions of language models."},
              "limit":{"type":"integer","minimum":1,"maximum":200,"default":50},"cursor":{"type":"string","maxLength":32,"description":"next_cursor of the page before."}},
             "additionalProperties":false}
            """,
            """
            {"type":"object","properties":{
              "connections":{"type":"array","items":{"type":"object","properties":{
                "entity":{"type":"string"},"peer_id":{"type":"string"},"kind":{"enum":["peer","llm"]},"connected":{"type":"boolean"},"latency_ms":{"type":"integer"},
                "packets_sent":{"type":"integer"},"packets_received":{"type":"integer"},"last_activity_unix_ms":{"type":"integer"},
                "subscriptions":{"type":"array","items":{"type":"string"}},"channel":{"type":"integer","description":"The session's own channel."},
                "client_name":{"type":"string"},"client_version":{"type":"string"},"calls":{"type":"integer"},"last_tool":{"type":"string"}},
                "required":["entity","peer_id","kind","connected","latency_ms","packets_sent","packets_received","last_activity_unix_ms","subscriptions"]}},
              "truncated":{"type":"boolean"},"next_cursor":{"type":"string"}},
             "required":["connections","truncated"]}
            """,
            (call, _) => new(ListConnections(call.Arguments))),
    ];

    /// <summary>All connections, as the tool lists them without arguments but for the number.</summary>
    public ToolOutput ListConnections(JsonElement arguments)
    {
        if (!TryReadCursor(arguments, out var next)) return BadCursor();
        var (limit, connected, kind) = (arguments.Integer("limit") ?? 50, arguments.Flag("connected"), arguments.Text("kind"));
        using var page = new JsonPage(view.Limits.QueryBytesMax);
        page.Begin("connections");
        string? cursor = null;
        _order.Fill(view.World, in view.Connections);
        while (cursor is null && _order.TryNext(next, out var entity))
        {
            next = entity.Id + 1;
            ref var component = ref view.World.Get<ConnectionComponent>(entity);
            var isModel = view.World.Has<LlmSessionComponent>(entity);
            if ((connected ?? component.Connected) != component.Connected || (kind is not null && kind == "llm" != isModel)) continue;
            if (page.Count == limit || !page.TryAdd((this, entity), static (writer, row) => row.Item1.WriteConnection(writer, row.entity))) cursor = Cursor(entity.Id);
        }

        page.End(cursor);
        return page.ToOutput();
    }

    private ToolOutput ListChannels(JsonElement arguments)
    {
        if (!TryReadCursor(arguments, out var next)) return BadCursor();
        var (limit, part) = (arguments.Integer("limit") ?? 100, arguments.Text("name_contains") ?? string.Empty);
        var tools = view.Tools.Catalog.Tools.ToLookup(static tool => tool.HandlerChannel, static tool => tool.Name);
        using var page = new JsonPage(view.Limits.QueryBytesMax);
        page.Begin("channels");
        string? cursor = null;
        foreach (var channel in view.Channels.All.Where(c => c.Id.Value >= next && c.Name.Contains(part, StringComparison.OrdinalIgnoreCase)).OrderBy(static c => c.Id.Value))
        {
            if (page.Count < limit && page.TryAdd((channel, tools[channel.Id]), static (writer, row) => WriteChannel(writer, row.channel, row.Item2))) continue;
            cursor = Cursor(channel.Id.Value);
            break;
        }

        page.End(cursor);
        return page.ToOutput();
    }

    private static void WriteChannel(Utf8JsonWriter writer, Channel channel, IEnumerable<string> tools)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", channel.Id.Value);
        writer.WriteString("name", channel.Name);
        writer.WriteString("kind", channel.IsSystem ? "system" : ChannelRanges.IsLlm(channel.Id) ? "llm" : "plugin");
        writer.WriteString("owner", channel.Owner?.PeerId);
        writer.WriteNumber("subscribers", channel.SubscriberCount);
        writer.WriteNumber("waiting", channel.WaitingCount);
        writer.WriteNumber("packets_in", channel.PacketsIn);
        writer.WriteNumber("packets_out", channel.PacketsOut);
        WriteTexts(writer, "tools", tools);
        writer.WriteEndObject();
    }

    private void WriteConnection(Utf8JsonWriter writer, Entity entity)
    {
        ref var component = ref view.World.Get<ConnectionComponent>(entity);
        var isModel = view.World.Has<LlmSessionComponent>(entity);
        writer.WriteStartObject();
        writer.WriteString("entity", EntityText.Of(entity));
        writer.WriteString("peer_id", component.PeerId ?? string.Empty);
        writer.WriteString("kind", isModel ? "llm" : "peer");
        writer.WriteBoolean("connected", component.Connected);
        writer.WriteNumber("latency_ms", component.LatencyMs);
        writer.WriteNumber("packets_sent", component.PacketsSent);
        writer.WriteNumber("packets_received", component.PacketsReceived);
        writer.WriteNumber("last_activity_unix_ms", component.LastActivity);
        WriteTexts(writer, "subscriptions", view.Sessions.Find(entity)?.Subscriptions.Select(static channel => channel.Name) ?? []);
        if (isModel) WriteModel(writer, view.World.Get<LlmSessionComponent>(entity));
        writer.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter writer, in LlmSessionComponent model)
    {
        writer.WriteNumber("channel", model.ChannelId.Value);
        writer.WriteString("client_name", model.ClientName ?? string.Empty);
        writer.WriteString("client_version", model.ClientVersion ?? string.Empty);
        writer.WriteNumber("calls", model.Calls);
        writer.WriteString("last_tool", model.LastTool ?? string.Empty);
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static string Cursor(int id) => id.ToString(CultureInfo.InvariantCulture);

    internal static bool TryReadCursor(JsonElement arguments, out int next)
    {
        next = 0;
        return arguments.Text("cursor") is not { } cursor || int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out next);
    }

    internal static ToolOutput BadCursor() => ToolOutput.Error("arguments.cursor is none of this tool's: pass next_cursor of the page before, or leave it out.");
}
