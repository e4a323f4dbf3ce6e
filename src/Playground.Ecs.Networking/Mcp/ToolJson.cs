using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>How tools read and write JSON. Any thread.</summary>
internal static class ToolJson
{
    /// <summary>For arguments: names without regard to case, numbers as numbers, fields too.</summary>
    public static JsonSerializerOptions Arguments { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = true,
        IncludeFields = true,
    };

    /// <summary>For results: snake_case, fields too.</summary>
    public static JsonSerializerOptions Results { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        IncludeFields = true,
    };
}
