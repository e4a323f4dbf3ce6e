using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Schema;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>A registered tool, as models see it. Immutable.</summary>
public sealed class McpTool
{
    internal McpTool(string name, string description, JsonElement inputSchema, ToolSchema schema, ChannelId channel, ToolOptions options)
    {
        Name = name;
        Description = description;
        InputSchema = inputSchema;
        Schema = schema;
        HandlerChannel = channel;
        Options = options;
    }

    /// <summary>1-64 letters, digits, <c>_</c> and <c>-</c>.</summary>
    public string Name { get; }

    /// <summary>What it does, for the model.</summary>
    public string Description { get; }

    /// <summary>A JSON schema of its arguments.</summary>
    public JsonElement InputSchema { get; }

    /// <summary>The channel that its calls go to.</summary>
    public ChannelId HandlerChannel { get; }

    /// <summary>What else it says about itself.</summary>
    public ToolOptions Options { get; }

    internal ToolSchema Schema { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} on channel {HandlerChannel}";
}
