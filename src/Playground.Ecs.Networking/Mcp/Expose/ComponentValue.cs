using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Playground.Ecs.Networking.Mcp.Expose;

/// <summary>New values of components, from those they have and the JSON of what changes in them. Loop thread only.</summary>
internal static class ComponentValue
{
    public static JsonElement Null { get; } = JsonElement.Parse("null");

    /// <summary>
    /// Writes the properties that are given into a component of its own; those left out stay as they are, parts of an object too.
    /// </summary>
    /// <param name="type">The component's type.</param>
    /// <param name="current">A box that nobody else has; the new value, when this returns null.</param>
    /// <param name="given">The JSON, which follows the component's schema.</param>
    /// <param name="place">What the JSON is called in the sentence.</param>
    /// <returns>Null, or a sentence's part for the model.</returns>
    public static string? TryChange(JsonTypeInfo type, ref object current, JsonElement given, string place)
    {
        try
        {
            return type.Kind == JsonTypeInfoKind.Object ? ChangeProperties(type, ref current, given, place) : Replace(type, ref current, given, place);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            return $"{place} cannot be read: {(exception as JsonException)?.Message ?? "it is no value of that type"}";
        }
    }

    /// <summary>Whether a value is as expected: of an object the properties that are named.</summary>
    public static bool Fits(JsonElement value, JsonElement expected)
    {
        if (value.ValueKind != JsonValueKind.Object || expected.ValueKind != JsonValueKind.Object) return JsonElement.DeepEquals(value, expected);
        foreach (var property in expected.EnumerateObject())
        {
            if (!value.TryGetProperty(property.Name, out var own) || !Fits(own, property.Value)) return false;
        }

        return true;
    }

    private static string? Replace(JsonTypeInfo type, ref object current, JsonElement given, string place)
    {
        if (given.Deserialize(type) is not { } value) return $"{place} must not be null";
        current = value;
        return null;
    }

    private static string? ChangeProperties(JsonTypeInfo type, ref object current, JsonElement given, string place)
    {
        if (given.ValueKind != JsonValueKind.Object) return $"{place} is {Schema.JsonShow.Value(given)} but should be an object";
        var throughConstructor = false;
        foreach (var property in given.EnumerateObject())
        {
            var own = type.Properties.FirstOrDefault(p => p.Name == property.Name);
            if (own is null) return $"{place} has the unknown property {Schema.JsonShow.Quote(property.Name)}";
            if (own.Set is null && own.AssociatedParameter is null) return $"{place}.{own.Name} is computed and cannot be set";
            if (own.Set is null) throughConstructor = true;
            else Change(own, current, property.Value);
        }

        return throughConstructor ? Replace(type, ref current, Merge(JsonSerializer.SerializeToElement(current, type), given), place) : null;
    }

    private static void Change(JsonPropertyInfo property, object component, JsonElement given)
    {
        var json = property.Options.GetTypeInfo(property.PropertyType);
        if (given.ValueKind == JsonValueKind.Object && json.Kind == JsonTypeInfoKind.Object && property.Get?.Invoke(component) is { } inner)
        {
            given = Merge(JsonSerializer.SerializeToElement(inner, json), given);
        }

        property.Set!(component, given.Deserialize(json));
    }

    private static JsonElement Merge(JsonElement old, JsonElement given) =>
        JsonSerializer.SerializeToElement(MergeNodes(old, given), JsonElementContext.Default.JsonNode);

    private static JsonNode MergeNodes(JsonElement old, JsonElement given)
    {
        if (old.ValueKind != JsonValueKind.Object || given.ValueKind != JsonValueKind.Object) return Node(given)!;
        var merged = new JsonObject();
        foreach (var property in old.EnumerateObject())
        {
            merged[property.Name] = given.TryGetProperty(property.Name, out var changed) ? MergeNodes(property.Value, changed) : Node(property.Value);
        }

        foreach (var property in given.EnumerateObject())
        {
            if (!merged.ContainsKey(property.Name)) merged[property.Name] = Node(property.Value);
        }

        return merged;
    }

    private static JsonNode? Node(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(value),
        JsonValueKind.Array => JsonArray.Create(value),
        _ => JsonValue.Create(value),
    };
}
