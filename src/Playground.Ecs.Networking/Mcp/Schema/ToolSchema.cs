using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp.Schema;

/// <summary>
/// A JSON schema of a tool's arguments, ready to check them: of JSON Schema 2020-12 the keywords that tools use, listed in
/// <see cref="SchemaReader"/>. Immutable; any thread.
/// </summary>
internal sealed class ToolSchema
{
    private readonly SchemaNode _root;

    private ToolSchema(SchemaNode root) => _root = root;

    /// <summary>Reads a schema: an object with <c>"type": "object"</c>, of the keywords that this class knows.</summary>
    /// <returns>The schema; InvalidArgument that names the place and the keyword.</returns>
    public static NetworkResult<ToolSchema> Parse(JsonElement schema)
    {
        // What it keeps of it must not go with its document.
        var read = SchemaReader.Read(schema.ValueKind == JsonValueKind.Undefined ? schema : schema.Clone());
        if (!read.IsOk) return read.Error;
        return read.Value.Kinds == JsonKinds.Object
            ? new ToolSchema(read.Value)
            : new NetworkError.InvalidArgument("the schema at #: the keyword 'type' must be \"object\"");
    }

    /// <summary>Reads a schema of any type.</summary>
    /// <returns>The schema; InvalidArgument that names the place and the keyword.</returns>
    public static NetworkResult<ToolSchema> ParseAny(JsonElement schema)
    {
        var read = SchemaReader.Read(schema.Clone());
        return read.IsOk ? new ToolSchema(read.Value) : read.Error;
    }

    /// <summary>Checks arguments.</summary>
    /// <param name="arguments">They.</param>
    /// <param name="name">What they are called in the sentence.</param>
    /// <returns>Null when they follow the schema; otherwise a sentence for the model with the place, what is there, and what should be.</returns>
    public string? Check(JsonElement arguments, string name = "arguments") => SchemaCheck.Run(_root, arguments, name);
}
