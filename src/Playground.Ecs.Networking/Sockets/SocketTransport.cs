using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// The default transport: WebSockets (RFC 6455) on non-blocking sockets, read and written in the frame's own rhythm, and one
/// port for them and for HTTP.
/// </summary>
/// <remarks>
/// Threads: the loop receives in one sweep; a thread accepts and upgrades; a thread sends where there are more links than
/// <see cref="NetworkingOptions.InlineSendLinksMax"/>. <see cref="Flush"/> is due once a frame even without links: blocked
/// sends are taken up there. After every turn of <see cref="Link.TryReceive"/> calls, <see cref="Link.EndReceive"/> is due.
/// </remarks>
public sealed class SocketTransport : ITransport
{
    // A frame that lasted longer counts as this much, so that a process that stood still does not blame its peers.
    private static readonly long FrameTicksMax = TimeSpan.FromMilliseconds(250).Ticks;

    // At the end peers get a quarter of a second to take what was sent; closed at once, input that nobody reads would become
    // a reset, and cost them the Close frame. Real time, as of all waits for the kernel.
    private static readonly TimeSpan LeavePassTime = TimeSpan.FromMilliseconds(5);
    private const int LeavePassesMax = 50;

    private readonly ConcurrentQueue<SocketLink> _ready = new();
    private readonly List<SocketLink> _links = [];
    private readonly List<SocketLink> _closing = [];
    private readonly List<Link> _unsent = [];
    private readonly FrameArena _scratch = new();
    private readonly SendThread _sender = new();

    private TransportStart? _context;
    private ILogger? _logger;
    private Acceptor? _acceptor;
    private EchoEndpoint? _echo;
    private HttpHost? _http;
    private long _frameStamp;
    private bool _retryDue;
    private LinkPlaces? _places;
    private int _disposed;

    /// <inheritdoc/>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <inheritdoc/>
    public int LinkCount => _places?.Taken ?? 0;

    internal NetworkingOptions Options => _context!.Options;

    internal BufferPool Buffers => _context!.Buffers;

    /// <summary>Ticks of frame time: what deadlines of links are measured with.</summary>
    internal long FrameClock { get; private set; }

    /// <summary>Links whose peer does not take what is sent. Any thread.</summary>
    internal int BlockedLinkCount => _sender.BlockedCount;

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
        CloseLinks();
        if (_http is not null)
        {
            await _http.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Loop: the link has bytes that the system does not know of.</summary>
    internal void MarkUnsent(SocketLink link) => _unsent.Add(link);

    /// <summary>Loop: the link ended and has to be finished.</summary>
    internal void AddClosing(SocketLink link) => _closing.Add(link);

    private async ValueTask StartOnAsync(Socket listener)
    {
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _logger = _context!.LoggerFactory.CreateLogger<SocketTransport>();
        _frameStamp = _context.Time.GetTimestamp();
        _places = new LinkPlaces(Options.ConnectionsMax);
        _echo = Options.EchoPath is null ? null : new EchoEndpoint(Options.EchoMessageBytesMax, _logger);
        _http = await HttpHost.CreateAsync(_context, LocalEndPoint, () => LinkCount).ConfigureAwait(false);
        _acceptor = new Acceptor(listener, new HandshakeRules(Options, _places, _echo, _context.Time), Complete, _context);
        _sender.Start();
        _acceptor.Start();
        TransportLog.Listening(_logger, LocalEndPoint.ToString(), Options.Path);
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
            _ready.Enqueue(new SocketLink(this, handshake.Socket, handshake.Upgrade!, handshake.Glued));
        }
    }

    private void FinishClosing(bool isStopping)
    {
        for (var i = _closing.Count - 1; i >= 0; i--)
        {
            if (_closing[i].TryFinish(_scratch, isStopping))
            {
                Forget(_closing[i]);
                _closing[i] = _closing[^1];
                _closing.RemoveAt(_closing.Count - 1);
            }

            _scratch.Reset();
        }
    }

    private void Register(SocketLink link)
    {
        link.Index = _links.Count;
        _links.Add(link);
        link.Begin();
    }

    private void Forget(SocketLink link)
    {
        var last = _links[^1];
        _links[link.Index] = last;
        last.Index = link.Index;
        _links.RemoveAt(_links.Count - 1);
        _places!.Release();
    }

    // The links' last steps without the loop: the Close frame, the end of sending, and a moment for the peers to read it.
    private void CloseLinks()
    {
        while (_ready.TryDequeue(out var link))
        {
            Register(link);
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
            _places!.Release();
        }

        _unsent.Clear();
        _links.Clear();
        _closing.Clear();
    }
}
