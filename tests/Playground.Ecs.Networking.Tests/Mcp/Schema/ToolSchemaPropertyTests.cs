using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Playground.Ecs.Networking.Mcp.Schema;

namespace Playground.Ecs.Networking.Tests.Mcp.Schema;

/// <summary>Any JSON may come as a schema or as arguments; what a schema describes, it accepts.</summary>
public sealed class ToolSchemaPropertyTests
{
    private static Gen<string> Any(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static readonly Gen<string> Name = Any("a", "b", "type", "x y", "Ä", "properties");

    private static readonly Gen<string> Keyword = Any(
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "anyOf", "oneOf", "$ref", "$defs", "pattern", "uniqueItems",
        "minimum", "maximum", "exclusiveMinimum", "multipleOf", "minLength", "maxLength", "minItems", "maxProperties", "title", "default", "not");

    private static readonly Gen<JsonNode?> Leaf = Gen.OneOf(
        Gen.Const((JsonNode?)null),
        Gen.Bool.Select(static b => (JsonNode?)JsonValue.Create(b)),
        Gen.Int[-3, 40].Select(static i => (JsonNode?)JsonValue.Create(i)),
        Gen.Double[-1e300, 1e300].Select(static d => (JsonNode?)JsonValue.Create(d)),
        Any("object", "string", "integer", "array", "#", "#/$defs/a", "^a+$", "(", "text").Select(static s => (JsonNode?)JsonValue.Create(s)));

    private static Gen<JsonNode?> Json(Gen<string> name, int depth) => depth == 0
        ? Leaf
        : Gen.Frequency(
            (2, Leaf),
            (2, Json(name, depth - 1).Array[0, 4].Select(static items => (JsonNode?)new JsonArray([.. items.Select(static i => i?.DeepClone())]))),
            (4, Gen.Select(name, Json(name, depth - 1)).Array[0, 5].Select(static members => (JsonNode?)Object(members))));

    private static JsonObject Object((string Name, JsonNode? Value)[] members)
    {
        var json = new JsonObject();
        foreach (var (name, value) in members) json[name] = value?.DeepClone();
        return json;
    }

    private static JsonElement Element(JsonNode? node) => JsonSerializer.SerializeToElement(node);

    [Test]
    public void No_json_makes_it_throw()
    {
        var seen = 0;
        Gen.Select(Json(Keyword, 4), Json(Name, 4)).Sample(
            (schema, value) =>
            {
                if (schema is JsonObject root) root["type"] = "object";
                var parsed = ToolSchema.Parse(Element(schema));
                if (!parsed.IsOk) return parsed.Error is NetworkError.InvalidArgument;
                Interlocked.Increment(ref seen);
                return parsed.Value.Check(Element(value)) is null or { Length: > 10 };
            },
            iter: 20_000);
        Assert.That(seen, Is.GreaterThan(100));
    }

    private static Gen<(JsonNode Schema, Gen<JsonNode?> Value)> Pair(int depth)
    {
        var leaves = Gen.OneOf(
            Gen.Select(Gen.Int[-100, 0], Gen.Int[0, 100]).Select(static (low, high) => (
                (JsonNode)new JsonObject { ["type"] = "integer", ["minimum"] = low, ["maximum"] = high },
                Gen.Int[low, high].Select(static i => (JsonNode?)JsonValue.Create(i)))),
            Gen.Int[0, 10].Select(static length => (
                (JsonNode)new JsonObject { ["type"] = "string", ["minLength"] = length, ["maxLength"] = length },
                Any("a", "é", "😀").Array[length].Select(static parts => (JsonNode?)JsonValue.Create(string.Concat(parts))))),
            Gen.Const((
                (JsonNode)new JsonObject { ["type"] = new JsonArray("boolean", "null") },
                Gen.OneOf(Gen.Bool.Select(static b => (JsonNode?)JsonValue.Create(b)), Gen.Const((JsonNode?)null)))),
            Gen.Int[1, 5].Select(static unit => (
                (JsonNode)new JsonObject { ["type"] = "number", ["multipleOf"] = unit },
                Gen.Int[-9, 9].Select(i => (JsonNode?)JsonValue.Create(i * unit)))),
            Gen.Const((
                (JsonNode)new JsonObject { ["enum"] = new JsonArray("x", 1, new JsonArray()) },
                Gen.OneOf(Gen.Const((JsonNode?)JsonValue.Create("x")), Gen.Const((JsonNode?)JsonValue.Create(1))))));
        if (depth == 0) return leaves;
        var inner = Pair(depth - 1);
        return Gen.OneOf(
            leaves,
            inner.Select(static item => (
                (JsonNode)new JsonObject { ["type"] = "array", ["items"] = item.Schema.DeepClone(), ["maxItems"] = 3 },
                item.Value.Array[0, 3].Select(static items => (JsonNode?)new JsonArray([.. items.Select(static i => i?.DeepClone())])))),
            Gen.Select(inner, inner).Select(static (first, second) => (
                (JsonNode)new JsonObject { ["anyOf"] = new JsonArray(first.Schema.DeepClone(), second.Schema.DeepClone()) },
                Gen.OneOf(first.Value, second.Value))),
            Gen.Select(inner, inner).Select(static (first, second) => ((JsonNode)Both(first.Schema, second.Schema), Members(first.Value, second.Value))));
    }

    private static JsonObject Both(JsonNode first, JsonNode second) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["first"] = first.DeepClone(), ["second"] = second.DeepClone() },
        ["required"] = new JsonArray("first"),
        ["additionalProperties"] = false,
    };

    private static Gen<JsonNode?> Members(Gen<JsonNode?> first, Gen<JsonNode?> second) => Gen.Select(first, second, Gen.Bool).Select(static (a, b, both) =>
    {
        var json = new JsonObject { ["first"] = a?.DeepClone() };
        if (both) json["second"] = b?.DeepClone();
        return (JsonNode?)json;
    });

    [Test]
    public void What_follows_a_schema_passes() => Pair(3).SelectMany(static pair => pair.Value.Select(value => (pair.Schema, Value: value))).Sample(
        static pair =>
        {
            var schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["v"] = pair.Schema.DeepClone() } };
            return ToolSchema.Parse(Element(schema)).Unwrap().Check(Element(new JsonObject { ["v"] = pair.Value?.DeepClone() })) is null;
        },
        iter: 5_000);

    [Test]
    public void Numbers_compare_as_numbers() => Gen.Select(Gen.Decimal, Gen.Decimal).Sample(static (bound, value) =>
    {
        var schema = Element(new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["v"] = new JsonObject { ["maximum"] = bound } } });
        var json = JsonSerializer.Deserialize<JsonElement>(string.Create(CultureInfo.InvariantCulture, $$"""{"v":{{value}}}"""));
        return (ToolSchema.Parse(schema).Unwrap().Check(json) is null) == (value <= bound);
    });
}
