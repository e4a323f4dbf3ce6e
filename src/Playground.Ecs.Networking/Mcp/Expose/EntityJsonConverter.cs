using System.Text.Json;
using System.Text.Json.Serialization;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp.Expose;

/// <summary>An entity in a component: its name, or null. Loop thread only.</summary>
internal sealed class EntityJsonConverter(EntityIndex entities) : JsonConverter<Entity>
{
    public override bool HandleNull => true;

    public override Entity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return Entity.Null;
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return entities.TryFind(text, out var entity) ? entity : throw new JsonException(EntityIndex.Missing(text));
    }

    public override void Write(Utf8JsonWriter writer, Entity value, JsonSerializerOptions options)
    {
        if (value == Entity.Null) writer.WriteNullValue();
        else writer.WriteStringValue(EntityText.Of(value));
    }
}

/// <summary>A channel in a component: its number.</summary>
internal sealed class ChannelIdJsonConverter : JsonConverter<ChannelId>
{
    public override ChannelId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetUInt16();

    public override void Write(Utf8JsonWriter writer, ChannelId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
