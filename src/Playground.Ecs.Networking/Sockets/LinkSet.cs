using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.InteropServices;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// The links of a transport that frames WebSockets itself, wherever their bytes come from: their places, their deadlines,
/// their sends and their end. Loop thread only, unless a member says otherwise. Owner of the links.
/// </summary>
internal sealed class LinkSet : IDisposable
{
    // A frame that lasted longer counts as this much, so that a process that stood still does not blame its peers.
    private static readonly long FrameTicksMax = TimeSpan.FromMilliseconds(250).Ticks;

    // At the end peers get a quarter of a second to take what was sent; closed at once, input that nobody reads would become
    // a reset, and cost them the Close frame. Real time, as of all waits for the kernel.
    private static readonly TimeSpan LeavePassTime = TimeSpan.FromMilliseconds(5);
    private const int LeavePassesMax = 50;

    // On a machine so busy that a pause lasts much longer than it says.
    private static readonly TimeSpan LeaveTimeMax = TimeSpan.FromSeconds(1);

    private readonly TransportStart _context;
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<WireLink> _ready = new();
    private readonly ConcurrentQueue<WireLink> _leaving = new();
    private readonly List<WireLink> _links = [];
    private readonly List<WireLink> _closing = [];
    private readonly List<Link> _unsent = [];
    private readonly FrameArena _scratch = new();
    private readonly IdleSockets _idle = new();
    private readonly SendThread _sender = new();
    private volatile bool _accepts = true;
    private bool _isOver;
    private long _frameStamp;
    private bool _retryDue;
    private int _count;

    /// <summary>An empty set, which accepts.</summary>
    /// <param name="context">The transport's surroundings.</param>
    /// <param name="bound">The address of the transport's port; null where it has none.</param>
    public LinkSet(TransportStart context, IPAddress? bound)
    {
        _context = context;
        Addresses = new AddressLimits(context.Options, context.Time);
        Origins = new OriginRules(context.Options, bound);
        Gate = new UpgradeGate(Origins, Addresses);
        MappedGate = new UpgradeGate(new OriginRules(context.Options, null), Addresses);
        _frameStamp = context.Time.GetTimestamp();
        Late = new LateFrames(this, context.Time);
        _sender.Start();
    }

    /// <summary>The system's options.</summary>
    public NetworkingOptions Options => _context.Options;

    /// <summary>The loop's buffers.</summary>
    public BufferPool Buffers => _context.Buffers;

    /// <summary>What is open and asked for by address. Any thread.</summary>
    public AddressLimits Addresses { get; }

    /// <summary>Hosts and origins of the transport's own port. Any thread.</summary>
    public OriginRules Origins { get; }

    /// <summary>Who may open a link on the transport's own port. Any thread.</summary>
    public UpgradeGate Gate { get; }

    /// <summary>Who may open a link through an application that maps the system. Any thread.</summary>
    public UpgradeGate MappedGate { get; }

    /// <summary>What was refused. Any thread.</summary>
    public UpgradeCounters Refused => _context.Refused;

    /// <summary>Links that are open or closing, and places reserved for more. Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Links whose peer does not take what is sent. Any thread.</summary>
    public int BlockedCount => _sender.BlockedCount;

    /// <summary>False: new links are not wanted any more. Any thread.</summary>
    public bool Accepts => _accepts;

    /// <summary>Who answers pings while the loop stands still. Any thread.</summary>
    public LateFrames Late { get; }

    /// <summary>The loop has begun no frame for <see cref="LateFrames.Late"/>. Any thread.</summary>
    public bool IsFrameLate => _context.Time.GetElapsedTime(Volatile.Read(ref _frameStamp)) > LateFrames.Late;

    /// <summary>Ticks of frame time: what deadlines of links are measured with.</summary>
    public long FrameClock { get; private set; }

    /// <summary>Begins a frame: asks who has input, closes who is asked to leave, finishes closing links.</summary>
    public void BeginFrame()
    {
        var now = _context.Time.GetTimestamp();
        FrameClock += Math.Min(_context.Time.GetElapsedTime(_frameStamp, now).Ticks, FrameTicksMax);
        Volatile.Write(ref _frameStamp, now);
        _retryDue = true;
        _idle.Ask(_links);
        CloseLeaving();
        FinishClosing(isStopping: false);
    }

    /// <summary>Takes the next link whose upgrade is complete.</summary>
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

    /// <summary>Writes, or hands over, links that got bytes, and once a frame those that blocked.</summary>
    public void Flush(ReadOnlySpan<Link> links)
    {
        var inline = Count <= Options.InlineSendLinksMax;
        if (_unsent.Count > 0)
        {
            _sender.Flush(CollectionsMarshal.AsSpan(_unsent), retryBlocked: false, inline);
            _unsent.Clear();
        }

        _sender.Flush(links, _retryDue, inline);
        _retryDue = false;
    }

    /// <summary>Takes one of <see cref="NetworkingOptions.ConnectionsMax"/> places, and one of the address's. Any thread.</summary>
    /// <returns>The refusal where there is none.</returns>
    public UpgradeRefusal? Admit(IPEndPoint? remote)
    {
        if (Interlocked.Increment(ref _count) > Options.ConnectionsMax)
        {
            Interlocked.Decrement(ref _count);
            return UpgradeRefusal.Full;
        }

        if (Addresses.TryOpen(remote))
        {
            return null;
        }

        Interlocked.Decrement(ref _count);
        return UpgradeRefusal.AddressFull;
    }

    /// <summary>Gives a place back. Any thread.</summary>
    public void Release(IPEndPoint? remote)
    {
        Addresses.Close(remote);
        Interlocked.Decrement(ref _count);
    }

    /// <summary>Adds a link to a place that was reserved. Any thread.</summary>
    /// <returns>False after <see cref="Dispose"/>; link and place stay the caller's then.</returns>
    public bool TryAdd(WireLink link)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return false;
            }

            _ready.Enqueue(link);
            return true;
        }
    }

    /// <summary>Closes a link with 1001 in the next frame: the host that its connection belongs to is stopping. Any thread.</summary>
    public void CloseSoon(WireLink link) => _leaving.Enqueue(link);

    /// <summary>New links are not wanted any more. Any thread.</summary>
    public void StopAccepting() => _accepts = false;

    /// <summary>The link has bytes that the system does not know of.</summary>
    public void MarkUnsent(WireLink link) => _unsent.Add(link);

    /// <summary>The link ended and has to be finished.</summary>
    public void AddClosing(WireLink link) => _closing.Add(link);

    /// <summary>
    /// The links' last steps without the loop: the Close frame, the end of sending, and a moment for the peers to read it. Once,
    /// by the thread that ends the transport.
    /// </summary>
    public void Dispose()
    {
        Late.Dispose();
        _accepts = false;
        lock (_gate)
        {
            _isOver = true;
        }

        while (_ready.TryDequeue(out var link))
        {
            Register(link);
        }

        foreach (var link in _links)
        {
            link.Close((ushort)CloseCode.GoingAway, "server stopping");
        }

        _sender.Dispose();
        _idle.WakeAll(_links);
        LetThemLeave();
        foreach (var link in _links)
        {
            link.TryRelease();
            Release(link.Upgrade.RemoteEndPoint);
        }

        _unsent.Clear();
        _links.Clear();
        _closing.Clear();
    }

    private void CloseLeaving()
    {
        for (var left = _leaving.Count; left > 0 && _leaving.TryDequeue(out var link); left--)
        {
            // One that the loop has not accepted yet is closed in the frame after it was.
            if (link.Index < 0) _leaving.Enqueue(link);
            else link.Close((ushort)CloseCode.GoingAway, "server stopping");
        }
    }

    private void LetThemLeave()
    {
        using var pause = new ManualResetEventSlim();
        var begun = _context.Time.GetTimestamp();
        for (var pass = 0; pass < LeavePassesMax && _links.Count > 0 && _context.Time.GetElapsedTime(begun) < LeaveTimeMax; pass++)
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

    private void Register(WireLink link)
    {
        link.Index = _links.Count;
        _links.Add(link);
        link.Begin();
    }

    private void Forget(WireLink link)
    {
        var last = _links[^1];
        _links[link.Index] = last;
        last.Index = link.Index;
        _links.RemoveAt(_links.Count - 1);
        Release(link.Upgrade.RemoteEndPoint);
    }
}
