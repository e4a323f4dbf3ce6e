using Playground.Ecs.Networking.Channels;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>A tool as the loop knows it. Loop thread only.</summary>
internal sealed class RegisteredTool(McpTool tool, Channel channel, ToolHandler? handler)
{
    /// <summary>What models see of it.</summary>
    public McpTool Tool { get; } = tool;

    /// <summary>Where its calls go; with it the tool goes.</summary>
    public Channel Channel { get; } = channel;

    /// <summary>Who carries it out; null: whoever receives its channel, in this process or a peer.</summary>
    public ToolHandler? Handler { get; } = handler;

    /// <summary>Its calls without a result yet.</summary>
    public HashSet<PendingToolCall> Calls { get; } = [];
}
