using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Inspection;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Loop;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Receiving;
using Playground.Ecs.Networking.Requests;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking;

/// <summary>
/// Networking as a system of a game loop: starts and owns its server, keeps connections, channels and statistics as entities
/// of the world, and moves packets once a frame.
/// </summary>
/// <remarks>
/// In your loop: give it your world, add it to a <c>Group</c>, call the group's updates. On its own: the constructor without a
/// world, which brings a world and a loop thread of its own. The async methods may be called by any thread; on the loop's
/// own thread they complete at once. <see cref="Channel"/> is the loop's own, allocation-free form.
/// </remarks>
public sealed partial class NetworkingSystem : BaseSystem<World, float>, IAsyncDisposable
{
    // The liveness clock moves by this much a frame at most, so that a stalled server does not take its peers for dead.
    private static readonly TimeSpan FrameTimeMax = TimeSpan.FromMilliseconds(250);

    private readonly NetworkingOptions _options;
    private readonly bool _ownsWorld;
    private readonly NetworkLog _log;
    private readonly BufferPool _buffers;
    private readonly LoopGate _gate = new();
    private readonly LoopCalls _calls;
    private readonly LoopContext _context;
    private readonly List<Action> _restructurings = [];
    private readonly ConnectionTable _connections = new();
    private readonly ConnectionCounters _counters = new();
    private readonly RequestCounters _requestCounters = new();
    private readonly SendCounters _sendCounters = new();
    private readonly UpgradeCounters _refused = new();
    private readonly ChannelRegistry _channels = new();
    private readonly ChannelDirectory _directory;
    private readonly ReceiveStage _receive;
    private readonly SessionStage _sessions;
    private readonly HeartbeatStage _heartbeats;
    private readonly HandlerStage _handlers;
    private readonly McpStage _mcp;
    private readonly StatsStage _stats;
    private readonly NetworkingMeter _meter;
    private readonly FrameStages _stages;
    private readonly InspectorStage? _inspector;
    private readonly Channel _control;
    private ITransport? _transport;
    private GameLoop? _loop;
    private volatile State _state;
    private bool _isInFrame;
    private bool _setContext;
    private long _frameTimestamp;
    private long _stageTicks;

    private enum State
    {
        Created,
        Starting,
        Running,
        Stopping,
        Stopped,
    }

    /// <summary>A system with a world and a loop of its own; <see cref="InitializeAsync"/> starts both.</summary>
    public NetworkingSystem(NetworkingOptions? options = null)
        : this(World.Create(), options, ownsWorld: true)
    {
    }

    /// <summary>A system in your world and your loop: you call its updates, usually through a Group.</summary>
    public NetworkingSystem(World world, NetworkingOptions? options = null)
        : this(world, options, ownsWorld: false)
    {
    }

    private NetworkingSystem(World world, NetworkingOptions? options, bool ownsWorld)
        : base(world)
    {
        _options = options ?? new NetworkingOptions();
        _ownsWorld = ownsWorld;
        _log = new NetworkLog(_options.LoggerFactory.CreateLogger<NetworkingSystem>());
        _buffers = new BufferPool(_options.PooledBytesMax, _options.Arrays);
        _calls = new LoopCalls(_options.PostedCallsMax, _options.PostedBytesMax);
        _context = new LoopContext(_calls, () => _state is State.Running, RunCallsAfterTheEnd);
        var inboxes = new InboxList();
        Sends = new SendStage(_options, world, _buffers, inboxes, Serializer, _sendCounters);
        _directory = new ChannelDirectory(this, _options, world, _channels, _buffers, Sends, inboxes) { Restructure = Restructure };
        _control = _directory.AddControl();
        _sessions = new SessionStage(_options, world, _connections, Sends, Serializer, _counters, _sendCounters, _buffers, _log)
        {
            ControlChannel = _control,
            Unregister = _directory.Remove,
            Unsubscribe = (connection, channel) => _directory.Unsubscribe(connection, channel),
            Post = call => _calls.Post(static state => ((Action)state!)(), call),
        };
        _heartbeats = new HeartbeatStage(_options, _connections, _sessions, Sends, _counters);
        _sessions.CountBytes = _heartbeats.CountBytes;
        var failures = new HandlerFailures(_sessions, _counters, _log);
        var times = new HandlerTimes(_options, _counters, _log);
        Requests = new RequestStage(_options, _channels, inboxes, Sends, _sessions, failures, times, _requestCounters) { OnLoop = OnLoop };
        _sessions.EndRequests = Requests.End;
        _directory.EndRequests = Requests.End;
        _mcp = new McpStage(_options, world, _channels, _directory, inboxes, Sends, _sessions, failures, times, _counters, _log);
        _receive = new ReceiveStage(_options, _connections, _channels, inboxes, Sends, _sessions, _counters, _buffers, _log)
        {
            Control = new ControlStage(_options, _channels, _directory, _mcp.Registry, Sends, _sessions, inboxes, _counters),
            Requests = Requests,
            Tools = _mcp.Tools,
        };
        _handlers = new HandlerStage(_channels, _sessions, failures, times);
        _mcp.Connect(call => _calls.TryPost(call) is { IsOk: false } refused ? refused.Error : RunAfterTheEnd(), OnLoop, _handlers.Add);
        _stats = new StatsStage(world, inboxes, _counters, _sendCounters);
        if (_mcp.View is { } view)
        {
            view.Stats = () => _stats.Read(Sends.Frame);
            view.Traffic = () => _stats.ReadTraffic(Sends.Frame);
        }

        _mcp.RegisterBuiltIn(_directory);
        _stages = new FrameStages(_options.TimeProvider, _options.FrameRate);
        _inspector = CreateInspector(inboxes);
        _meter = new NetworkingMeter(_counters, _sendCounters, _requestCounters, _mcp.Counters, _refused, _calls, _buffers, inboxes);
    }

    /// <summary>The address that clients connect to; null before <see cref="InitializeAsync"/> and for transports without one.</summary>
    public IPEndPoint? LocalEndPoint => _transport?.LocalEndPoint;

    /// <summary>Where upgraded WebSockets go; null before the start, and where the transport takes none. Any thread.</summary>
    internal LinkSet? UpgradedLinks => (_transport as IUpgradeTarget)?.Links;

    /// <summary>False: the chosen transport takes no upgraded WebSockets. Any thread.</summary>
    internal bool TakesUpgrades => _options.Transport is null or IUpgradeTarget;

    internal SendStage Sends { get; }

    internal RequestStage Requests { get; }

    internal ToolStage Tools => _mcp.Tools;

    internal PayloadSerializer Serializer { get; } = new();

    internal BufferPool Buffers => _buffers;

    internal Meter Meter => _meter.Meter;

    internal ConnectionCounters Counters => _counters;

    internal SendCounters SendCounters => _sendCounters;

    /// <summary>Checks the options and starts the server (and without a loop of yours, the loop). Once; any thread.</summary>
    /// <returns>Ok; InvalidArgument that names an option; AddressInUse or AddressUnavailable that names the address.</returns>
    public async ValueTask<NetworkResult> InitializeAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate.Lock)
        {
            if (_state is State.Stopping or State.Stopped) return new NetworkError.NotConnected("the system is disposed");
            if (_state != State.Created) return new NetworkError.AlreadyExists("the system is initialized");
            if (_options.Validate() is { } error) return error;
            _state = State.Starting;
        }

        var transport = _options.Transport ?? (_options.Listens ? new SocketTransport() : new KestrelTransport());
        var context = new TransportStart(_options, _buffers, _options.TimeProvider, _options.LoggerFactory) { Mcp = Mcp, Refused = _refused };
        NetworkResult started;
        try
        {
            started = await StartAsync(transport, context, cancellationToken).ConfigureAwait(false);
            if (started.IsOk && TryBegin(transport)) return NetworkResult.Ok;
        }
        catch
        {
            // ConfigureHttp is the application's own code.
            await AbandonAsync(transport).ConfigureAwait(false);
            throw;
        }

        return await AbandonAsync(transport).ConfigureAwait(false) ? started : Disposed;
    }

    /// <returns>False when the system was disposed meanwhile.</returns>
    private async ValueTask<bool> AbandonAsync(ITransport transport)
    {
        await transport.DisposeAsync().ConfigureAwait(false);
        lock (_gate.Lock)
        {
            if (_state != State.Starting) return false;
            _state = State.Created;
            return true;
        }
    }

    /// <summary>Starts the server when <see cref="InitializeAsync"/> has not: what Group.Initialize calls. Blocks for the start only.</summary>
    /// <exception cref="NetworkException">It did not start; the exception carries the error.</exception>
    public override void Initialize()
    {
        if (_state == State.Created) InitializeAsync().AsTask().GetAwaiter().GetResult().Unwrap();
    }

    /// <summary>Receives: links come and go, packets reach inboxes, calls of other threads are carried out.</summary>
    public override void BeforeUpdate(in float t)
    {
        lock (_gate.Lock)
        {
            if (_state != State.Running) return;
            _gate.Claim();
            EnterContext();
            var begun = AdvanceClock();
            _stages.Begin();
            _receive.BeginFrame();
            Sends.BeginFrame();
            _transport!.BeginFrame();
            RunRestructurings();
            _mcp.BeginFrame();
            _sessions.AcceptLinks(_transport);
            _receive.Drain();
            _stages.End(FrameStage.Receive);
            RunCalls();
            _stages.End(FrameStage.Calls);
            _isInFrame = true;
            _stageTicks = _options.TimeProvider.GetTimestamp() - begun;
        }
    }

    /// <summary>Maintains: handlers run, heartbeats go out, statistics and components are brought up to date.</summary>
    public override void Update(in float t)
    {
        lock (_gate.Lock)
        {
            if (_state != State.Running) return;
            var begun = _options.TimeProvider.GetTimestamp();
            _stages.GoOn();
            _handlers.Run();
            Requests.Run();
            _stages.End(FrameStage.Handlers);
            _mcp.Run();
            _stages.End(FrameStage.Models);
            _heartbeats.Run();
            Sends.TimeOutDeliveries(_frameTimestamp);
            _stages.End(FrameStage.Heartbeats);
            _stats.Run();
            _inspector?.Run();
            _stages.End(FrameStage.Statistics);
            _stageTicks += _options.TimeProvider.GetTimestamp() - begun;
        }
    }

    /// <summary>Sends: each link gets what the frame has for it, in one send.</summary>
    public override void AfterUpdate(in float t)
    {
        lock (_gate.Lock)
        {
            if (_state != State.Running)
            {
                LeaveContext();
                return;
            }

            var begun = _options.TimeProvider.GetTimestamp();
            _stages.GoOn();
            _isInFrame = false;
            RunRestructurings();
            _mcp.EndFrame();
            _stages.End(FrameStage.Models);
            LeaveContext();
            Sends.Flush();
            DisconnectSlow();
            _stages.End(FrameStage.Send);
            _stages.EndFrame();
            _stageTicks += _options.TimeProvider.GetTimestamp() - begun;
            _meter.FrameTime.Record(_stageTicks * 1000.0 / _options.TimeProvider.TimestampFrequency);
        }
    }

    private InspectorStage? CreateInspector(InboxList inboxes)
    {
        if (_options.Inspector is not { } inspector) return null;
        var traffic = Sends.Traffic = new Traffic(() => Sends.Frame);
        var overview = new OverviewSource(_options, inspector, _sessions, _mcp.Models, _counters, _sendCounters, _requestCounters, inboxes, _buffers);
        var peers = new PeerRows(_options, inspector, _connections, _sessions, _mcp.Models);
        var stage = new InspectorStage(
            _options, inspector, Sends, _sessions, traffic, _stages, overview, peers, new ChannelRows(_options, inspector, _channels, traffic));
        _handlers.Add(stage.Register(_directory));
        return stage;
    }

    internal void DemandLoop()
    {
        if (!_gate.IsHere) ThrowOffLoop();
    }

    private static void ThrowOffLoop() =>
        throw new InvalidOperationException("Channel belongs to the loop's thread; other threads use the async methods of NetworkingSystem.");

    private static async ValueTask<NetworkResult> StartAsync(ITransport transport, TransportStart context, CancellationToken cancellationToken)
    {
        try
        {
            return await transport.StartAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new NetworkError.Cancelled();
        }
    }

    /// <returns>False when the system was disposed while its transport started.</returns>
    private bool TryBegin(ITransport transport)
    {
        lock (_gate.Lock)
        {
            if (_state != State.Starting) return false;
            _transport = transport;
            Sends.Transport = transport;
            _frameTimestamp = _options.TimeProvider.GetTimestamp();
            _stats.Create();
            _inspector?.Start();
            RunRestructurings();
            _state = State.Running;
        }

        _log.Listening(transport.LocalEndPoint);
        if (!_ownsWorld) return true;
        _loop = new GameLoop(RunFrame, new GameLoopOptions
        {
            FrameRate = _options.FrameRate,
            TimeProvider = _options.TimeProvider,
            LoggerFactory = _options.LoggerFactory,
            ThreadName = "networking loop",
        });
        _loop.Start();
        return true;
    }

    private void RunFrame(float step)
    {
        BeforeUpdate(step);
        Update(step);
        AfterUpdate(step);
    }

    private long AdvanceClock()
    {
        var now = _options.TimeProvider.GetTimestamp();
        var elapsed = _options.TimeProvider.GetElapsedTime(_frameTimestamp, now);
        _frameTimestamp = now;
        _sessions.FrameTicks = elapsed.Ticks;
        _sessions.Now += Math.Min(elapsed.Ticks, FrameTimeMax.Ticks);
        _sessions.UnixMs = (ulong)_options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        return now;
    }

    // A context of the application's own is left alone.
    private void EnterContext()
    {
        if (SynchronizationContext.Current is not null) return;
        SynchronizationContext.SetSynchronizationContext(_context);
        _setContext = true;
    }

    private void LeaveContext()
    {
        if (!_setContext) return;
        SynchronizationContext.SetSynchronizationContext(null);
        _setContext = false;
    }

    private void DisconnectSlow()
    {
        while (Sends.Slow.Count > 0)
        {
            _sessions.EndSlow(Sends.Slow[^1]);
        }
    }

    // The world's structure changes between stages only, so that the API is safe to call inside a query.
    private void Restructure(Action change)
    {
        if (_isInFrame || _state is State.Created or State.Starting) _restructurings.Add(change);
        else change();
    }

    private void RunRestructurings()
    {
        if (_restructurings.Count == 0) return;
        for (var i = 0; i < _restructurings.Count; i++) _restructurings[i]();
        _restructurings.Clear();
    }

    private void RunCalls()
    {
        for (var left = _calls.Count; left > 0 && _calls.TryTake(out var call); left--) Run(call);
    }
}
