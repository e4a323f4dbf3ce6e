using System.Text;
using System.Text.Json.Nodes;
using MessagePack;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>A packet that was sent to a model's channel, and waits for its next result. Immutable; any thread.</summary>
/// <param name="Channel">The channel that it is from.</param>
/// <param name="ChannelName">That one's name; null: the session's own channel.</param>
/// <param name="PacketType">The channel's own message number.</param>
/// <param name="Data">The payload.</param>
internal sealed record LlmMessage(ChannelId Channel, string? ChannelName, ushort PacketType, byte[] Data)
{
    /// <summary>As a piece of a result: a JSON object <c>{"message":{"channel","name","type","data"}}</c>.</summary>
    public ToolContent ToContent()
    {
        var message = new JsonObject { ["channel"] = Channel.Value, ["type"] = PacketType };
        if (ChannelName is not null) message["name"] = ChannelName;
        if (Value() is { } value) message["data"] = value;
        else message["base64"] = Convert.ToBase64String(Data);
        return new ToolContent.Text(new JsonObject { ["message"] = message }.ToJsonString());
    }

    // MessagePack where it is that from end to end, else text, else bytes.
    private JsonNode? Value() => FromMessagePack() ?? FromText();

    private JsonNode? FromMessagePack()
    {
        if (Data.Length < 2) return null;
        try
        {
            var reader = new MessagePackReader(Data);
            reader.Skip();
            return reader.End ? JsonNode.Parse(MessagePackSerializer.ConvertToJson(Data, ReceivedPacket.Untrusted)) : null;
        }
        catch (Exception)
        {
            // Any bytes come here, and the reader throws many things at those that are none of its own.
            return null;
        }
    }

    private JsonValue? FromText()
    {
        try
        {
            return JsonValue.Create(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Data));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
