using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Links;

/// <summary>
/// Links inside the process, without sockets or threads: for tests, simulations and a client in the server's own process.
/// What a frame sends is there for the client when the frame's flush returns.
/// </summary>
public sealed class MemoryTransport : ITransport
{
    private readonly ConcurrentQueue<MemoryLink> _ready = new();
    private readonly List<MemoryLink> _open = [];
    private readonly List<MemoryLink> _closing = [];
    private readonly List<MemoryLink> _blocked = [];
    private TransportStart? _start;
    private int _linkCount;
    private int _places;
    private volatile bool _accepts;

    /// <summary>Always null: there is no address.</summary>
    public IPEndPoint? LocalEndPoint => null;

    /// <inheritdoc/>
    public int LinkCount => Volatile.Read(ref _linkCount);

    /// <inheritdoc/>
    public ValueTask<NetworkResult> StartAsync(TransportStart context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        _start = context;
        _accepts = true;
        return new(NetworkResult.Ok);
    }

    /// <summary>Opens a link. Any thread; the loop sees it in its next frame.</summary>
    /// <param name="upgrade">What its upgrade request would have said; null: nothing.</param>
    /// <param name="receiveBytesMax">What the client's side buffers before the server's sends block, in bytes.</param>
    /// <returns>The client's end; NotConnected when the transport does not accept, LimitExceeded above ConnectionsMax.</returns>
    public NetworkResult<MemoryClient> Connect(LinkUpgrade? upgrade = null, int receiveBytesMax = MemoryClient.DefaultReceiveBytesMax)
    {
        if (!_accepts) return new NetworkError.NotConnected("the transport does not accept");
        var max = _start!.Options.ConnectionsMax;
        if (Interlocked.Increment(ref _places) > max)
        {
            Interlocked.Decrement(ref _places);
            return new NetworkError.LimitExceeded(nameof(NetworkingOptions.ConnectionsMax), max, max + 1L);
        }

        Interlocked.Increment(ref _linkCount);
        var client = new MemoryClient(receiveBytesMax);
        _ready.Enqueue(new MemoryLink(this, client, upgrade ?? new LinkUpgrade(null, "memory", null, null)));
        return client;
    }

    /// <inheritdoc/>
    public void BeginFrame()
    {
        for (var i = _closing.Count - 1; i >= 0; i--)
        {
            if (!_closing[i].TryFinish()) continue;
            _closing[i] = _closing[^1];
            _closing.RemoveAt(_closing.Count - 1);
            Interlocked.Decrement(ref _linkCount);
            Interlocked.Decrement(ref _places);
        }
    }

    /// <inheritdoc/>
    public bool TryAccept([NotNullWhen(true)] out Link? link)
    {
        var accepted = _ready.TryDequeue(out var memory);
        if (accepted) _open.Add(memory!);
        link = memory;
        return accepted;
    }

    /// <inheritdoc/>
    public void Flush(ReadOnlySpan<Link> links)
    {
        for (var i = _blocked.Count - 1; i >= 0; i--)
        {
            if (!_blocked[i].TryWrite()) continue;
            _blocked[i].IsBlocked = false;
            _blocked.RemoveAt(i);
        }

        foreach (var link in links) Write((MemoryLink)link);
    }

    /// <inheritdoc/>
    public ValueTask StopAcceptingAsync()
    {
        _accepts = false;
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends every link at once, with 1001. To be called when the loop no longer calls.</summary>
    public ValueTask DisposeAsync()
    {
        _accepts = false;
        while (TryAccept(out _))
        {
        }

        while (_open.Count > 0) _open[^1].Close((ushort)CloseCode.GoingAway, "server stopping");
        foreach (var link in _closing) link.Release();
        Interlocked.Add(ref _linkCount, -_closing.Count);
        _closing.Clear();
        return ValueTask.CompletedTask;
    }

    internal long CloseTimeoutTicks => _start!.Options.CloseTimeout.Ticks;

    internal TimeProvider Time => _start!.Time;

    internal BufferPool Buffers => _start!.Buffers;

    internal void Write(MemoryLink link)
    {
        if (link.IsBlocked || link.TryWrite()) return;
        link.IsBlocked = true;
        _blocked.Add(link);
    }

    internal void BeginClosing(MemoryLink link)
    {
        _open.Remove(link);
        _closing.Add(link);
    }
}
