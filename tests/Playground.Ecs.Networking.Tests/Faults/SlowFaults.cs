using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;
using Playground.Ecs.Networking.Testing.Proxies;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Rows 15, 18 and 22-26: peers that are slow, half gone, or do not read.</summary>
public sealed class SlowFaults
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    // Small queues, so that little has to be sent to fill them.
    private static readonly NetworkingOptions SmallQueues = FaultServer.Defaults with
    {
        MaxPacketBytes = 32 * 1024,
        SendQueueBytes = 64 * 1024,
        SendBudgetBytes = 64 * 1024,
        SocketSendBufferBytes = 16 * 1024,
    };

    [Test]
    public async Task Row_15_a_message_that_comes_byte_by_byte_gets_4003_when_its_time_is_over()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { MessageTimeout = Soon });
        var attacker = server.Connect();
        var bytes = RawFrame.ToClientBytes(0x82, new byte[60_000]);
        for (var at = 0; attacker.CloseCode == 0 && at < bytes.Length; at++)
        {
            if (!await attacker.FloodAsync(bytes.AsMemory(at, 1))) break;
            await server.FrameAsync();
        }

        Assert.That(await attacker.ClosedAsync(), Is.EqualTo((int)CloseCode.MessageTimeout));
        await server.ExpectEndedAsync(DisconnectReason.MessageTimeout);
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_18_no_Hello_where_one_is_required_gets_4502_when_its_time_is_over()
    {
        await using var server = await FaultServer.StartAsync(
            FaultServer.Defaults with { Authenticate = FaultServer.AuthenticateAsync, HelloTimeout = TimeSpan.FromSeconds(1) });
        var silent = server.Connect();
        var plain = server.Connect();
        plain.Send(TestPeer.Packet(server.Echo.Id, 1, []));
        Assert.That(await plain.ClosedAsync(), Is.EqualTo((int)CloseCode.Unauthorized), "speaks without one");
        Assert.That(await silent.ClosedAsync(), Is.EqualTo((int)CloseCode.Unauthorized), "says nothing");
        Assert.That(silent.Goodbye?.Error, Is.EqualTo(ErrorCode.Unauthorized));
        await server.ExpectEndedAsync(DisconnectReason.Unauthorized, 2);
        await server.ExpectUnharmedAsync(2);
    }

    [Test]
    public async Task Row_22_a_half_open_link_is_gone_after_the_heartbeat_timeout_and_its_session_kept_for_resume()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with
        {
            HeartbeatInterval = TimeSpan.FromMilliseconds(250),
            HeartbeatTimeout = TimeSpan.FromSeconds(2),
            HelloTimeout = TimeSpan.FromSeconds(1),
            ResumeWindow = TimeSpan.FromSeconds(30),
        });
        await using var proxy = FaultProxy.Start(server.EndPoint);
        var lost = new Attacker(server, server.Track(RawWebSocket.Connect(proxy.EndPoint)));
        var welcome = await lost.HelloAsync();
        proxy.HalfOpen();
        await server.ExpectEndedAsync(DisconnectReason.HeartbeatTimeout);
        lost.Pump();
        Assert.That(lost.CloseCode, Is.Zero, "nobody told it");

        var back = server.Connect();
        var resumed = await back.HelloAsync(resumeToken: welcome.ResumeToken.ToArray());
        Assert.That((resumed.Resumed, resumed.PeerId), Is.EqualTo((true, welcome.PeerId)));
        Assert.That(server.Meter.Read("playground.sessions.resumed"), Is.EqualTo(1));
        back.Send(new Goodbye(ErrorCode.None, "", 0));
        await server.ExpectUnharmedAsync(2);
    }

    [Test]
    public async Task Row_23_a_reset_in_mid_message_200_times_leaves_nothing()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { HandshakesPerAddressPerSecond = 10_000 });
        var half = RawFrame.ToClientBytes(0x82, new byte[10_000]).AsMemory(0, 5_000);
        for (var i = 0; i < 200; i++)
        {
            var attacker = RawWebSocket.Connect(server.EndPoint);
            attacker.SendBytes(half.Span);
            attacker.Reset();
        }

        await server.ExpectEndedAsync(DisconnectReason.LinkLost, 200);
        await server.ExpectUnharmedAsync(200);
    }

    [Test]
    public async Task Row_23_a_reset_before_the_upgrade_ends_500_times_does_not_touch_the_acceptor()
    {
        await using var server = await FaultServer.StartAsync(
            FaultServer.Defaults with { HandshakesPerAddressPerSecond = 10_000, HandshakesPerAddressMax = 1_000 });
        var request = RawWebSocket.Upgrade();
        for (var i = 0; i < 500; i++)
        {
            var attacker = RawWebSocket.Open(server.EndPoint);
            attacker.SendText(request[..(i % request.Length)]);
            attacker.Reset();
        }

        await server.ExpectUnharmedAsync();
        Assert.That(server.Meter.Read("playground.connections.accepted"), Is.EqualTo(2), "the bystander and the new client");
    }

    [Test]
    public async Task Row_24_a_reader_that_never_reads_loses_Low_packets_first_and_then_its_link()
    {
        await using var server = await FaultServer.StartAsync(SmallQueues);
        var flood = (await server.DoAsync(() => server.System.RegisterPlugin("flood", new PluginOptions { Loopback = false }))).Unwrap();
        var attacker = server.Connect(receiveBufferBytes: 4_096);
        attacker.Send(new Subscribe(1, flood.Id));
        await server.UntilAsync(() => flood.SubscriberCount == 1);

        await server.DoAsync(() => server.OnFrame = () => flood.Send(1, new byte[16_000], Priority.Low));
        await server.UntilAsync(() => server.Meter.Read("playground.packets.dropped", "low") > 10);
        Assert.That(flood.SubscriberCount, Is.EqualTo(1), "dropping is enough while it can be done");

        await server.DoAsync(() => server.OnFrame = () => flood.Send(2, new byte[16_000], Priority.High));
        await server.ExpectEndedAsync(DisconnectReason.SlowConsumer);
        await server.DoAsync(() => server.OnFrame = null);
        Assert.That(server.PeakRented, Is.LessThan(8 * server.Options.SendQueueBytes));
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_25_a_slow_reader_of_a_broadcast_channel_delays_none_of_the_others()
    {
        await using var harness = await FaultHarness.StartAsync(SmallQueues);
        var channel = harness.System.RegisterPlugin("news", new PluginOptions { Loopback = false }).Unwrap();
        var slow = harness.ConnectWithHello("slow", receiveBytesMax: 2_000);
        var others = Enumerable.Range(0, 5).Select(i => harness.ConnectWithHello($"{i}")).ToList();
        foreach (var peer in others.Append(slow)) harness.Network.Subscribe(peer, channel.Id);
        for (ushort frame = 1; frame <= 400; frame++)
        {
            channel.Send(frame, new byte[1_000], frame % 2 == 0 ? Priority.Low : Priority.High).Unwrap();
            harness.Step();
            foreach (var peer in others) Assert.That(peer.Next()?.Type, Is.EqualTo(frame), "in the frame it was sent in");
        }

        Assert.That(slow.End, Is.Not.Null, "it was let go; the code waits behind what it did not read");
        Assert.That(harness.Meter.Read("playground.packets.dropped", "low"), Is.Positive);
        Assert.That(harness.Ended(DisconnectReason.SlowConsumer), Is.EqualTo(1));
        harness.ExpectUnharmed();
    }

    [Test]
    public async Task Row_26_pings_beyond_their_rate_get_1008()
    {
        await using var server = await FaultServer.StartAsync();
        var attacker = server.Connect();
        var ping = RawFrame.ToClientBytes(0x89, new byte[125]);
        await attacker.FloodAsync(Enumerable.Repeat(ping, 20_000).SelectMany(static b => b).ToArray());
        Assert.That(await attacker.ClosedAsync(), Is.EqualTo((int)CloseCode.PolicyViolation));
        await server.ExpectEndedAsync(DisconnectReason.WebSocketViolation);
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_26_pongs_that_are_never_read_cost_one_small_buffer()
    {
        await using var server = await FaultServer.StartAsync(SmallQueues with { PingsPerSecond = 100_000_000 });
        var attacker = server.Connect(receiveBufferBytes: 4_096);
        var ping = RawFrame.ToClientBytes(0x89, new byte[125]);
        var flood = Enumerable.Repeat(ping, 1_000).SelectMany(static b => b).ToArray();
        var pushed = 0L;
        while (pushed < 16L * 1024 * 1024 && await attacker.FloodAsync(flood, reads: false)) pushed += flood.Length;
        Assert.That(pushed, Is.GreaterThanOrEqualTo(16L * 1024 * 1024), "all of them were read");
        await server.UntilAsync(() => server.Meter.Read("playground.bytes.received") >= pushed);
        Assert.That(server.PeakRented, Is.LessThan(1024 * 1024), "pongs in one small buffer");
        await server.ExpectUnharmedAsync();
    }
}
