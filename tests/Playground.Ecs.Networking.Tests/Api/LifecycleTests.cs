using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Api;

/// <summary>Start and end, in every order.</summary>
public sealed class LifecycleTests
{
    private static readonly QueryDescription Anything = new QueryDescription();
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_port_in_use_is_an_error_that_names_it_and_leaves_the_system_startable()
    {
        await using var first = new NetworkingSystem(new NetworkingOptions { Port = 0 });
        (await first.InitializeAsync()).Unwrap();
        var port = first.LocalEndPoint!.Port;
        await using var second = new NetworkingSystem(new NetworkingOptions { Port = port });
        var error = (await second.InitializeAsync()).Error;
        Assert.That(error, Is.InstanceOf<NetworkError.AddressInUse>());
        Assert.That(error!.Message, Does.Contain($"Port {port}"));
        Assert.That(second.LocalEndPoint, Is.Null);
        await first.DisposeAsync();
        (await second.InitializeAsync()).Unwrap();
        Assert.That(second.LocalEndPoint!.Port, Is.EqualTo(port));
    }

    [Test]
    public async Task A_second_start_is_AlreadyExists()
    {
        await using var harness = await NetworkHarness.StartAsync();
        Assert.That((await harness.System.InitializeAsync()).Error, Is.InstanceOf<NetworkError.AlreadyExists>());
    }

    [Test]
    public async Task A_group_starts_and_stops_its_networking()
    {
        var world = World.Create();
        var transport = new MemoryTransport();
        await using var system = new NetworkingSystem(world, new NetworkingOptions { Transport = transport });
        var group = new Group<float>("game", system);
        group.Initialize();
        var client = transport.Connect().Unwrap();
        group.BeforeUpdate(0);
        group.Update(0);
        group.AfterUpdate(0);
        group.Dispose();
        Assert.That(client.TryReceive(out _), "the Goodbye");
        Assert.That((client.TryReceive(out _), client.End?.Code), Is.EqualTo((false, (ushort?)1001)));
        World.Destroy(world);
    }

    [Test]
    public void A_start_by_a_group_that_fails_throws_the_error()
    {
        var world = World.Create();
        using var system = new NetworkingSystem(world, new NetworkingOptions { Port = -1 });
        Assert.That(system.Initialize, Throws.InstanceOf<NetworkException>().With.Property("Error").InstanceOf<NetworkError.InvalidArgument>());
    }

    [Test]
    public async Task A_cancelled_start_is_Cancelled_and_can_be_tried_again()
    {
        var transport = new StubTransport();
        await using var system = new NetworkingSystem(World.Create(), new NetworkingOptions { Transport = transport });
        using var source = new CancellationTokenSource();
        var start = system.InitializeAsync(source.Token).AsTask();
        await source.CancelAsync();
        Assert.That((await start).Error, Is.EqualTo(new NetworkError.Cancelled()));
        transport.Started.SetResult(NetworkResult.Ok);
        Assert.That((await system.InitializeAsync()).IsOk);
    }

    [Test]
    public async Task A_system_disposed_while_it_starts_stays_disposed()
    {
        var transport = new StubTransport();
        var system = new NetworkingSystem(World.Create(), new NetworkingOptions { Transport = transport });
        var start = system.InitializeAsync().AsTask();
        await system.DisposeAsync();
        transport.Started.SetResult(NetworkResult.Ok);
        Assert.That((await start).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(transport.Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task Live_peers_get_one_Goodbye_and_1001_each()
    {
        var harness = await NetworkHarness.StartAsync(new NetworkingOptions { RetryAfter = TimeSpan.FromSeconds(3) });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        TestPeer[] peers = [harness.ConnectWithHello(), harness.ConnectWithHello(), harness.Connect()];
        peers[2].SendControl(new Ping(1));
        harness.Step();
        harness.Subscribe(peers[0], channel.Id);
        var silent = harness.Connect();
        harness.Step();
        var unaccepted = harness.Connect();
        channel.Send(7, [7]).Unwrap();
        await harness.DisposeSystemAsync();
        foreach (var peer in peers.Append(silent).Append(unaccepted))
        {
            Assert.That(peer.End!.Code, Is.EqualTo((ushort)CloseCode.GoingAway));
            Assert.That(peer.Goodbyes.Single(), Is.EqualTo(new Goodbye(ErrorCode.ServerStopping, "the server is stopping", 3_000)));
        }

        Assert.That(peers[0].Next()!.Type, Is.EqualTo(7), "what was sent before is flushed");
        Assert.That(harness.Transport.Connect().Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That((harness.Transport.LinkCount, harness.System.Buffers.RentedCount), Is.EqualTo((0, 0)));
        await harness.DisposeAsync();
    }

    [Test]
    public async Task What_waits_in_inboxes_holds_no_buffers_after_disposal()
    {
        var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        peer.Send(channel.Id, 1, new byte[100]);
        harness.Step();
        harness.StepWith(() => channel.Send(2, new byte[100]).Unwrap());
        harness.Step();
        await harness.DisposeAsync();
        Assert.That(harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public async Task A_peer_that_does_not_read_does_not_hold_disposal_up()
    {
        var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var slow = harness.ConnectWithHello("slow", null, 1_024);
        var entity = await harness.EntityOfAsync(slow.PeerId);
        channel.SendTo(entity, 1, new byte[100_000]).Unwrap();
        harness.Step();
        await harness.DisposeAsync();
        Assert.That((harness.Transport.LinkCount, harness.System.Buffers.RentedCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Disposal_twice_and_at_once_is_one_disposal()
    {
        var harness = await NetworkHarness.StartAsync();
        var peer = harness.ConnectWithHello();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await harness.System.DisposeAsync())));
        harness.System.Dispose();
        Assert.That((peer.End!.Code, peer.Goodbyes.Count), Is.EqualTo(((ushort)1001, 1)));
        await harness.DisposeAsync();
    }

    [Test]
    public async Task Disposal_before_the_start_is_fine()
    {
        var world = World.Create();
        var system = new NetworkingSystem(world);
        system.RegisterPlugin("x").Unwrap();
        await system.DisposeAsync();
        Assert.That(world.CountEntities(in Anything), Is.Zero);
        await new NetworkingSystem().DisposeAsync();
    }

    [Test]
    public async Task Disposal_by_another_thread_in_the_middle_of_a_frame_ends_it_quietly()
    {
        var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        harness.StepWith(() =>
        {
            var disposal = Task.Run(async () => await harness.System.DisposeAsync());
            Assert.That(disposal.Wait(Deadline));
            Assert.That(channel.Send(1, []).Error, Is.InstanceOf<NetworkError.NotConnected>());
        });
        Assert.That(peer.End!.Code, Is.EqualTo(1001));
        harness.Step(3);
        await harness.DisposeAsync();
    }

    [Test]
    public async Task Calls_that_wait_for_a_frame_complete_with_NotConnected()
    {
        var harness = await NetworkHarness.StartAsync();
        harness.Step();
        var calls = await Task.Run(() => Enumerable.Range(0, 20).Select(i => harness.System.RegisterPluginAsync($"{i}").AsTask()).ToArray());
        Assert.That(calls.Any(c => c.IsCompleted), Is.False);
        var racing = Task.Run(async () =>
        {
            // Calls until the system is gone: none may be left waiting.
            while ((await harness.System.GetStatsAsync()).IsOk)
            {
            }
        });
        await harness.DisposeAsync();
        await racing.WaitAsync(Deadline);
        await Task.WhenAll(calls).WaitAsync(Deadline);
    }

    [Test]
    public async Task Entities_of_ours_leave_the_users_world_and_others_stay()
    {
        var harness = await NetworkHarness.StartAsync();
        var own = harness.World.Create(new NetworkStatsComponent());
        harness.System.RegisterPlugin("x").Unwrap();
        var expected = (await harness.System.CreateConnectionAsync("expected")).Unwrap();
        harness.ConnectWithHello();
        Assert.That(harness.World.CountEntities(in Anything), Is.EqualTo(5));
        await harness.System.DisposeAsync();
        Assert.That(harness.World.IsAlive(own));
        Assert.That(harness.World.IsAlive(expected), Is.False);
        Assert.That(harness.World.CountEntities(in Anything), Is.EqualTo(1));
        await harness.DisposeAsync();
    }

    [Test]
    public async Task A_world_that_is_destroyed_first_keeps_nobody_from_a_Goodbye()
    {
        var harness = await NetworkHarness.StartAsync(new NetworkingOptions { AllowClientChannels = true });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        (await harness.System.CreateConnectionAsync("expected")).Unwrap();
        var peer = harness.ConnectWithHello();
        harness.Subscribe(peer, channel.Id);
        peer.SendControl(new RegisterChannel(7, "mine", default));
        var away = SessionPeer.Connect(harness);
        away.Cut();
        World.Destroy(harness.World);
        await harness.DisposeSystemAsync();
        await harness.DisposeSystemAsync();
        Assert.That(peer.End!.Code, Is.EqualTo((ushort)CloseCode.GoingAway));
        Assert.That(peer.Goodbyes.Single().Error, Is.EqualTo(ErrorCode.ServerStopping));
        Assert.That((harness.Transport.LinkCount, harness.System.Buffers.RentedCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_system_of_its_own_starts_and_stops_again_and_again()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var system = new NetworkingSystem(new NetworkingOptions { Port = 0 });
            (await system.InitializeAsync()).Unwrap();
            using var client = new ClientWebSocket();
            using var deadline = new CancellationTokenSource(Deadline);
            await client.ConnectAsync(new Uri($"ws://localhost:{system.LocalEndPoint!.Port}/ws"), deadline.Token);
        }
    }

    private sealed class StubTransport : ITransport
    {
        public TaskCompletionSource<NetworkResult> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Disposals { get; private set; }

        public IPEndPoint? LocalEndPoint => null;

        public int LinkCount => 0;

        public async ValueTask<NetworkResult> StartAsync(TransportStart context, CancellationToken cancellationToken) =>
            await Started.Task.WaitAsync(cancellationToken);

        public void BeginFrame()
        {
        }

        public bool TryAccept([NotNullWhen(true)] out Link? link)
        {
            link = null;
            return false;
        }

        public void Flush(ReadOnlySpan<Link> links)
        {
        }

        public ValueTask StopAcceptingAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync()
        {
            Disposals++;
            return ValueTask.CompletedTask;
        }
    }
}
