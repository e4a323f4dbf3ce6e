using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// The default transport: WebSockets (RFC 6455) on non-blocking sockets, read and written in the frame's own rhythm, and one
/// port for them and for HTTP. With a <see cref="NetworkingOptions.Certificate"/> the port speaks TLS alone, by way of Kestrel.
/// </summary>
/// <remarks>
/// Threads: the loop receives in one sweep; a thread accepts and upgrades; a thread sends where there are more links than
/// <see cref="NetworkingOptions.InlineSendLinksMax"/>. <see cref="Flush"/> is due once a frame even without links: blocked
/// sends are taken up there. After every turn of <see cref="Link.TryReceive"/> calls, <see cref="Link.EndReceive"/> is due.
/// </remarks>
public sealed class SocketTransport : ITransport, IUpgradeTarget
{
    private TransportStart? _context;
    private ILogger? _logger;
    private LinkSet? _links;
    private Acceptor? _acceptor;
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
            return new NetworkError.InvalidArgument("NetworkingOptions.Listens: SocketTransport cannot do without a port of its own; KestrelTransport can");
        }

        var bound = Listener.Bind(context.Options.Host, context.Options.Port);
        if (!bound.IsOk)
        {
            return bound.Error;
        }

        try
        {
            await StartOnAsync(bound.Value, context).ConfigureAwait(false);
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

    /// <inheritdoc/>
    public ValueTask StopAcceptingAsync()
    {
        _links?.StopAccepting();
        if (_acceptor is { } acceptor)
        {
            acceptor.Dispose();
            TransportLog.StoppedListening(_logger!, LocalEndPoint!.ToString());
        }

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

        _acceptor?.Dispose();
        _echo?.Dispose();
        _links?.Dispose();
        if (_http is not null)
        {
            await _http.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask StartOnAsync(Socket listener, TransportStart context)
    {
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _logger = context.LoggerFactory.CreateLogger<SocketTransport>();
        _links = new LinkSet(context, LocalEndPoint.Address);
        _echo = context.Options.EchoPath is null ? null : new EchoEndpoint(context.Options.EchoMessageBytesMax, _logger);
        _http = await HttpHost.CreateAsync(context, new HttpSource(LocalEndPoint, Listener: null), _links, _echo).ConfigureAwait(false);

        // Whatever the HTTP server has against the certificate is said now, not at the first connection.
        if (context.Options.Certificate is not null) await _http.StartAsync().ConfigureAwait(false);
        _acceptor = new Acceptor(listener, new HandshakeRules(_links, _echo, context.Time), Complete, context);
        _acceptor.Start();
        TransportLog.Listening(_logger, LocalEndPoint.ToString(), context.Options.Path);
    }

    private void Complete(Handshake handshake)
    {
        if (handshake.State == HandshakeState.Http)
        {
            _http!.HandOver(handshake.Socket);
        }
        else if (handshake.Target == RouteTarget.Echo)
        {
            _echo!.Begin(handshake.Socket, handshake.Glued);
        }
        else
        {
            // The set ends after the accept thread.
            _links!.TryAdd(new SocketLink(_links, handshake.Socket, handshake.Upgrade!, handshake.Glued));
        }
    }
}
