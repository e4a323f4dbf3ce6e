using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;
using ClientOptions = Playground.Ecs.Networking.Client.ClientOptions;
using ClientState = Playground.Ecs.Networking.Client.ClientState;
using NetworkClient = Playground.Ecs.Networking.Client.NetworkClient;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Rows 40-44 and 48: faults of the server's own process: its clock, its plugins, its threads.</summary>
public sealed class ProcessFaults
{
    [TestCase(1)]
    [TestCase(-1)]
    public async Task Row_40_a_wall_clock_that_jumps_an_hour_fires_no_timeout(int hours)
    {
        var clock = new JumpingClock();
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { TimeProvider = clock, ResumeWindow = TimeSpan.FromSeconds(30) });
        var away = server.Connect();
        var token = (await away.HelloAsync()).ResumeToken.ToArray();
        away.Socket.Reset();
        var dribbling = server.Connect();
        dribbling.Socket.SendBytes(RawFrame.ToClientBytes(0x82, TestPeer.Packet(server.Echo.Id, 7, new byte[100])).AsSpan(0, 50));
        await server.ExpectEndedAsync(DisconnectReason.LinkLost);
        clock.Jump(TimeSpan.FromHours(hours));
        await server.Bystander.ExpectExchangesAsync(5);
        dribbling.Pump();
        Assert.That(dribbling.CloseCode, Is.Zero);
        var back = server.Connect();
        Assert.That((await back.HelloAsync(resumeToken: token)).Resumed);
        Assert.That(Enum.GetValues<DisconnectReason>().Sum(server.Ended), Is.EqualTo(1), "the reset alone");
        Assert.That(server.Meter.Read("playground.sessions.expired"), Is.Zero);
        back.Send(new Goodbye(ErrorCode.None, "", 0));
        await server.ExpectUnharmedAsync(2);
    }

    [Test]
    public async Task Row_41_a_process_that_stood_still_for_20_seconds_closes_nobody()
    {
        await using var harness = await FaultHarness.StartAsync();
        var quiet = harness.ConnectWithHello();
        var plain = harness.Connect();
        plain.SendControl(new Ping(1));
        harness.Step();
        harness.Network.Time.Advance(TimeSpan.FromSeconds(20));
        for (var frame = 0; frame < 60 * 12; frame++)
        {
            harness.Step();
            quiet.All();
            plain.All();
        }

        Assert.That((quiet.End is null, plain.End is null), Is.EqualTo((true, true)));
        Assert.That(Enum.GetValues<DisconnectReason>().Sum(harness.Ended), Is.Zero);
        harness.ExpectUnharmed();
    }

    [Test]
    public async Task Row_41_clients_whose_own_timers_fired_meanwhile_come_back_and_resume()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { ResumeWindow = TimeSpan.FromSeconds(30) });
        await using var impatient = new NetworkClient(new ClientOptions
        {
            Uri = new Uri($"ws://{server.EndPoint}/ws"),
            HeartbeatTimeout = TimeSpan.FromSeconds(2),
            ReconnectDelayMin = TimeSpan.FromMilliseconds(50),
            ReconnectDelayMax = TimeSpan.FromMilliseconds(200),
        });
        var states = System.Threading.Channels.Channel.CreateUnbounded<ClientState>();
        impatient.StateChanged += state => states.Writer.TryWrite(state);
        (await impatient.ConnectAsync()).Unwrap();
        using (var stall = new ManualResetEventSlim())
        {
            var standingStill = server.DoAsync(() => stall.Wait(FaultServer.Patience));
            await FirstAsync<ClientState.Reconnecting>(states.Reader);
            stall.Set();
            Assert.That(await standingStill);
        }

        await FirstAsync<ClientState.Resumed>(states.Reader);
        Assert.That(server.Meter.Read("playground.sessions.resumed"), Is.EqualTo(1));
        Assert.That(server.Ended(DisconnectReason.HeartbeatTimeout), Is.Zero);
        await impatient.CloseAsync();
        await server.ExpectUnharmedAsync(2);
    }

    [Test]
    public async Task Row_42_a_plugin_that_throws_in_every_frame_is_counted_logged_once_a_second_and_its_sender_told()
    {
        await using var harness = await FaultHarness.StartAsync();
        var bad = harness.System.RegisterPlugin("bad", new PluginOptions { Handler = static (_, in _) => throw new InvalidOperationException("inside") }).Unwrap();
        var peer = harness.ConnectWithHello();
        for (var frame = 0; frame < 180; frame++)
        {
            peer.Send(bad.Id, 13, []);
            harness.Step();
            var error = peer.NextError();
            Assert.That((error.Error, error.Channel, error.Message.Contains("inside", StringComparison.Ordinal)), Is.EqualTo((ErrorCode.HandlerFailed, bad.Id, false)));
            peer.All();
        }

        Assert.That(harness.Meter.Read("playground.handlers.failed"), Is.EqualTo(180));
        var logged = harness.Log.Exceptions.Count();
        Assert.That(logged, Is.InRange(3, 4));
        harness.ExpectUnharmed(logged);
    }

    [Test]
    public async Task Row_43_a_plugin_that_blocks_the_frame_is_named_in_a_warning_and_answers_resume_with_the_loop([Values] bool kestrel)
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { Transport = kestrel ? new KestrelTransport() : null });
        using var block = await BlockedFrame.BeginAsync(server);
        var peer = block.Peer;
        peer.Socket.SendFrame(RawFrame.Ping, "while it stands"u8);
        peer.Send(TestPeer.Packet(server.Echo.Id, 2, []));
        var calls = Enumerable.Range(0, 100).Select(_ => server.System.GetStatsAsync().AsTask()).ToList();
        Assert.That(calls.TrueForAll(static call => !call.IsCompleted), "calls wait for the loop, in a queue with a limit");
        block.End();
        await peer.PacketAsync(server.Echo.Id);
        await peer.UntilAsync(() => peer.Pongs.Count == 1);
        await Task.WhenAll(calls).WaitAsync(FaultServer.Patience);
        Assert.That(server.Meter.Read("playground.handlers.overran"), Is.Positive);
        Assert.That(server.Log.Lines.Where(static l => l.Level == LogLevel.Warning).Select(static l => l.Text), Has.Some.Contains(BlockedFrame.Plugin));
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_43_over_Kestrel_each_ping_gets_one_pong_while_the_frame_is_blocked()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { Transport = new KestrelTransport() });
        var halfway = server.Connect();
        var message = RawFrame.ToClientBytes(0x82, TestPeer.Packet(server.Echo.Id, 7, new byte[5_000]));
        var received = server.Meter.Read("playground.bytes.received");
        halfway.Socket.SendBytes(message.AsSpan(0, 3_000));
        await server.UntilAsync(() => server.Meter.Read("playground.bytes.received") >= received + 3_000);
        using var block = await BlockedFrame.BeginAsync(server);
        halfway.Socket.SendBytes([.. message.AsSpan(3_000), .. RawFrame.ToClientBytes(0x89, "one"u8), .. RawFrame.ToClientBytes(0x89, "two"u8)[..5]]);
        block.ExpectPongs(halfway, "one");
        halfway.Socket.SendBytes([.. RawFrame.ToClientBytes(0x89, "two"u8)[5..], .. RawFrame.ToClientBytes(0x89, [])]);
        block.ExpectPongs(halfway, "one", "two", "");
        Assert.That(halfway.Packets, Is.Empty);
        block.End();
        Assert.That((await halfway.PacketAsync(server.Echo.Id)).Data, Has.Length.EqualTo(5_000));
        halfway.Socket.SendFrame(RawFrame.Ping, "last"u8);
        await halfway.UntilAsync(() => halfway.Pongs.Count == 4);
        Assert.That(halfway.Pongs[3].Payload, Is.EqualTo("last"u8.ToArray()));
        await server.ExpectUnharmedAsync(2);
    }

    [Test]
    public async Task Row_43_over_Kestrel_pings_beyond_their_rate_get_no_pongs_while_the_frame_is_blocked_and_then_1008()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { Transport = new KestrelTransport(), PingsPerSecond = 5 });
        using var block = await BlockedFrame.BeginAsync(server);
        for (var i = 0; i < 50; i++) block.Peer.Socket.SendFrame(RawFrame.Ping, "x"u8);
        block.ExpectPongs(block.Peer, "x", "x", "x", "x", "x");
        block.End();
        Assert.That(await block.Peer.ClosedAsync(), Is.EqualTo((int)CloseCode.PolicyViolation));
        Assert.That(block.Peer.Pongs, Has.Count.EqualTo(5));
        await server.ExpectEndedAsync(DisconnectReason.WebSocketViolation);
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_44_sends_from_inside_a_receive_and_from_other_threads_are_queued_and_after_disposal_NotConnected()
    {
        var server = await FaultServer.StartAsync();
        await using (server)
        {
            var inside = new System.Collections.Concurrent.ConcurrentQueue<NetworkResult>();
            var relay = (await server.DoAsync(() => server.System.RegisterPlugin("relay", new PluginOptions
            {
                Handler = (channel, in packet) =>
                {
                    inside.Enqueue(channel.SendTo(packet.Sender, 1, []));
                    inside.Enqueue(server.Sink.Send(2, []));
                },
            }))).Unwrap();
            var peer = server.Connect();
            await peer.HelloAsync();
            for (var i = 0; i < 50; i++) peer.Send(TestPeer.Packet(relay.Id, 0, []));
            var sends = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
            {
                var results = new List<NetworkResult>();
                for (var i = 0; i < 100; i++) results.Add(await server.System.SendPacketAsync(relay.Id, (ushort)thread, [1]));
                return results;
            })));
            Assert.That(sends.SelectMany(static r => r), Is.All.EqualTo(NetworkResult.Ok));
            await peer.UntilAsync(() => peer.Packets.Count(p => p.Channel == relay.Id) == 50);
            Assert.That(inside, Is.Not.Empty);
            await server.ExpectUnharmedAsync();
            Assert.That(server.Meter.Read("playground.calls.refused"), Is.Zero);
        }

        Assert.That((await server.System.SendPacketAsync(server.Sink.Id, 1, [])).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That((await server.System.QueryConnectionsAsync()).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    [NonParallelizable]
    public async Task Row_48_the_frame_does_not_depend_on_a_thread_pool_that_the_application_starves()
    {
        await using var server = await FaultServer.StartAsync();
        using var starved = new ManualResetEventSlim();
        ThreadPool.GetMinThreads(out var workers, out _);
        var waiting = Enumerable.Range(0, workers + 16).Select(_ => Task.Run(() => starved.Wait(FaultServer.Patience))).ToList();
        try
        {
            ExpectServedWithoutThePool(server);
        }
        finally
        {
            starved.Set();
            await Task.WhenAll(waiting);
        }

        await server.ExpectUnharmedAsync();
    }

    // Blocks on purpose: whatever would go on by the pool could not.
    private static void ExpectServedWithoutThePool(FaultServer server)
    {
        var peer = server.Connect();
        var frames = server.Meter.Read("playground.packets.received");
        for (ushort i = 1; i <= 20; i++)
        {
            peer.Send(TestPeer.Packet(server.Echo.Id, i, []));
            Assert.That(SpinWait.SpinUntil(
                () =>
                {
                    peer.Pump();
                    return peer.Packets.Count == i;
                },
                FaultServer.Patience));
        }

        Assert.That(server.Meter.Read("playground.packets.received") - frames, Is.GreaterThanOrEqualTo(20));
    }

    private static async Task FirstAsync<T>(System.Threading.Channels.ChannelReader<ClientState> states)
        where T : ClientState
    {
        while (await states.ReadAsync().AsTask().WaitAsync(FaultServer.Patience) is not T)
        {
        }
    }

    /// <summary>Its wall clock jumps; its timestamps and timers are the machine's.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _offset;

        public void Jump(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));
    }
}
