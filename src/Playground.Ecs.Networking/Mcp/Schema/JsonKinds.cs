using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp.Schema;

/// <summary>The types of JSON schema, several at once.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Object = 1,
    Array = 2,
    String = 4,
    Number = 8,
    Integer = 16,
    Boolean = 32,
    Null = 64,
    All = Object | Array | String | Number | Boolean | Null,
}

/// <summary>Between JSON and <see cref="JsonKinds"/>.</summary>
internal static class JsonKindNames
{
    private static readonly (JsonKinds Kind, string Name, string Article)[] Names =
    [
        (JsonKinds.Object, "object", "an object"), (JsonKinds.Array, "array", "an array"), (JsonKinds.String, "string", "a string"),
        (JsonKinds.Number, "number", "a number"), (JsonKinds.Integer, "integer", "an integer"), (JsonKinds.Boolean, "boolean", "a boolean"),
        (JsonKinds.Null, "null", "null"),
    ];

    /// <returns>The kind; None for a name that is no type.</returns>
    public static JsonKinds Parse(string name)
    {
        foreach (var (kind, known, _) in Names)
        {
            if (known == name) return kind;
        }

        return JsonKinds.None;
    }

    /// <summary>What a value is; a number without a fraction is an integer too (JSON Schema 2020-12, section 6.1.1).</summary>
    public static JsonKinds Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonKinds.Object,
        JsonValueKind.Array => JsonKinds.Array,
        JsonValueKind.String => JsonKinds.String,
        JsonValueKind.Number => JsonNumber.Of(value).IsInteger ? JsonKinds.Number | JsonKinds.Integer : JsonKinds.Number,
        JsonValueKind.True or JsonValueKind.False => JsonKinds.Boolean,
        JsonValueKind.Null => JsonKinds.Null,
        _ => JsonKinds.None,
    };

    /// <summary>For a sentence: "a string or null".</summary>
    public static string Describe(JsonKinds kinds) =>
        string.Join(" or ", Names.Where(n => kinds.HasFlag(n.Kind)).Select(static n => n.Article));
}
