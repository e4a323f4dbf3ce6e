using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>A JSON schema of a tool's arguments, ready to check them. Immutable; any thread.</summary>
internal sealed class ToolSchema
{
    /// <summary>Reads a schema: an object with <c>"type": "object"</c>, of the keywords that this class knows.</summary>
    /// <returns>The schema; InvalidArgument that names the place and the keyword.</returns>
    public static NetworkResult<ToolSchema> Parse(JsonElement schema) => throw new NotImplementedException();

    /// <summary>Checks arguments.</summary>
    /// <returns>Null when they follow the schema; otherwise a sentence for the model with the place, what is there, and what should be.</returns>
    public string? Check(JsonElement arguments) => throw new NotImplementedException();
}
