using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp.Tests;

/// <summary>A system with its own loop on a free port of this machine, and a plugin for tools.</summary>
internal sealed class McpServerHost : IAsyncDisposable
{
    private McpServerHost(NetworkingSystem system, ChannelId plugin)
    {
        System = system;
        Plugin = plugin;
    }

    public NetworkingSystem System { get; }

    public ChannelId Plugin { get; }

    public Uri McpUri => new($"http://127.0.0.1:{System.LocalEndPoint!.Port}/mcp");

    public Uri WebSocketUri => new($"ws://127.0.0.1:{System.LocalEndPoint!.Port}/ws");

    public static async Task<McpServerHost> StartAsync(McpOptions? options = null)
    {
        var system = new NetworkingSystem(new NetworkingOptions
        {
            Host = "127.0.0.1",
            Port = 0,
            AllowClientChannels = true,
            AllowClientTools = true,
            Mcp = options ?? new McpOptions(),
        });
        (await system.InitializeAsync()).Unwrap();
        return new McpServerHost(system, (await system.RegisterPluginAsync("tools")).Unwrap());
    }

    public ValueTask DisposeAsync() => System.DisposeAsync();
}
