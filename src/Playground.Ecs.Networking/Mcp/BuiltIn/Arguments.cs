using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>Reads arguments that follow their schema.</summary>
internal static class Arguments
{
    public static bool TryGet(this JsonElement arguments, string name, out JsonElement value) =>
        arguments.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    public static string? Text(this JsonElement arguments, string name) => arguments.TryGet(name, out var value) ? value.GetString() : null;

    public static bool? Flag(this JsonElement arguments, string name) => arguments.TryGet(name, out var value) ? value.GetBoolean() : null;

    // 5.0 is an integer in JSON schema.
    public static int? Integer(this JsonElement arguments, string name) => arguments.TryGet(name, out var value) ? (int)value.GetDouble() : null;

    public static IEnumerable<JsonElement> Items(this JsonElement arguments, string name) =>
        arguments.TryGet(name, out var value) ? value.EnumerateArray() : [];

    public static IEnumerable<string> Texts(this JsonElement arguments, string name) => arguments.Items(name).Select(static item => item.GetString()!);
}
