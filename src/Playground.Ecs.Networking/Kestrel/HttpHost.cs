using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>
/// The HTTP server behind the WebSocket's port: health, and the pages that the application maps. It reads no configuration
/// files or environment variables, and no signals. Awaits; never touches the loop.
/// </summary>
internal sealed class HttpHost : IAsyncDisposable
{
    private const int ConnectionsMax = 1_024;

    private readonly WebApplication _app;
    private readonly SocketFeed _feed;
    private readonly TransportStart _context;
    private Task? _started;

    private HttpHost(WebApplication app, SocketFeed feed, TransportStart context)
    {
        _app = app;
        _feed = feed;
        _context = context;
    }

    /// <summary>Builds the host. Exceptions of <see cref="NetworkingOptions.ConfigureHttp"/> come out of here.</summary>
    /// <param name="context">The transport's surroundings.</param>
    /// <param name="local">The address that the acceptor listens on.</param>
    /// <param name="linkCount">Any thread: links open now.</param>
    public static async Task<HttpHost> CreateAsync(TransportStart context, IPEndPoint local, Func<int> linkCount)
    {
        var feed = new SocketFeed(local, context.LoggerFactory);
        var host = new HttpHost(Build(context, local, feed), feed, context);
        try
        {
            Map(host._app, context.Options, linkCount);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Accept thread: gives Kestrel a connection from which nothing was read.</summary>
    /// <remarks>The first one starts it: a server without visitors to its pages has no heartbeat, which allocates every second.</remarks>
    public void HandOver(Socket socket)
    {
        _feed.Add(socket);
        _started ??= Task.Run(StartAsync);
    }

    /// <summary>Stops within <see cref="NetworkingOptions.ShutdownTimeout"/>, requests in flight or not.</summary>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(_context.Options.ShutdownTimeout);
        try
        {
            if (_started is { } started)
            {
                await started.ConfigureAwait(false);
                await _app.StopAsync(timeout.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            TransportLog.HttpStopTimedOut(_context.LoggerFactory.CreateLogger<HttpHost>());
        }

        await _app.DisposeAsync().ConfigureAwait(false);
        await _feed.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StartAsync()
    {
        try
        {
            await _app.StartAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The application's hosted services may throw whatever they like; links go on without pages.
            TransportLog.HttpStartFailed(_context.LoggerFactory.CreateLogger<HttpHost>(), exception);
        }
    }

    private static WebApplication Build(TransportStart context, IPEndPoint local, SocketFeed feed)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = nameof(HttpHost),
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(feed);
        builder.Services.AddSingleton(context.LoggerFactory);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = context.Options.ShutdownTimeout);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, context.Options, local));
        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel, NetworkingOptions options, IPEndPoint local)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = options.HandshakeTimeout;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Listen(local, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static void Map(WebApplication app, NetworkingOptions options, Func<int> linkCount)
    {
        app.MapMethods("/healthz", [HttpMethods.Get], context => WriteHealth(context, linkCount(), options.ConnectionsMax));
        app.Map(options.Path, RefuseUpgrade);
        if (options.EchoPath is not null)
        {
            app.Map(options.EchoPath, RefuseUpgrade);
        }

        options.ConfigureHttp?.Invoke(app);
    }

    private static Task WriteHealth(HttpContext context, int links, int linksMax)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"status":"ok","links":{{links}},"linksMax":{{linksMax}}}""");
    }

    // The acceptor takes the upgrade of a new connection; one that carried a page before is Kestrel's for good.
    private static Task RefuseUpgrade(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketVersion = "13";
        context.Response.Headers.Connection = "close, Upgrade";
        return context.Response.WriteAsync("open a new connection for the WebSocket: this one has carried other requests\n");
    }

    /// <summary>The host ends when its owner says so, not by a signal.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
