using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>What a tool says about itself beyond name, description and input; immutable. The hints are for the client's user interface.</summary>
public sealed record ToolOptions
{
    internal static ToolOptions Default { get; } = new();

    /// <summary>A name for people. Default null: the tool's name.</summary>
    public string? Title { get; init; }

    /// <summary>A JSON schema of type object that structured results follow. Default null: not said.</summary>
    public JsonElement? OutputSchema { get; init; }

    /// <summary>The tool changes nothing. Default false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>What it changes may be lost. Default false.</summary>
    public bool Destructive { get; init; }

    /// <summary>Called again with the same arguments it changes nothing more. Default false.</summary>
    public bool Idempotent { get; init; }

    /// <summary>How long it may take. Default null: <see cref="McpOptions.CallTimeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// True: the handler runs at the end of the frame, when all systems have updated, and may change the world's structure. False: in Update,
    /// among the systems. Default false.
    /// </summary>
    public bool AtFrameEnd { get; init; }
}
