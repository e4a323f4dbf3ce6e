using System.Runtime.InteropServices;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>Something that a tool says while it works: progress, or a message for the log. Immutable.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ToolNote(bool IsProgress, double Progress, double? Total, string? Message, ToolLogLevel Level)
{
    public static ToolNote Of(double progress, double? total, string? message) => new(true, progress, total, message, default);

    public static ToolNote Of(ToolLogLevel level, string message) => new(false, 0, null, message, level);
}

/// <summary>Whoever waits for a call hears what the tool says meanwhile. Called by one task, never the loop's thread, in order.</summary>
internal delegate ValueTask ToolListener(ToolNote note, CancellationToken cancellationToken);
