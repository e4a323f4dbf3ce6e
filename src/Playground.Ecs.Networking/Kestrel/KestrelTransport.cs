using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>
/// Links over ASP.NET Core's server: on a port of its own, or with <see cref="NetworkingOptions.Listens"/> off inside an
/// application that maps them with <see cref="NetworkingEndpoints.MapNetworking"/>. HTTP and TLS are Kestrel's; WebSocket
/// frames, limits and deadlines are the same code as over sockets.
/// </summary>
/// <remarks>
/// Kestrel's threads move bytes; links are read and written once a frame, by the loop. <see cref="Flush"/> is due once a frame
/// even without links. After every turn of <see cref="Link.TryReceive"/> calls, <see cref="Link.EndReceive"/> is due.
/// </remarks>
public sealed class KestrelTransport : ITransport, IUpgradeTarget
{
    private TransportStart? _context;
    private LinkSet? _links;
    private EchoEndpoint? _echo;
    private HttpHost? _http;
    private int _disposed;

    /// <inheritdoc/>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <inheritdoc/>
    public int LinkCount => _links?.Count ?? 0;

    /// <summary>Links whose peer does not take what is sent. Any thread.</summary>
    internal int BlockedLinkCount => _links!.BlockedCount;

    LinkSet? IUpgradeTarget.Links => _links;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Started before.</exception>
    /// <exception cref="ObjectDisposedException">Disposed before.</exception>
    public async ValueTask<NetworkResult> StartAsync(TransportStart context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (Interlocked.CompareExchange(ref _context, context, null) is not null)
        {
            throw new InvalidOperationException("A transport starts once.");
        }

        if (!context.Options.Listens)
        {
            _links = new LinkSet(context, bound: null);
            return NetworkResult.Ok;
        }

        var bound = Listener.Bind(context.Options.Host, context.Options.Port);
        if (!bound.IsOk)
        {
            return bound.Error;
        }

        try
        {
            await ListenAsync(bound.Value, context).ConfigureAwait(false);
            return NetworkResult.Ok;
        }
        catch
        {
            bound.Value.Dispose();
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public void BeginFrame() => _links!.BeginFrame();

    /// <inheritdoc/>
    public bool TryAccept([NotNullWhen(true)] out Link? link) => _links!.TryAccept(out link);

    /// <inheritdoc/>
    public void Flush(ReadOnlySpan<Link> links) => _links!.Flush(links);

    /// <summary>Refuses new links with HTTP 503; open ones, and pages, go on. Any thread.</summary>
    public ValueTask StopAcceptingAsync()
    {
        _links?.StopAccepting();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Closes everything, open links with 1001: what the loop handed over is sent as far as the peers take it within a quarter
    /// of a second. To be called when the loop no longer calls; any thread, more than once.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _echo?.Dispose();
        _links?.Dispose();
        if (_http is not null)
        {
            await _http.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask ListenAsync(Socket listener, TransportStart context)
    {
        var logger = context.LoggerFactory.CreateLogger<KestrelTransport>();
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _links = new LinkSet(context, LocalEndPoint.Address);
        _echo = context.Options.EchoPath is null ? null : new EchoEndpoint(context.Options.EchoMessageBytesMax, logger);
        _http = await HttpHost.CreateAsync(context, new HttpSource(LocalEndPoint, listener), _links, _echo).ConfigureAwait(false);
        await _http.StartAsync().ConfigureAwait(false);
        TransportLog.Listening(logger, LocalEndPoint.ToString(), context.Options.Path);
    }
}
