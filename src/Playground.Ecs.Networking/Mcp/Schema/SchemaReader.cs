using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp.Schema;

/// <summary>Reads the part of JSON Schema 2020-12 that tools use. A keyword that would not be checked is refused, annotations apart.</summary>
internal sealed class SchemaReader
{
    private const int DepthMax = 32;
    private const int NodesMax = 2_000;
    private const int ChainMax = 32;
    private const string DefinitionsPrefix = "#/$defs/";

    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "title", "description", "default", "examples", "$schema", "$id", "$comment", "format", "deprecated", "readOnly", "writeOnly",
    };

    private readonly Dictionary<string, SchemaNode> _definitions = new(StringComparer.Ordinal);
    private readonly List<(SchemaNode Node, string Target, string Place)> _references = [];
    private readonly List<(SchemaNode Node, string Place)> _all = [];
    private int _nodes;

    /// <summary>Reads a schema.</summary>
    /// <returns>Its root; InvalidArgument that names the place and the keyword.</returns>
    public static NetworkResult<SchemaNode> Read(JsonElement schema)
    {
        try
        {
            return new SchemaReader().ReadWhole(schema);
        }
        catch (SchemaException exception)
        {
            return new NetworkError.InvalidArgument($"the schema at {exception.Place}: {exception.Message}");
        }
        catch (InvalidOperationException)
        {
            return new NetworkError.InvalidArgument("the schema at #: a text in it is no valid Unicode");
        }
    }

    private SchemaNode ReadWhole(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) throw new SchemaException("#", $"must be an object, not {JsonShow.Value(schema)}");
        var root = ReadNode(schema, "#", 0);
        foreach (var (node, target, place) in _references) node.Reference = Resolve(root, target, place);
        foreach (var (node, place) in _all) Measure(node, place);
        return root;
    }

    private SchemaNode ReadNode(JsonElement schema, string place, int depth)
    {
        if (depth > DepthMax) throw new SchemaException(place, $"nests deeper than {DepthMax}");
        Count(place);
        if (schema.ValueKind == JsonValueKind.True) return SchemaNode.Anything;
        if (schema.ValueKind == JsonValueKind.False) return SchemaNode.Nothing;
        if (schema.ValueKind != JsonValueKind.Object) throw new SchemaException(place, $"a schema is an object or a boolean, not {JsonShow.Value(schema)}");
        var node = new SchemaNode();
        _all.Add((node, place));
        foreach (var keyword in schema.EnumerateObject())
        {
            if (!Annotations.Contains(keyword.Name)) ReadKeyword(node, keyword.Name, keyword.Value, place, depth);
        }

        return node;
    }

    private void ReadKeyword(SchemaNode node, string keyword, JsonElement value, string place, int depth)
    {
        var here = $"{place}/{Escape(keyword)}";
        switch (keyword)
        {
            case "type": node.Kinds = ReadKinds(value, here); break;
            case "enum": node.Values = ReadValues(value, here); break;
            case "const": node.Constant = value; break;
            case "properties": node.Properties = ReadMap(value, here, depth); break;
            case "required": node.Required = ReadNames(value, here); break;
            case "additionalProperties": node.Additional = ReadNode(value, here, depth + 1); break;
            case "items": node.Items = ReadNode(value, here, depth + 1); break;
            case "anyOf": node.AnyOf = ReadList(value, here, depth); break;
            case "oneOf": node.OneOf = ReadList(value, here, depth); break;
            case "$ref": _references.Add((node, ReadText(value, here), here)); break;
            case "$defs": ReadDefinitions(value, here, place, depth); break;
            case "pattern":
                node.Pattern = SchemaPattern.TryCreate(ReadText(value, here), out var problem) ?? throw new SchemaException(here, $"the keyword 'pattern' {problem}");
                break;
            case "uniqueItems":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) throw new SchemaException(here, "must be a boolean");
                node.IsUnique = value.GetBoolean();
                break;
            default: ReadBound(node, keyword, value, place, here); break;
        }
    }

    private static void ReadBound(SchemaNode node, string keyword, JsonElement value, string place, string here)
    {
        switch (keyword)
        {
            case "minimum": node.Minimum = ReadNumber(value, here); break;
            case "maximum": node.Maximum = ReadNumber(value, here); break;
            case "exclusiveMinimum": node.Above = ReadNumber(value, here); break;
            case "exclusiveMaximum": node.Below = ReadNumber(value, here); break;
            case "multipleOf":
                node.MultipleOf = ReadNumber(value, here) is { Near: > 0 } unit ? unit : throw new SchemaException(here, "must be above 0");
                break;
            case "minLength": node.CharsMin = ReadCount(value, here); break;
            case "maxLength": node.CharsMax = ReadCount(value, here); break;
            case "minItems": node.ItemsMin = ReadCount(value, here); break;
            case "maxItems": node.ItemsMax = ReadCount(value, here); break;
            case "minProperties": node.PropertiesMin = ReadCount(value, here); break;
            case "maxProperties": node.PropertiesMax = ReadCount(value, here); break;
            default: throw new SchemaException(place, $"the keyword {JsonShow.Quote(keyword)} is not supported");
        }
    }

    private Dictionary<string, SchemaNode> ReadMap(JsonElement value, string here, int depth)
    {
        if (value.ValueKind != JsonValueKind.Object) throw new SchemaException(here, $"must be an object, not {JsonShow.Value(value)}");
        var map = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var entry in value.EnumerateObject())
        {
            if (!map.TryAdd(entry.Name, ReadNode(entry.Value, $"{here}/{Escape(entry.Name)}", depth + 1)))
            {
                throw new SchemaException(here, $"{JsonShow.Quote(entry.Name)} is there twice");
            }
        }

        return map;
    }

    private void ReadDefinitions(JsonElement value, string here, string place, int depth)
    {
        if (place != "#") throw new SchemaException(place, "the keyword '$defs' is supported at the top only");
        foreach (var (name, node) in ReadMap(value, here, depth)) _definitions[Escape(name)] = node;
    }

    private SchemaNode[] ReadList(JsonElement value, string here, int depth)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0) throw new SchemaException(here, "must be an array of schemas that is not empty");
        return [.. value.EnumerateArray().Select((item, i) => ReadNode(item, $"{here}/{i}", depth + 1))];
    }

    private static JsonKinds ReadKinds(JsonElement value, string here)
    {
        if (value.ValueKind == JsonValueKind.String) return ReadKind(value, here);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0) throw new SchemaException(here, "must be a type or an array of types");
        return value.EnumerateArray().Aggregate(JsonKinds.None, (kinds, item) => kinds | ReadKind(item, here));
    }

    private static JsonKinds ReadKind(JsonElement value, string here)
    {
        var kind = value.ValueKind == JsonValueKind.String ? JsonKindNames.Parse(value.GetString()!) : JsonKinds.None;
        return kind != JsonKinds.None ? kind : throw new SchemaException(here, $"{JsonShow.Value(value)} is no type");
    }

    private JsonElement[] ReadValues(JsonElement value, string here)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0) throw new SchemaException(here, "must be an array that is not empty");
        JsonElement[] values = [.. value.EnumerateArray()];
        foreach (var _ in values) Count(here);
        return values;
    }

    private HashSet<string> ReadNames(JsonElement value, string here)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(static v => v.ValueKind != JsonValueKind.String))
        {
            throw new SchemaException(here, "must be an array of strings");
        }

        var names = value.EnumerateArray().Select(static v => v.GetString()!).ToHashSet(StringComparer.Ordinal);
        foreach (var _ in names) Count(here);
        return names;
    }

    private static string ReadText(JsonElement value, string here) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new SchemaException(here, "must be a string");

    private static JsonNumber ReadNumber(JsonElement value, string here) =>
        value.ValueKind == JsonValueKind.Number ? JsonNumber.Of(value) : throw new SchemaException(here, "must be a number");

    private static long ReadCount(JsonElement value, string here)
    {
        if (value.ValueKind != JsonValueKind.Number || JsonNumber.Of(value) is not { IsInteger: true, Near: >= 0 and < long.MaxValue } number)
        {
            throw new SchemaException(here, "must be an integer that is not negative");
        }

        return (long)number.Near;
    }

    private SchemaNode Resolve(SchemaNode root, string target, string place)
    {
        if (target == "#") return root;
        if (!target.StartsWith(DefinitionsPrefix, StringComparison.Ordinal))
        {
            throw new SchemaException(place, $"the keyword '$ref' may lead to {DefinitionsPrefix}… only, not {JsonShow.Quote(target)}");
        }

        var name = target[DefinitionsPrefix.Length..];
        return _definitions.TryGetValue(name, out var node) || _definitions.TryGetValue(Uri.UnescapeDataString(name), out node)
            ? node
            : throw new SchemaException(place, $"the keyword '$ref' leads to {JsonShow.Quote(target)}, which is not there");
    }

    // Schemas that apply to one and the same value: were they to lead to themselves, a check would not end.
    private static int Measure(SchemaNode node, string place)
    {
        const int Measuring = -1;
        if (node.Chain == Measuring) throw new SchemaException(place, "the keyword '$ref' leads back to itself");
        if (node.Chain > 0 || node == SchemaNode.Anything || node == SchemaNode.Nothing) return node.Chain;
        node.Chain = Measuring;
        var longest = 0;
        if (node.Reference is { } reference) longest = Measure(reference, place);
        foreach (var branch in (node.AnyOf ?? []).Concat(node.OneOf ?? [])) longest = Math.Max(longest, Measure(branch, place));
        if (longest >= ChainMax) throw new SchemaException(place, $"more than {ChainMax} references and alternatives apply to one value");
        return node.Chain = longest + 1;
    }

    private void Count(string place)
    {
        if (++_nodes > NodesMax) throw new SchemaException(place, $"has more than {NodesMax} parts");
    }

    // RFC 6901, section 3.
    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

#pragma warning disable CA1032, CA1064 // It never leaves this class.
    private sealed class SchemaException(string place, string message) : Exception(message)
    {
        public string Place { get; } = place;
    }
#pragma warning restore CA1032, CA1064
}
