using System.Net;
using System.Net.Sockets;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Rows 39 and 45-47: starting and stopping, at the worst moments. What the meter cannot say any more, its counters do.</summary>
public sealed class LifeFaults
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    [Test]
    public async Task Row_39_a_shutdown_with_stuck_clients_says_Goodbye_closes_1001_and_ends_within_its_time()
    {
        var server = await FaultServer.StartAsync(FaultServer.Defaults with { ShutdownTimeout = TimeSpan.FromMilliseconds(500), RetryAfter = TimeSpan.FromSeconds(3) });
        var peer = server.Connect();
        await peer.HelloAsync();
        var stuck = server.Connect(receiveBufferBytes: 4_096);
        await stuck.HelloAsync("stuck");
        var half = server.Open();
        half.SendText("GET /ws HTTP/1.1\r\nHost: ");
        var entity = (await server.System.QueryConnectionsAsync()).Unwrap().Single(c => c.PeerId == stuck.Welcome.PeerId).Entity;
        await server.DoAsync(() =>
        {
            for (var i = 0; i < 40; i++) server.Sink.SendTo(entity, 1, new byte[10_000], Priority.High);
            return true;
        });
        await server.Bystander.StopAsync();
        var endPoint = server.EndPoint;
        await server.System.DisposeAsync();
        peer.Pump();
        Assert.That((peer.Goodbye?.Error, peer.Goodbye?.RetryAfterMs, peer.CloseCode), Is.EqualTo(((ErrorCode?)ErrorCode.ServerStopping, (uint?)3_000, 1001)));
        Assert.That(() => RawWebSocket.Open(endPoint), Throws.InstanceOf<SocketException>(), "nobody listens any more");
        Assert.That(half.ReadToEnd(), Does.StartWith("HTTP/1.1 503 ").Or.Empty);
        Assert.That(server.System.Counters.Disconnects(DisconnectReason.ServerStopping), Is.EqualTo(3));
        Assert.That(server.System.Buffers.RentedCount, Is.Zero);
        await server.DisposeAsync();
    }

    [Test]
    public async Task Row_39_stuck_clients_cost_a_shutdown_its_time_and_no_more()
    {
        var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var stuck = harness.ConnectWithHello("stuck", null, 1_024);
        channel.SendTo(await harness.EntityOfAsync(stuck.PeerId), 1, new byte[100_000]).Unwrap();
        harness.Step();
        var disposal = harness.System.DisposeAsync().AsTask();
        for (var waited = TimeSpan.Zero; waited < harness.Options.ShutdownTimeout * 0.9; waited += Moment)
        {
            harness.Time.Advance(Moment);
            await Task.Yield();
        }

        Assert.That(disposal.IsCompleted, Is.False, "it waits for what they may still take");
        await harness.DisposeSystemAsync();
        await disposal;
        Assert.That((harness.Transport.LinkCount, harness.System.Buffers.RentedCount), Is.EqualTo((0, 0)));
        await harness.DisposeAsync();
    }

    [Test]
    public async Task Row_45_disposal_while_clients_live_twice_and_during_a_flush_is_one_with_1001_for_each()
    {
        var server = await FaultServer.StartAsync();
        var peers = Enumerable.Range(0, 5).Select(_ => server.Connect()).ToList();
        foreach (var peer in peers) await peer.HelloAsync();
        await server.DoAsync(() => server.OnFrame = BroadcastOf(server, times: 50));
        await server.FrameAsync();
        await server.Bystander.StopAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await server.System.DisposeAsync())));
        await server.System.DisposeAsync();
        foreach (var peer in peers)
        {
            peer.Pump();
            Assert.That((peer.CloseCode, peer.Goodbye?.Error), Is.EqualTo((1001, (ErrorCode?)ErrorCode.ServerStopping)));
        }

        Assert.That(server.System.Counters.Disconnects(DisconnectReason.ServerStopping), Is.EqualTo(6));
        Assert.That(Enum.GetValues<DisconnectReason>().Sum(server.System.Counters.Disconnects), Is.EqualTo(server.System.Counters.Accepted));
        Assert.That(server.System.Buffers.RentedCount, Is.Zero);
        await server.DisposeAsync();
    }

    [Test]
    public async Task Row_45_after_disposal_no_handler_is_called_and_a_world_that_goes_first_is_borne([Values] bool worldFirst)
    {
        var harness = await NetworkHarness.StartAsync();
        var (handled, isOver) = (0, false);
        var channel = harness.System.RegisterPlugin("x", new PluginOptions
        {
            Handler = (_, in _) =>
            {
                Assert.That(isOver, Is.False);
                handled++;
            },
        }).Unwrap();
        var peer = harness.ConnectWithHello();
        peer.Send(channel.Id, 1, []);
        harness.Step();
        peer.Send(channel.Id, 2, []);
        if (worldFirst) World.Destroy(harness.World);
        await harness.DisposeSystemAsync();
        isOver = true;
        if (!worldFirst) harness.RunFrame();
        Assert.That((handled, peer.End?.Code), Is.EqualTo((1, (ushort?)1001)));
        Assert.That((harness.Transport.LinkCount, harness.System.Buffers.RentedCount), Is.EqualTo((0, 0)));
        await harness.System.DisposeAsync();
        if (!worldFirst) World.Destroy(harness.World);
    }

    [Test]
    public async Task Row_46_a_port_in_use_is_one_clear_error_that_names_it_and_nothing_is_half_started()
    {
        await using var server = await FaultServer.StartAsync();
        var port = server.EndPoint.Port;
        await using var second = new NetworkingSystem(FaultServer.Defaults with { Port = port });
        var error = (await second.InitializeAsync()).Error;
        Assert.That(error, Is.EqualTo(new NetworkError.AddressInUse("localhost", port)));
        Assert.That((error!.Message.Contains($"{port}", StringComparison.Ordinal), second.LocalEndPoint, second.Buffers.RentedCount), Is.EqualTo((true, (IPEndPoint?)null, 0)));
        await server.ExpectUnharmedAsync();
    }

    [TestCase("203.0.113.7")]
    [TestCase("nowhere.example")]
    [TestCase("not an address")]
    public async Task Row_46_a_bad_address_is_one_clear_error_that_names_it(string host)
    {
        await using var system = new NetworkingSystem(FaultServer.Defaults with { Host = host });
        var error = (await system.InitializeAsync()).Error;
        Assert.That(error, Is.InstanceOf<NetworkError.AddressUnavailable>());
        Assert.That((error!.Message.Contains(host, StringComparison.Ordinal), system.LocalEndPoint), Is.EqualTo((true, (IPEndPoint?)null)));
    }

    [Test]
    [Platform("Linux")]
    public async Task Row_46_a_privileged_port_is_one_clear_error_that_names_it_for_who_may_not_have_it()
    {
        await using var system = new NetworkingSystem(FaultServer.Defaults with { Port = 9 });
        var result = await system.InitializeAsync();
        if (result.IsOk)
        {
            Assert.That(system.LocalEndPoint!.Port, Is.EqualTo(9), "who may have it gets it");
            return;
        }

        Assert.That(result.Error, Is.InstanceOf<NetworkError.AddressUnavailable>());
        Assert.That((result.Error!.Message.Contains('9', StringComparison.Ordinal), system.LocalEndPoint), Is.EqualTo((true, (IPEndPoint?)null)));
    }

    [Test]
    public async Task Row_47_a_hundred_starts_and_stops_rebind_the_port_and_leak_nothing()
    {
        var port = 0;
        var threads = 0;
        var memory = 0L;
        for (var i = 0; i < 100; i++)
        {
            if (i == 10) (threads, memory) = (Threads, GC.GetTotalMemory(forceFullCollection: true));
            var system = new NetworkingSystem(FaultServer.Defaults with { Port = port });
            (await system.InitializeAsync()).Unwrap();
            port = system.LocalEndPoint!.Port;
            using (var peer = RawWebSocket.Connect(system.LocalEndPoint))
            {
                peer.SendClose(1000);
                peer.ReadToEnd();
            }

            await system.DisposeAsync();
            Assert.That((system.Buffers.RentedCount, system.Counters.Active), Is.EqualTo((0, 0)));
        }

        Assert.That(Threads, Is.LessThan(threads + 10), "threads of a system end with it");
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - memory, Is.LessThan(8 * 1024 * 1024));
    }

    private static int Threads => System.Diagnostics.Process.GetCurrentProcess().Threads.Count;

    private static Action BroadcastOf(FaultServer server, int times) => () =>
    {
        if (times-- > 0) _ = server.System.BroadcastAsync(new byte[1_000]).AsTask();
    };
}
