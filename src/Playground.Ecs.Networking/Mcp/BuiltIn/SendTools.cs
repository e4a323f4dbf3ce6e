using System.Text;
using System.Text.Json;
using MessagePack;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp.Expose;
using Playground.Ecs.Networking.Mcp.Schema;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>What a model may do to the network where the application lets it. Loop thread only.</summary>
internal sealed class SendTools(WorldView view, SendStage sends)
{
    private static readonly string[] PayloadForms = ["data", "text", "base64"];

    public IEnumerable<BuiltInTool> Tools =>
    [
        new(
            "send_packet", "Send a packet",
            "Sends a packet to a channel's subscribers, or on that channel to one connection. The payload is one of data (any JSON, sent as MessagePack), text (UTF-8) and base64 (bytes); without any it is empty.",
            """
            {"type":"object","properties":{
              "channel":{"type":["integer","string"],"minimum":0,"maximum":65535,"maxLength":64,"description":"Its number or name."},
              "type":{"type":"integer","minimum":0,"maximum":65279,"description":"The channel's own message number."},
              "data":{"description":"Any JSON; objects become maps with text keys."},
              "text":{"type":"string"},"base64":{"type":"string"},
              "priority":{"enum":["critical","high","normal","low"],"default":"normal"},
              "to":{"type":"string","maxLength":32,"description":"A connection's entity, from list_connections. Default: all subscribers."}},
             "required":["channel","type"],"additionalProperties":false}
            """,
            """
            {"type":"object","properties":{"channel":{"type":"integer"},"bytes":{"type":"integer"},"subscribers":{"type":"integer","description":"Of the channel."}},"required":["channel","bytes","subscribers"]}
            """,
            (call, _) => new(Send(call.Arguments)))
        {
            Writes = true,
        },
        new(
            "disconnect", "Disconnect",
            "Ends a peer's connection and session, or the session of another language model. The peer may come back.",
            """
            {"type":"object","properties":{
              "connection":{"type":"string","maxLength":64,"description":"Its entity or its peer id, from list_connections."},
              "reason":{"type":"string","minLength":1,"maxLength":100,"description":"What the peer is told."}},
             "required":["connection","reason"],"additionalProperties":false}
            """,
            """
            {"type":"object","properties":{"entity":{"type":"string"},"peer_id":{"type":"string"}},"required":["entity","peer_id"]}
            """,
            (call, _) => new(Disconnect(call)))
        {
            Writes = true,
            IsDestructive = true,
        },
    ];

    private ToolOutput Send(JsonElement arguments)
    {
        if (FindChannel(arguments.GetProperty("channel"), out var problem) is not { } channel) return ToolOutput.Error($"arguments.channel: {problem}.");
        if (TryReadPayload(arguments, out problem) is not { } payload) return ToolOutput.Error(problem!);
        var (type, priority) = ((ushort)arguments.Integer("type")!, PriorityOf(arguments.Text("priority")));
        var receiver = Entity.Null;
        if (arguments.Text("to") is { } name && !view.Exposed.Entities.TryFind(name, out receiver)) return ToolOutput.Error($"arguments.to: {EntityIndex.Missing(name)}.");
        var sent = receiver == Entity.Null ? sends.ToChannel(channel, type, payload, priority) : sends.ToConnection(channel, receiver, type, payload, priority);
        return sent.IsOk ? JsonPage.Object((channel, payload.Length), static (writer, done) =>
        {
            writer.WriteNumber("channel", done.channel.Id.Value);
            writer.WriteNumber("bytes", done.Length);
            writer.WriteNumber("subscribers", done.channel.SubscriberCount);
        }) : ToolOutput.Error($"The packet was not sent. {sent.Error!.Message}");
    }

    private Channel? FindChannel(JsonElement asked, out string? problem)
    {
        problem = null;
        if (asked.ValueKind == JsonValueKind.Number)
        {
            var id = new ChannelId((ushort)asked.GetDouble());
            if (view.Channels.Find(id) is { } byId) return byId;
            problem = $"there is no channel {id}; list_channels names them";
            return null;
        }

        var name = asked.GetString()!;
        if (view.Channels.TryFind(name, out var channel)) return channel;
        var meant = Nearest.Of(name, view.Channels.All.Select(static c => c.Name));
        problem = $"there is no channel {JsonShow.Quote(name)}{(meant is null ? "; list_channels names them" : $"; did you mean '{meant}'?")}";
        return null;
    }

    private static byte[]? TryReadPayload(JsonElement arguments, out string? problem)
    {
        problem = null;
        var forms = PayloadForms.Where(form => arguments.TryGetProperty(form, out _)).ToArray();
        if (forms.Length > 1) problem = $"Give one of data, text and base64; {string.Join(" and ", forms)} were given.";
        else if (forms.Length == 0) return [];
        else if (forms[0] == "text") return Encoding.UTF8.GetBytes(arguments.Text("text") ?? string.Empty);
        else if (forms[0] == "data") return MessagePackSerializer.ConvertFromJson(arguments.GetProperty("data").GetRawText(), ReceivedPacket.Untrusted);
        else if (arguments.GetProperty("base64").TryGetBytesFromBase64(out var bytes)) return bytes;
        else problem = "arguments.base64 is no base64.";
        return null;
    }

    private static Priority PriorityOf(string? name) => name switch
    {
        "critical" => Priority.Critical,
        "high" => Priority.High,
        "low" => Priority.Low,
        _ => Priority.Normal,
    };

    private ToolOutput Disconnect(ToolInvocation call)
    {
        var (name, reason) = (call.Arguments.Text("connection")!, call.Arguments.Text("reason")!);
        if (!TryFindConnection(name, out var entity, out var peerId)) return ToolOutput.Error($"arguments.connection: there is no connection {JsonShow.Quote(name)}; list_connections names them.");
        if (entity == call.Caller) return ToolOutput.Error("That is this session itself; end it from your side.");
        if (view.Models.Find(entity) is { } model) view.Models.Close(model);
        else if (view.Sessions.Find(entity) is { HasLink: true } connection) view.Sessions.Disconnect(connection, DisconnectReason.Dismissed, reason);
        else return ToolOutput.Error($"{peerId} is not connected now; what it left behind ends by itself.");
        return JsonPage.Object((entity, peerId), static (writer, done) =>
        {
            writer.WriteString("entity", EntityText.Of(done.entity));
            writer.WriteString("peer_id", done.peerId);
        });
    }

    private bool TryFindConnection(string name, out Entity entity, out string peerId)
    {
        foreach (ref var chunk in view.World.Query(in view.Connections))
        {
            var components = chunk.GetSpan<Components.ConnectionComponent>();
            for (var i = 0; i < chunk.Count; i++)
            {
                entity = chunk.Entity(i);
                peerId = components[i].PeerId ?? string.Empty;
                if (peerId == name || EntityText.Of(entity) == name) return true;
            }
        }

        (entity, peerId) = (Entity.Null, string.Empty);
        return false;
    }
}
