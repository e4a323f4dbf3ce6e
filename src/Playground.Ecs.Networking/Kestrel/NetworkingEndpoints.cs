using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Mcp.Endpoint;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>Networking as an endpoint of an ASP.NET Core application.</summary>
public static class NetworkingEndpoints
{
    /// <summary>
    /// Maps a system's WebSocket to a path of the application, over HTTP/1.1 and HTTP/2. The system is started and disposed by its owner, before
    /// or after the application: while it does not run the path answers 503, and when the application stops, the links that came
    /// through it are closed with 1001. Set <see cref="NetworkingOptions.Listens"/> to false where the system needs no port of its own.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path; <see cref="NetworkingOptions.Path"/> concerns the system's own port alone.</param>
    /// <param name="networking">The system.</param>
    /// <returns>The endpoint, to require authorization, CORS or hosts of.</returns>
    /// <exception cref="InvalidOperationException">The system's transport takes no WebSockets from other servers.</exception>
    public static IEndpointConventionBuilder MapNetworking(this IEndpointRouteBuilder endpoints, string pattern, NetworkingSystem networking)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(networking);
        if (!networking.TakesUpgrades)
        {
            throw new InvalidOperationException("The system's transport takes no WebSockets from other servers; KestrelTransport and SocketTransport do.");
        }

        var logging = endpoints.ServiceProvider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        var stopping = endpoints.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        var endpoint = new UpgradeEndpoint(() => networking.UpgradedLinks, isMapped: true, logging.CreateLogger<KestrelTransport>(), stopping);
        return endpoints.Map(pattern, endpoint.ServeLinkAsync).DisableRequestTimeout().WithDisplayName("Networking");
    }

    /// <summary>
    /// Serves language models (Model Context Protocol, Streamable HTTP) at a path of the application, beside or instead of
    /// <see cref="McpOptions.Path"/> on the system's own port. Requests are judged by <see cref="McpOptions"/>; a user whom the application
    /// authenticated counts where they name no <see cref="McpOptions.Authenticate"/>.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="networking">The system.</param>
    /// <returns>The endpoint, to require authorization of.</returns>
    /// <exception cref="InvalidOperationException">The system has no <see cref="NetworkingOptions.Mcp"/>.</exception>
    public static IEndpointConventionBuilder MapNetworkingMcp(this IEndpointRouteBuilder endpoints, string pattern, NetworkingSystem networking)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(networking);
        var options = networking.Mcp.Options.Mcp ?? throw new InvalidOperationException("NetworkingOptions.Mcp is null: the system serves no language models.");
        var host = new McpHost(networking.Mcp, options);
        var lifetime = endpoints.ServiceProvider.GetService<IHostApplicationLifetime>();
        lifetime?.ApplicationStopping.Register(host.BeginStop);

        // The application waits here for the end of its models' sessions, which takes ShutdownTimeout at most.
        lifetime?.ApplicationStopped.Register(() => host.DisposeAsync().AsTask().GetAwaiter().GetResult());
        return endpoints.Map(pattern, host.ServeAsync).DisableRequestTimeout().WithDisplayName("Networking MCP");
    }
}
