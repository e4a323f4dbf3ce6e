using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>
/// The SDK with services of its own, so that any server can host it: <see cref="Pipeline"/> takes requests whose path is "/" and whose
/// services are a scope of <see cref="Provider"/>.
/// </summary>
internal sealed class McpServices : IAsyncDisposable
{
    private readonly List<IHostedService> _started = [];

    private McpServices(ServiceProvider provider, RequestDelegate pipeline)
    {
        Provider = provider;
        Pipeline = pipeline;
        Sessions = provider.GetRequiredService<ModelSessions>();
        KeepAlive = provider.GetRequiredService<KeepAlive>();
    }

    public ServiceProvider Provider { get; }

    public RequestDelegate Pipeline { get; }

    public ModelSessions Sessions { get; }

    public KeepAlive KeepAlive { get; }

    /// <summary>Builds and starts them. Exceptions of <see cref="McpOptions.Configure"/> come out of here.</summary>
    public static async Task<McpServices> StartAsync(IMcpLoop loop, McpOptions options, McpLifetime lifetime)
    {
        var provider = Register(loop, options, lifetime).BuildServiceProvider();
        var services = new McpServices(provider, BuildPipeline(provider));
        try
        {
            foreach (var hosted in provider.GetServices<IHostedService>())
            {
                await hosted.StartAsync(CancellationToken.None).ConfigureAwait(false);
                services._started.Add(hosted);
            }

            return services;
        }
        catch
        {
            await services.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends all sessions.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var hosted in _started) await hosted.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => Provider.DisposeAsync();

    private static RequestDelegate BuildPipeline(IServiceProvider provider)
    {
        var app = new ApplicationBuilder(provider);
        app.UseRouting();
        app.UseEndpoints(static endpoints => endpoints.MapMcp());
        return app.Build();
    }

    private static ServiceCollection Register(IMcpLoop loop, McpOptions options, McpLifetime lifetime)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loop.Options.LoggerFactory).AddLogging();
        services.AddSingleton(loop).AddSingleton(options);
        services.AddSingleton(lifetime).AddSingleton<IHostApplicationLifetime>(lifetime);
        services.AddSingleton(_ => new DiagnosticListener(nameof(McpHost))).AddSingleton<DiagnosticSource>(static p => p.GetRequiredService<DiagnosticListener>());
        services.AddSingleton<Changes>().AddSingleton<ModelSessions>().AddScoped<ModelRequest>();
        services.AddSingleton<ToolCalls>().AddSingleton<ResourceReads>().AddSingleton<ListenStreams>();
        services.AddSingleton(_ => new KeepAlive(loop.Options.TimeProvider, options.KeepAliveInterval));
        services.AddRoutingCore();
        var builder = services.AddMcpServer().WithHttpTransport();
        services.AddOptions<HttpServerTransportOptions>().Configure<ModelSessions>((transport, sessions) => Configure(transport, sessions, loop, options));
        services.AddOptions<McpServerOptions>().Configure<ToolCalls, ResourceReads, ListenStreams>(Configure);
        options.Configure?.Invoke(builder);
        return services;
    }

    private static void Configure(HttpServerTransportOptions transport, ModelSessions sessions, IMcpLoop loop, McpOptions options)
    {
        transport.SessionMode = HttpServerSessionMode.StatefulForInitializeClients;
        transport.TimeProvider = loop.Options.TimeProvider;
#pragma warning disable MCP9006, MCPEXP002 // Sessions are the older era's, which most clients speak; nothing else tells when one ends.
        transport.IdleTimeout = options.IdleTimeout;

        // One more than there may be: what is beyond is refused, and never takes the place of a session that waits.
        transport.MaxIdleSessionCount = options.SessionsMax + 1;
        transport.RunSessionHandler = sessions.RunAsync;
#pragma warning restore MCP9006, MCPEXP002
    }

    private static void Configure(McpServerOptions server, ToolCalls tools, ResourceReads resources, ListenStreams listeners)
    {
        server.ServerInfo = new Implementation { Name = "Playground.Ecs.Networking", Version = VersionOf(typeof(McpServices).Assembly) };
        server.Capabilities = new ServerCapabilities
        {
            Tools = new ToolsCapability { ListChanged = true },
            Resources = new ResourcesCapability { ListChanged = true, Subscribe = true },
        };
        server.Handlers.ListToolsHandler = tools.ListAsync;
        server.Handlers.CallToolHandler = tools.CallAsync;
        server.Handlers.ListResourcesHandler = resources.ListAsync;
        server.Handlers.ListResourceTemplatesHandler = resources.ListTemplatesAsync;
        server.Handlers.ReadResourceHandler = resources.ReadAsync;
        server.Handlers.SubscribeToResourcesHandler = resources.SubscribeAsync;
        server.Handlers.UnsubscribeFromResourcesHandler = resources.UnsubscribeAsync;
        server.Handlers.SubscriptionsListenHandler = listeners.ListenAsync;
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
