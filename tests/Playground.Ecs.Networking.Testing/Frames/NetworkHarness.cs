using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Testing.Frames;

/// <summary>A NetworkingSystem in a loop that the test steps by hand, over memory links and a clock that only the test moves.</summary>
public sealed class NetworkHarness : IAsyncDisposable
{
    private readonly Group<float> _group;

    private NetworkHarness(NetworkingOptions options, params ISystem<float>[] systems)
    {
        Options = options with { TimeProvider = Time, Transport = Transport };
        World = World.Create();
        System = new NetworkingSystem(World, Options);
        _group = new Group<float>("test", [System, .. systems, new Game(this)]);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public MemoryTransport Transport { get; } = new();

    public NetworkingOptions Options { get; }

    public World World { get; }

    public NetworkingSystem System { get; }

    /// <summary>What the game does in every frame's Update, after all systems.</summary>
    public Action? OnUpdate { get; set; }

    /// <summary>Starts a system with these options; transport and clock are the harness's, and nothing is there for language models.</summary>
    public static Task<NetworkHarness> StartAsync(NetworkingOptions? options = null, params ISystem<float>[] systems) =>
        StartWithMcpAsync((options ?? new NetworkingOptions()) with { Mcp = null }, systems);

    /// <summary>Starts a system with these options, those for language models too; transport and clock are the harness's.</summary>
    public static async Task<NetworkHarness> StartWithMcpAsync(NetworkingOptions options, params ISystem<float>[] systems)
    {
        var harness = new NetworkHarness(options, systems);
        (await harness.System.InitializeAsync()).Unwrap();
        return harness;
    }

    /// <summary>Runs frames, each a sixtieth of a second long.</summary>
    public void Step(int frames = 1)
    {
        for (var i = 0; i < frames; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1.0 / 60));
            RunFrame();
        }
    }

    /// <summary>Runs frames for this long.</summary>
    public void StepFor(TimeSpan time) => Step((int)Math.Ceiling(time.TotalSeconds * 60) + 1);

    /// <summary>
    /// Runs frames without moving the clock until a condition holds that other threads bring about. All of them on the calling thread, which
    /// so stays the loop's: an await between two frames may go on elsewhere, where a call of the system would wait for a frame.
    /// </summary>
    /// <exception cref="TimeoutException">It does not hold within 30 s.</exception>
    public void RunUntil(Func<bool> isDone)
    {
        var spin = default(SpinWait);
        for (var begun = Stopwatch.GetTimestamp(); !isDone(); spin.SpinOnce())
        {
            if (Stopwatch.GetElapsedTime(begun) > TimeSpan.FromSeconds(30)) throw new TimeoutException("It never happened.");
            RunFrame();
        }
    }

    /// <summary>Runs one frame without moving the clock.</summary>
    public void RunFrame()
    {
        // A loop's thread has no context of its own, while a test framework's may have.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            const float Step = 1f / 60;
            _group.BeforeUpdate(Step);
            _group.Update(Step);
            _group.AfterUpdate(Step);
            if (SynchronizationContext.Current is not null) throw new InvalidOperationException("The frame left its context behind.");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Opens a link that has said nothing yet.</summary>
    public TestPeer Connect(LinkUpgrade? upgrade = null, int receiveBytesMax = MemoryClient.DefaultReceiveBytesMax) =>
        new(Transport.Connect(upgrade, receiveBytesMax).Unwrap());

    /// <summary>Opens a link, says Hello and takes the Welcome.</summary>
    public TestPeer ConnectWithHello(string name = "test", string? token = null, int receiveBytesMax = MemoryClient.DefaultReceiveBytesMax)
    {
        var peer = Connect(null, receiveBytesMax);
        peer.Hello(name, token);
        Step(2);
        peer.TakeWelcome();
        return peer;
    }

    /// <summary>Subscribes a peer, which must have no packets waiting.</summary>
    public void Subscribe(TestPeer peer, ChannelReference channel)
    {
        peer.SendControl(new Subscribe(peer.NextRequestId(), channel));
        Step();
        var reply = peer.NextReply();
        if (reply.Error != ErrorCode.None) throw new InvalidOperationException($"Not subscribed: {reply.Message}.");
    }

    /// <summary>Runs one frame and, in its Update, what the game does.</summary>
    public void StepWith(Action update)
    {
        OnUpdate = update;
        Step();
        OnUpdate = null;
    }

    /// <summary>The entity of a peer.</summary>
    public async Task<Entity> EntityOfAsync(string peerId)
    {
        var connections = (await System.QueryConnectionsAsync()).Unwrap();
        return connections.Single(c => c.PeerId == peerId).Entity;
    }

    /// <summary>Disposes the system while the clock runs, as its waits for peers need.</summary>
    public async Task DisposeSystemAsync()
    {
        var disposal = System.DisposeAsync().AsTask();
        while (!disposal.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(2));
            await Task.Yield();
        }

        await disposal;
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeSystemAsync();
        World.Destroy(World);
    }

    private sealed class Game(NetworkHarness harness) : BaseSystem<World, float>(harness.World)
    {
        public override void Update(in float t) => harness.OnUpdate?.Invoke();
    }
}
