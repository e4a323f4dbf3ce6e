using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Fleck;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Fleck;

/// <summary>
/// WebSockets over the server Fleck, with limits and deadlines around it, and pages on the same port. For trusted networks: it costs
/// the thread pool and the garbage collector something for every message, and it has no TLS.
/// </summary>
/// <remarks>
/// Fleck parses the request, negotiates and answers it, and parses the frames, on pool threads; the loop takes whole messages
/// from a bounded inbox for each link. Accepting, the checks before Fleck, and sends of framed batches are those of the sockets.
/// <see cref="Flush"/> is due once a frame even without links, and <see cref="Link.EndReceive"/> after every turn of
/// <see cref="Link.TryReceive"/> calls.
/// </remarks>
public sealed class FleckTransport : ITransport
{
    private readonly HashSet<FleckSocket> _opening = [];

    private TransportStart? _context;
    private ILogger? _logger;
    private ILogger? _fleckLogger;
    private LinkSet? _links;
    private WebSocketServer? _server;
    private FleckListener? _listener;
    private Acceptor? _acceptor;
    private HttpHost? _http;
    private int _connections;
    private int _disposed;

    /// <inheritdoc/>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <inheritdoc/>
    public int LinkCount => _links?.Count ?? 0;

    /// <summary>Links whose peer does not take what is sent. Any thread.</summary>
    internal int BlockedLinkCount => _links!.BlockedCount;

    /// <summary>Connections that Fleck said are open and has not said are closed. Any thread.</summary>
    internal int FleckConnections => Volatile.Read(ref _connections);

    private NetworkingOptions Options => _context!.Options;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Started before.</exception>
    /// <exception cref="ObjectDisposedException">Disposed before.</exception>
    public async ValueTask<NetworkResult> StartAsync(TransportStart context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (Judge(context.Options) is { } error)
        {
            return error;
        }

        if (Interlocked.CompareExchange(ref _context, context, null) is not null)
        {
            throw new InvalidOperationException("A transport starts once.");
        }

        var bound = Listener.Bind(Options.Host, Options.Port);
        if (!bound.IsOk)
        {
            return bound.Error;
        }

        try
        {
            await StartOnAsync(bound.Value).ConfigureAwait(false);
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
        _acceptor?.Dispose();
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
        _server?.Dispose();
        ReleaseOpening();
        _links?.Dispose();
        if (_http is not null)
        {
            await _http.DisposeAsync().ConfigureAwait(false);
        }

        if (_fleckLogger is not null)
        {
            FleckTransportLog.Leave(_fleckLogger);
        }
    }

    private static NetworkError.InvalidArgument? Judge(NetworkingOptions options)
    {
        var unserved = options switch
        {
            { Listens: false } => "Listens = false",
            { Certificate: not null } => "Certificate",
            { EchoPath: not null } => "EchoPath",
            _ => null,
        };
        return unserved is null ? null : new NetworkError.InvalidArgument($"NetworkingOptions.{unserved} needs another transport: FleckTransport has no such thing");
    }

    private async ValueTask StartOnAsync(Socket listener)
    {
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _logger = _context!.LoggerFactory.CreateLogger<FleckTransport>();
        _links = new LinkSet(_context, LocalEndPoint.Address);
        var source = new HttpSource(LocalEndPoint, Listener: null);
        _http = await HttpHost.CreateAsync(_context, source, _links, echo: null, upgrades: false).ConfigureAwait(false);
        var rules = new HandshakeRules(_links, echo: null, _context.Time) { AnswersUpgrades = false };
        _acceptor = new Acceptor(listener, rules, Complete, _context);
        StartFleck(LocalEndPoint);
        _acceptor.Start();
        FleckTransportLog.Listening(_logger, LocalEndPoint, Options.Path);
    }

    // Fleck stores its configuration only after it has begun to accept, so nothing is handed over before this returns.
    private void StartFleck(IPEndPoint local)
    {
        _fleckLogger = _context!.LoggerFactory.CreateLogger("Fleck");
        FleckTransportLog.Route(_fleckLogger);
        _server = new WebSocketServer($"ws://{local}", supportDualStack: false) { SupportedSubProtocols = [ProtocolLimits.Subprotocol] };
        _server.ListenerSocket.Dispose();
        _listener = new FleckListener(local, _logger!);
        _server.ListenerSocket = _listener;
        _server.Start(Configure);
    }

    // Accept thread.
    private void Complete(Handshake handshake)
    {
        if (handshake.State == HandshakeState.Http)
        {
            _http!.HandOver(handshake.Socket);
            return;
        }

        var inbox = new FleckInbox(Options.ReceiveBudgetBytes);
        var head = FleckHead.Write(Options.Path, handshake.Upgrade!);
        var socket = new FleckSocket(handshake.Socket, head, handshake.Glued, handshake.Upgrade!, inbox, Abandon);
        lock (_opening)
        {
            _opening.Add(socket);
        }

        _listener!.HandOver(socket);
    }

    // Fleck's thread of the connection, before the 101.
    private void Configure(IWebSocketConnection opened)
    {
        var connection = (WebSocketConnection)opened;
        var socket = (FleckSocket)connection.Socket;
        var guard = new FrameGuard(connection, connection.Handler, socket, Options.MessageFragmentsMax);
        var upgrade = socket.Upgrade with { Subprotocol = connection.ConnectionInfo.NegotiatedSubProtocol };
        var link = new FleckLink(_links!, socket, guard, upgrade);
        connection.Handler = guard;
        connection.OnBinary = socket.Inbox.Add;
        connection.OnOpen = () => Open(link);
        connection.OnClose = () => EndConnection(socket);
        connection.OnError = exception => FleckTransportLog.ConnectionFailed(_logger!, exception);
    }

    private void Open(FleckLink link)
    {
        Interlocked.Increment(ref _connections);
        link.Socket.IsOpen = true;
        if (TryLeaveOpening(link.Socket) && !_links!.TryAdd(link))
        {
            link.Socket.Release();
            _links.Release(link.Upgrade.RemoteEndPoint);
        }
    }

    private void EndConnection(FleckSocket socket)
    {
        socket.Inbox.Finish(new InboxEnd((ushort)CloseCode.Abnormal, socket.Ending, ByPeer: true));
        if (socket.IsOpen)
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    // A connection that became no link gives its place back here, a link's place is the set's.
    private void Abandon(FleckSocket socket)
    {
        if (TryLeaveOpening(socket))
        {
            _links!.Release(socket.Upgrade.RemoteEndPoint);
        }
    }

    private bool TryLeaveOpening(FleckSocket socket)
    {
        lock (_opening)
        {
            return _opening.Remove(socket);
        }
    }

    // Only those that do not become links meanwhile: a link's socket is closed by the set, when nobody writes it.
    private void ReleaseOpening()
    {
        FleckSocket[] sockets;
        lock (_opening)
        {
            sockets = [.. _opening];
            _opening.Clear();
        }

        foreach (var socket in sockets)
        {
            _links!.Release(socket.Upgrade.RemoteEndPoint);
            socket.Release();
        }
    }
}
