using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>
/// The HTTP server of the WebSocket's port: health, the pages that the application maps, and the WebSockets that it gets. It reads no configuration
/// files or environment variables, and no signals. Awaits; never touches the loop.
/// </summary>
internal sealed class HttpHost : IAsyncDisposable
{
    private const int ConnectionsMax = 1_024;

    // Kestrel holds as much input of a link as the loop takes from it in a frame, but a request's head has to fit.
    private const int RequestBytesMin = 64 * 1024;

    private readonly WebApplication _app;
    private readonly SocketFeed? _feed;
    private readonly TransportStart _context;
    private Task? _started;

    private HttpHost(WebApplication app, SocketFeed? feed, TransportStart context)
    {
        _app = app;
        _feed = feed;
        _context = context;
    }

    /// <summary>Builds the host. Exceptions of <see cref="NetworkingOptions.ConfigureHttp"/> come out of here.</summary>
    /// <param name="context">The transport's surroundings.</param>
    /// <param name="source">Where its connections come from.</param>
    /// <param name="links">Where upgraded requests go.</param>
    /// <param name="echo">Who serves the echo path; null: nobody.</param>
    /// <param name="upgrades">False: the WebSocket's path is refused here, because links are another server's.</param>
    public static async Task<HttpHost> CreateAsync(
        TransportStart context, HttpSource source, LinkSet links, EchoEndpoint? echo, bool upgrades = true)
    {
        var feed = source.Listener is null ? new SocketFeed(source.Local, context.LoggerFactory) : null;
        var host = new HttpHost(Build(context, source, feed, links), feed, context);
        try
        {
            host.Map(links, echo, upgrades);
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
        _feed!.Add(socket);
        _started ??= Task.Run(TryStartAsync);
    }

    /// <summary>Begins to accept, where there is a listener.</summary>
    public Task StartAsync() => _started = _app.StartAsync();

    /// <summary>Stops within <see cref="NetworkingOptions.ShutdownTimeout"/>, requests in flight or not.</summary>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(_context.Options.ShutdownTimeout);
        try
        {
            if (_started is { } started)
            {
                // One that could not start was told to who started it.
                await started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (started.IsCompletedSuccessfully) await _app.StopAsync(timeout.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            TransportLog.HttpStopTimedOut(_context.LoggerFactory.CreateLogger<HttpHost>());
        }

        await _app.DisposeAsync().ConfigureAwait(false);
        if (_feed is not null) await _feed.DisposeAsync().ConfigureAwait(false);
    }

    private async Task TryStartAsync()
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

    private static WebApplication Build(TransportStart context, HttpSource source, SocketFeed? feed, LinkSet links)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = nameof(HttpHost),
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.AddSingleton<ILoggerFactory>(new QuietLogging(context.LoggerFactory));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = context.Options.ShutdownTimeout);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, context, source, links));
        if (feed is null) builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = _ => source.Listener!);
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => feed is not null
            ? feed
            : new PatientListenerFactory(ActivatorUtilities.CreateInstance<SocketTransportFactory>(services), context));
        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel, TransportStart context, HttpSource source, LinkSet links)
    {
        var options = context.Options;
        var firstByte = new FirstByte(links, source.Listener is null ? null : new SilentConnections(links, context.Time));
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = options.HandshakeTimeout;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax + options.HandshakesMax;
        kestrel.Limits.MaxRequestBufferSize = Math.Max(RequestBytesMin, options.ReceiveBudgetBytes);
        kestrel.Listen(source.Local, listen =>
        {
            // A WebSocket on a stream of HTTP/2 would share its connection's congestion and flow control with pages.
            listen.Protocols = HttpProtocols.Http1;
            if (source.Listener is not null) listen.Use(next => firstByte.First(next, tlsOnly: options.Certificate is not null));
            if (options.Certificate is null) return;
            listen.UseHttps(Tls(options.Certificate, options));
            listen.Use(firstByte.BehindTls);
        });
    }

    [SuppressMessage("Security", "CA5398", Justification = "The two versions that are not broken, wherever the system's defaults are laxer.")]
    private static HttpsConnectionAdapterOptions Tls(X509Certificate2 certificate, NetworkingOptions options) => new()
    {
        ServerCertificate = certificate,
        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        HandshakeTimeout = options.HandshakeTimeout,
    };

    private void Map(LinkSet links, EchoEndpoint? echo, bool upgrades)
    {
        var options = _context.Options;
        var endpoint = new UpgradeEndpoint(() => links, isMapped: false, _context.LoggerFactory.CreateLogger<HttpHost>(), CancellationToken.None);
        _app.MapMethods("/healthz", [HttpMethods.Get], context => WriteHealth(context, links.Count, options.ConnectionsMax));
        _app.Map(options.Path, upgrades ? endpoint.ServeLinkAsync : UpgradeEndpoint.RefuseUsedAsync);
        if (echo is not null) _app.Map(options.EchoPath!, context => UpgradeEndpoint.ServeEchoAsync(context, echo, links));
        options.ConfigureHttp?.Invoke(_app);
    }

    private static Task WriteHealth(HttpContext context, int links, int linksMax)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"status":"ok","links":{{links}},"linksMax":{{linksMax}}}""");
    }

    /// <summary>The host ends when its owner says so, not by a signal.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Where an <see cref="HttpHost"/>'s connections come from.</summary>
/// <param name="Local">The address that they come in on.</param>
/// <param name="Listener">Bound, for Kestrel to accept on; null: an acceptor hands them over.</param>
internal sealed record HttpSource(IPEndPoint Local, Socket? Listener);
