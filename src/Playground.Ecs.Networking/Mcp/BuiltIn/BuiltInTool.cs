using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>A tool that the system brings itself. Immutable.</summary>
internal sealed record BuiltInTool(string Name, string Title, string Description, string Input, string? Output, ToolHandler Handler)
{
    /// <summary>It changes something.</summary>
    public bool Writes { get; init; }

    /// <summary>What it changes may be lost.</summary>
    public bool IsDestructive { get; init; }

    /// <summary>Called again it changes nothing more.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>It reads no world, so it may run before the frame's end.</summary>
    public bool RunsEarly { get; init; }

    public TimeSpan? Timeout { get; init; }

    public ToolOptions Options => new()
    {
        Title = Title,
        OutputSchema = Output is null ? null : JsonElement.Parse(Output),
        ReadOnly = !Writes,
        Destructive = IsDestructive,
        Idempotent = !Writes || IsIdempotent,
        Timeout = Timeout,
        AtFrameEnd = !RunsEarly,
    };
}
