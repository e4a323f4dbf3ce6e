using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
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
    // A frame that lasted longer counts as this much, so that a process that stood still does not blame its peers.
    private static readonly long FrameTicksMax = TimeSpan.FromMilliseconds(250).Ticks;

    // At the end peers get a quarter of a second to take what was sent. Real time, as of all waits for the kernel.
    private static readonly TimeSpan LeavePassTime = TimeSpan.FromMilliseconds(5);
    private const int LeavePassesMax = 50;

    private readonly ConcurrentQueue<FleckLink> _ready = new();
    private readonly HashSet<FleckSocket> _opening = [];
    private readonly List<FleckLink> _links = [];
    private readonly List<FleckLink> _closing = [];
    private readonly List<Link> _unsent = [];
    private readonly SendThread _sender = new();

    private TransportStart? _context;
    private ILogger? _logger;
    private ILogger? _fleckLogger;
    private LinkPlaces? _places;
    private WebSocketServer? _server;
    private FleckListener? _listener;
    private Acceptor? _acceptor;
    private HttpHost? _http;
    private long _frameStamp;
    private bool _retryDue;
    private int _connections;
    private int _disposed;

    /// <inheritdoc/>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <inheritdoc/>
    public int LinkCount => _places?.Taken ?? 0;

    internal NetworkingOptions Options => _context!.Options;

    internal BufferPool Buffers => _context!.Buffers;

    /// <summary>Ticks of frame time: what deadlines of links are measured with.</summary>
    internal long FrameClock { get; private set; }

    /// <summary>Connections that Fleck said are open and has not said are closed. Any thread.</summary>
    internal int FleckConnections => Volatile.Read(ref _connections);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Started before.</exception>
    /// <exception cref="ObjectDisposedException">Disposed before.</exception>
    public async ValueTask<NetworkResult> StartAsync(TransportStart context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (context.Options.EchoPath is not null)
        {
            return new NetworkError.InvalidArgument("NetworkingOptions.EchoPath needs another transport: FleckTransport has no echo");
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
    public void BeginFrame()
    {
        var now = _context!.Time.GetTimestamp();
        FrameClock += Math.Min(_context.Time.GetElapsedTime(_frameStamp, now).Ticks, FrameTicksMax);
        _frameStamp = now;
        _retryDue = true;
        FinishClosing(isStopping: false);
    }

    /// <inheritdoc/>
    public bool TryAccept([NotNullWhen(true)] out Link? link)
    {
        link = null;
        if (!_ready.TryDequeue(out var accepted))
        {
            return false;
        }

        Register(accepted);
        link = accepted;
        return true;
    }

    /// <inheritdoc/>
    public void Flush(ReadOnlySpan<Link> links)
    {
        var inline = LinkCount <= Options.InlineSendLinksMax;
        if (_unsent.Count > 0)
        {
            _sender.Flush(CollectionsMarshal.AsSpan(_unsent), retryBlocked: false, inline);
            _unsent.Clear();
        }

        _sender.Flush(links, _retryDue, inline);
        _retryDue = false;
    }

    /// <inheritdoc/>
    public ValueTask StopAcceptingAsync()
    {
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
        CloseLinks();
        if (_http is not null)
        {
            await _http.DisposeAsync().ConfigureAwait(false);
        }

        if (_fleckLogger is not null)
        {
            FleckTransportLog.Leave(_fleckLogger);
        }
    }

    /// <summary>Loop: the link has bytes that the system does not know of.</summary>
    internal void MarkUnsent(FleckLink link) => _unsent.Add(link);

    /// <summary>Loop: the link ended and has to be finished.</summary>
    internal void AddClosing(FleckLink link) => _closing.Add(link);

    private async ValueTask StartOnAsync(Socket listener)
    {
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _logger = _context!.LoggerFactory.CreateLogger<FleckTransport>();
        _frameStamp = _context.Time.GetTimestamp();
        _places = new LinkPlaces(Options.ConnectionsMax);
        _http = await HttpHost.CreateAsync(_context, LocalEndPoint, () => LinkCount).ConfigureAwait(false);
        var rules = new HandshakeRules(Options, _places, echo: null, _context.Time) { AnswersUpgrades = false };
        _acceptor = new Acceptor(listener, rules, Complete, _context);
        StartFleck(LocalEndPoint);
        _sender.Start();
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

        var upgrade = handshake.Upgrade!;
        var socket = new FleckSocket(
            handshake.Socket, FleckHead.Write(Options.Path, upgrade), handshake.Glued, upgrade, new FleckInbox(Options.ReceiveBudgetBytes), Forget);
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
        var link = new FleckLink(this, socket, guard, upgrade);
        connection.Handler = guard;
        connection.OnBinary = socket.Inbox.Add;
        connection.OnOpen = () => Open(link);
        connection.OnClose = () => EndConnection(socket);
        connection.OnError = exception => FleckTransportLog.ConnectionFailed(_logger!, exception);
    }

    private void Open(FleckLink link)
    {
        Interlocked.Increment(ref _connections);
        lock (_opening)
        {
            // Not there any more: the server stopped meanwhile.
            link.Socket.IsOpen = true;
            if (_opening.Remove(link.Socket))
            {
                _ready.Enqueue(link);
            }
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

    private void Forget(FleckSocket socket)
    {
        lock (_opening)
        {
            _opening.Remove(socket);
        }

        _places!.Release();
    }

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
            socket.Release();
        }
    }

    private void FinishClosing(bool isStopping)
    {
        for (var i = _closing.Count - 1; i >= 0; i--)
        {
            if (_closing[i].TryFinish(isStopping))
            {
                Unregister(_closing[i]);
                _closing[i] = _closing[^1];
                _closing.RemoveAt(_closing.Count - 1);
            }
        }
    }

    private void Register(FleckLink link)
    {
        link.Index = _links.Count;
        _links.Add(link);
    }

    private void Unregister(FleckLink link)
    {
        var last = _links[^1];
        _links[link.Index] = last;
        last.Index = link.Index;
        _links.RemoveAt(_links.Count - 1);
    }

    // The links' last steps without the loop: the Close frame, the end of sending, and a moment for the peers to read it.
    private void CloseLinks()
    {
        while (TryAccept(out _))
        {
        }

        foreach (var link in _links)
        {
            link.Close((ushort)CloseCode.GoingAway, "server stopping");
        }

        _sender.Dispose();
        using var pause = new ManualResetEventSlim();
        for (var pass = 0; pass < LeavePassesMax && _links.Count > 0; pass++)
        {
            _unsent.Clear();
            _unsent.AddRange(_links);
            _sender.Flush(CollectionsMarshal.AsSpan(_unsent), retryBlocked: true, inline: true);
            FinishClosing(isStopping: true);
            if (_links.Count > 0)
            {
                pause.Wait(LeavePassTime);
            }
        }

        foreach (var link in _links)
        {
            link.TryRelease();
        }

        _unsent.Clear();
        _links.Clear();
        _closing.Clear();
    }
}
