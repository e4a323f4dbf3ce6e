using System.Collections.Concurrent;
using System.Net;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Loop;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Tests.Frame;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>
/// A server on a real port in a loop of its own, with a <see cref="Bystander"/>: what each fault is done to. After it,
/// <see cref="ExpectUnharmedAsync"/> asserts what holds after every fault.
/// </summary>
internal sealed partial class FaultServer : IAsyncDisposable
{
    /// <summary>How long a test waits for what must happen; long, so that only what never happens fails on a machine that is busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int FrameRate = 200;

    private readonly World _world = World.Create();
    private readonly ConcurrentQueue<Action> _actions = new();
    private readonly ConcurrentQueue<Exception> _unobserved = new();
    private readonly List<IDisposable> _attackers = [];
    private readonly GameLoop _loop;
    private readonly long _memoryBefore;
    private TaskCompletionSource _frameEnded = NewFrame();
    private long _peakRented;

    private FaultServer(NetworkingOptions options)
    {
        _memoryBefore = CollectedMemory();
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        Options = options with { LoggerFactory = Log };
        System = new NetworkingSystem(_world, Options);
        Echo = System.RegisterPlugin("echo", new PluginOptions { Loopback = false, Handler = SendBack }).Unwrap();
        Sink = System.RegisterPlugin("sink", new PluginOptions { Loopback = false }).Unwrap();
        Meter = new MeterReading(System);
        _loop = new GameLoop(RunFrame, new GameLoopOptions { FrameRate = FrameRate });
    }

    /// <summary>A free port; sessions without a link are soon over, so that their end can be seen.</summary>
    public static NetworkingOptions Defaults { get; } = new() { Port = 0, ResumeWindow = TimeSpan.FromMilliseconds(150) };

    public NetworkingOptions Options { get; }

    public NetworkingSystem System { get; }

    /// <summary>Sends each packet back, reliably if it was.</summary>
    public Channel Echo { get; }

    /// <summary>Keeps what it gets; nobody receives it but the test.</summary>
    public Channel Sink { get; }

    public LogLines Log { get; } = new();

    public MeterReading Meter { get; }

    public Bystander Bystander { get; private set; } = null!;

    public IPEndPoint EndPoint => System.LocalEndPoint!;

    /// <summary>The most bytes of the loop's buffers that were rented at the end of a frame.</summary>
    public long PeakRented => Volatile.Read(ref _peakRented);

    /// <summary>The world, on the loop's thread only.</summary>
    public World World => _world;

    /// <summary>What runs in every frame, on the loop's thread.</summary>
    public Action? OnFrame { get; set; }

    /// <summary>Starts a server, and the bystander's exchange with it.</summary>
    public static async Task<FaultServer> StartAsync(NetworkingOptions? options = null)
    {
        var server = new FaultServer(options ?? Defaults);
        (await server.System.InitializeAsync()).Unwrap();
        server._loop.Start();
        try
        {
            server.Bystander = await Bystander.StartAsync(server.EndPoint);
            await server.Bystander.ExpectExchangesAsync(1);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What proves a name where a test requires it.</summary>
    public static string TokenOf(string name) => $"token of {name}";

    /// <summary>A hook that lets in whoever has the token of its name.</summary>
    public static ValueTask<AuthenticationResult> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken) =>
        new(request.Token == TokenOf(request.ClientName) ? AuthenticationResult.Accept(request.ClientName) : AuthenticationResult.Refuse("no"));

    /// <summary>A TCP connection; closed by the server's end at the latest.</summary>
    public RawWebSocket Open(int receiveBufferBytes = 0) => Track(RawWebSocket.Open(EndPoint, receiveBufferBytes));

    /// <summary>An upgraded connection that has said nothing yet.</summary>
    public Attacker Connect(int receiveBufferBytes = 0) => new(this, Track(RawWebSocket.Connect(EndPoint, receiveBufferBytes: receiveBufferBytes)));

    /// <summary>Disposes something with the attackers.</summary>
    public T Track<T>(T attacker)
        where T : IDisposable
    {
        _attackers.Add(attacker);
        return attacker;
    }

    /// <summary>Runs something in the next frame, on the loop's thread.</summary>
    public async Task<T> DoAsync<T>(Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _actions.Enqueue(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return await done.Task.WaitAsync(Patience);
    }

    /// <summary>Returns at the end of the frame that runs, or of the next one.</summary>
    public Task FrameAsync() => Volatile.Read(ref _frameEnded).Task.WaitAsync(Patience);

    /// <summary>Returns when a condition holds at the end of a frame.</summary>
    /// <exception cref="TimeoutException">It does not in time.</exception>
    public async Task UntilAsync(Func<bool> condition, [global::System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "")
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (deadline.IsCancellationRequested) throw new TimeoutException($"Not within {Patience.TotalSeconds:0} s: {text}");
            await FrameAsync();
        }
    }

    /// <summary>Returns when so many links have ended for a reason; asserts that no more did.</summary>
    public async Task ExpectEndedAsync(DisconnectReason reason, int count = 1)
    {
        await UntilAsync(() => Ended(reason) >= count, $"{count} links ended by {reason}");
        Assert.That(Ended(reason), Is.EqualTo(count), $"links ended by {reason}");
    }

    public long Ended(DisconnectReason reason) => Meter.Read("playground.connections.ended", reason.ToString());

    public async ValueTask DisposeAsync()
    {
        if (Bystander is not null) await Bystander.DisposeAsync();
        _attackers.ForEach(attacker => attacker.Dispose());
        await _loop.DisposeAsync();
        await System.DisposeAsync();
        Meter.Dispose();
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        World.Destroy(_world);
    }

    private static TaskCompletionSource NewFrame() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void SendBack(Channel channel, in ReceivedPacket packet)
    {
        // A peer that is gone, or does not read, gets no echo.
        _ = packet.IsReliable
            ? channel.SendReliableTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority)
            : channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority);
    }

    private void RunFrame(float step)
    {
        System.BeforeUpdate(step);
        System.Update(step);
        OnFrame?.Invoke();
        while (_actions.TryDequeue(out var action)) action();
        System.AfterUpdate(step);
        _peakRented = Math.Max(_peakRented, System.Buffers.RentedBytes);
        Interlocked.Exchange(ref _frameEnded, NewFrame()).SetResult();
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs arguments) => _unobserved.Enqueue(arguments.Exception);
}
