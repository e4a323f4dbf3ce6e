using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Mcp.Expose;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>What the built-in tools see. Loop thread only, at the end of a frame.</summary>
internal sealed class WorldView(
    NetworkingOptions options, World world, ExposedComponents exposed, ChannelRegistry channels, SessionStage sessions, ToolRegistry tools, LlmSessions models)
{
    private readonly QueryDescription _all = new();
    private readonly QueryDescription _connections = new QueryDescription().WithAll<ConnectionComponent, ConnectionHandle>();

    public NetworkingOptions Options => options;

    public McpOptions Limits { get; } = options.Mcp ?? new McpOptions();

    public World World => world;

    public ExposedComponents Exposed => exposed;

    public ChannelRegistry Channels => channels;

    public SessionStage Sessions => sessions;

    public ToolRegistry Tools => tools;

    public LlmSessions Models => models;

    /// <summary>The totals now. Set before the first frame.</summary>
    public Func<NetworkStats> Stats { get; set; } = null!;

    /// <summary>All entities.</summary>
    public ref readonly QueryDescription All => ref _all;

    /// <summary>The entities of peers and of models.</summary>
    public ref readonly QueryDescription Connections => ref _connections;

    public Rates Rates { get; } = new();

    public TimeProvider Time => options.TimeProvider;
}
