using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp.Expose;

/// <summary>How components become JSON, and which of them can.</summary>
internal static class ComponentJson
{
    private const int DepthMax = 8;

    private static readonly HashSet<Type> Plain =
    [
        typeof(bool), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(Int128),
        typeof(UInt128), typeof(Half), typeof(float), typeof(double), typeof(decimal), typeof(char), typeof(string), typeof(byte[]), typeof(Memory<byte>),
        typeof(ReadOnlyMemory<byte>), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan), typeof(Guid), typeof(Uri),
        typeof(Version), typeof(JsonElement), typeof(JsonNode), typeof(JsonObject), typeof(JsonArray), typeof(JsonValue), typeof(Entity), typeof(ChannelId),
    ];

    private static readonly JsonSchemaExporterOptions Exporting = new() { TransformSchemaNode = Adapt };

    /// <summary>By reflection over the types that are named, with fields, names in snake_case and enums by name.</summary>
    [RequiresDynamicCode("Reflects over the component.")]
    [RequiresUnreferencedCode("Reflects over the component.")]
    public static JsonSerializerOptions Reflecting(EntityIndex entities)
    {
        var options = new JsonSerializerOptions(ToolJson.Results) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        return Complete(options, entities);
    }

    /// <summary>By what was generated at compile time.</summary>
    public static JsonSerializerOptions Generated(JsonSerializerOptions options, EntityIndex entities) => Complete(new JsonSerializerOptions(options), entities);

    /// <summary>Says why JSON cannot show a type; null when it can.</summary>
    public static string? Check(JsonTypeInfo type, string place) => Check(type, place, []);

    /// <summary>The schema of a component, of which every part may be left out.</summary>
    public static JsonElement SchemaOf(JsonTypeInfo type) => JsonSerializer.SerializeToElement(type.GetJsonSchemaAsNode(Exporting), JsonElementContext.Default.JsonNode);

    private static JsonSerializerOptions Complete(JsonSerializerOptions options, EntityIndex entities)
    {
        options.Converters.Add(new EntityJsonConverter(entities));
        options.Converters.Add(new ChannelIdJsonConverter());
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        options.MakeReadOnly();
        return options;
    }

    private static string? Check(JsonTypeInfo type, string place, Stack<Type> outer)
    {
        var shown = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (outer.Contains(shown)) return $"{place} leads back to {shown.Name}, which JSON would follow without an end";
        if (outer.Count >= DepthMax) return $"{place} nests deeper than {DepthMax}";
        outer.Push(shown);
        var problem = type.Kind switch
        {
            JsonTypeInfoKind.Object => CheckProperties(type, place, outer),
            JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => Check(type.Options.GetTypeInfo(type.ElementType!), $"{place}[]", outer),
            _ => IsPlain(type, shown) ? null : $"{place} is of type {shown.Name}, which JSON cannot show",
        };
        outer.Pop();
        return problem;
    }

    // An interface or an object may turn out to be anything.
    private static string? CheckProperties(JsonTypeInfo type, string place, Stack<Type> outer)
    {
        if (type.Type.IsAbstract && type.PolymorphismOptions is null) return $"{place} is of type {type.Type.Name}, which may turn out to be anything";
        foreach (var property in type.Properties)
        {
            if (property.CustomConverter is not null || property.Get is null) continue;
            if (Check(property, $"{place}.{property.Name}", outer) is { } problem) return problem;
        }

        return null;
    }

    private static string? Check(JsonPropertyInfo property, string place, Stack<Type> outer)
    {
        if (property.PropertyType.IsByRefLike || property.PropertyType.IsPointer) return $"{place} is of type {property.PropertyType.Name}, which JSON cannot show";
        try
        {
            return Check(property.Options.GetTypeInfo(property.PropertyType), place, outer);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException)
        {
            return $"{place} is of type {property.PropertyType.Name}, which JSON cannot show";
        }
    }

    // A converter of somebody's own knows what it does.
    private static bool IsPlain(JsonTypeInfo type, Type shown) =>
        shown.IsEnum || Plain.Contains(shown) || type.Converter.GetType().Assembly != typeof(JsonSerializer).Assembly;

    private static JsonNode Adapt(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo.Type;
        if (type == typeof(Entity)) return Describe("string", "An entity, for instance \"12v1\"; null: none.", nullable: true);
        if (type == typeof(ChannelId)) return Describe("integer", "A channel's number.", nullable: false);
        if (schema is JsonObject node) node.Remove("required");
        return schema;
    }

    private static JsonObject Describe(string type, string description, bool nullable) => new()
    {
        ["type"] = nullable ? new JsonArray(type, "null") : type,
        ["description"] = description,
    };
}

/// <summary>JSON itself, without reflection.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class JsonElementContext : JsonSerializerContext;
