using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Playground.Ecs.Networking.Mcp.Expose;

/// <summary>A part of a component that has a name of its own: <c>velocity.x</c>. Immutable.</summary>
/// <param name="Path">The names from the component to it.</param>
/// <param name="Type">What JSON schema calls its type.</param>
/// <param name="IsReadOnly">It cannot be set.</param>
/// <param name="Json">How it is shown.</param>
/// <param name="Get">Takes it out of the component.</param>
internal sealed record ComponentField(string Path, string Type, bool IsReadOnly, JsonTypeInfo Json, Func<object, object?> Get)
{
    private const int DepthMax = 4;
    private const int CountMax = 200;

    /// <summary>All of a component's, the outer ones before what is in them.</summary>
    public static IReadOnlyList<ComponentField> Of(JsonTypeInfo type, JsonElement schema)
    {
        List<ComponentField> fields = [];
        AddTo(fields, type, schema, string.Empty, static component => component, 0);
        return fields;
    }

    /// <summary>Its value as JSON.</summary>
    public JsonElement Read(object component) => Get(component) is { } value ? JsonSerializer.SerializeToElement(value, Json) : ComponentValue.Null;

    private static void AddTo(List<ComponentField> fields, JsonTypeInfo type, JsonElement schema, string prefix, Func<object, object?> outer, int depth)
    {
        if (type.Kind != JsonTypeInfoKind.Object || depth >= DepthMax) return;
        foreach (var property in type.Properties)
        {
            if (property.Get is not { } get || fields.Count >= CountMax) continue;
            var json = property.Options.GetTypeInfo(property.PropertyType);
            var own = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var all) && all.TryGetProperty(property.Name, out var found) ? found : default;
            var field = new ComponentField(
                prefix + property.Name, TypeIn(own), property.Set is null && property.AssociatedParameter is null, json, component => outer(component) is { } holder ? get(holder) : null);
            fields.Add(field);
            if (property.CustomConverter is null) AddTo(fields, json, own, $"{field.Path}.", field.Get, depth + 1);
        }
    }

    private static string TypeIn(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return "any";
        if (schema.TryGetProperty("enum", out var values)) return string.Join('|', values.EnumerateArray().Select(static v => v.ToString()));
        if (schema.TryGetProperty("anyOf", out var forms)) return string.Join('|', forms.EnumerateArray().Select(TypeIn));
        if (!schema.TryGetProperty("type", out var type)) return "any";
        return type.ValueKind == JsonValueKind.String ? type.GetString()! : string.Join('|', type.EnumerateArray().Select(static t => t.GetString()));
    }
}
