using System.Globalization;
using System.Text.Json;

namespace Playground.Ecs.Networking.Protocol.Tests.Messages;

/// <summary>Makes a message of a vector's fields, and fields of a message, by the names of its constructor's parameters.</summary>
internal static class MessageFields
{
    public static object Make(Type message, JsonElement fields)
    {
        var constructor = message.GetConstructors().Single();
        var arguments = constructor.GetParameters().Select(x => Value(x.ParameterType, fields.GetProperty(JsonName(x.Name!))));
        return constructor.Invoke([.. arguments]);
    }

    /// <summary>Text that is equal for messages with equal content, unlike record equality over memory.</summary>
    public static string Show(object message)
    {
        var names = message.GetType().GetConstructors().Single().GetParameters().Select(x => x.Name!);
        return string.Join(", ", names.Select(x => $"{x} = {ShowValue(message.GetType().GetProperty(x)!.GetValue(message))}"));
    }

    private static string JsonName(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static object? Value(Type type, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null) return null;
        if (type == typeof(ReadOnlyMemory<byte>)) return (ReadOnlyMemory<byte>)Convert.FromHexString(json.GetString()!);
        if (type == typeof(ulong)) return ulong.Parse(json.GetString()!, CultureInfo.InvariantCulture);
        if (type == typeof(ChannelId)) return new ChannelId(json.GetUInt16());
        if (type == typeof(ErrorCode)) return (ErrorCode)json.GetUInt16();
        if (type == typeof(ChannelReference))
        {
            return json.ValueKind == JsonValueKind.String
                ? new ChannelReference(json.GetString()!)
                : new ChannelReference(json.GetUInt16());
        }

        return json.Deserialize(type);
    }

    private static string ShowValue(object? value) => value switch
    {
        null => "null",
        ReadOnlyMemory<byte> bytes => Convert.ToHexStringLower(bytes.Span),
        ChannelReference { Name: { } name } => $"'{name}'",
        string text => $"'{text}'",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
