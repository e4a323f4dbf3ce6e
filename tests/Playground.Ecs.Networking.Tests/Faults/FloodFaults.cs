using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Rows 27, 28 and 31: too much of what one of is fine.</summary>
public sealed class FloodFaults
{
    [Test]
    public async Task Row_27_packets_beyond_the_rate_are_dropped_with_RateLimited_and_then_the_link_gets_4002()
    {
        await using var server = await FaultServer.StartAsync(
            FaultServer.Defaults with { PacketsPerSecond = 1_500, RateLimitTimeout = TimeSpan.FromMilliseconds(300), RetryAfter = TimeSpan.FromSeconds(3) });
        var attacker = server.Connect();
        await attacker.HelloAsync();
        var flood = Enumerable.Repeat(RawBatch(server.Sink.Id, 250), 40).SelectMany(static batch => batch).ToArray();
        var isOpen = true;
        while (isOpen) isOpen = await attacker.FloodAsync(flood);

        Assert.That(await attacker.ClosedAsync(), Is.EqualTo((int)CloseCode.RateLimited));
        Assert.That(attacker.Errors, Has.Some.EqualTo(ErrorCode.RateLimited));
        Assert.That((attacker.Goodbye?.Error, attacker.Goodbye?.RetryAfterMs), Is.EqualTo(((ErrorCode?)ErrorCode.RateLimited, (uint?)3_000)));
        Assert.That(server.Meter.Read("playground.packets.refused", nameof(ErrorCode.RateLimited)), Is.Positive);
        await server.ExpectEndedAsync(DisconnectReason.RateLimited);
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_27_the_rate_is_a_bucket_of_two_seconds_that_Critical_packets_empty_ten_fold()
    {
        await using var harness = await FaultHarness.StartAsync(new NetworkingOptions { PacketsPerSecond = 600 });
        var calm = harness.Connect();
        var hasty = harness.Connect();
        for (var batch = 0; batch < 6; batch++)
        {
            calm.SendBatch([.. Enumerable.Repeat(TestPeer.Packet(harness.Sink.Id, 1, []), 200)]);
            if (batch == 0) hasty.SendBatch([.. Enumerable.Repeat(TestPeer.Packet(harness.Sink.Id, 2, [], Priority.Critical), 200)]);
        }

        harness.Step(3);
        var received = harness.Sink.Receive().ToArray();
        Assert.That(received.Count(static p => p.PacketType == 1), Is.InRange(1_200, 1_240));
        Assert.That(received.Count(static p => p.PacketType == 2), Is.InRange(120, 124));
        Assert.That(harness.Meter.Read("playground.packets.refused", nameof(ErrorCode.RateLimited)), Is.InRange(76, 80));
        harness.ExpectUnharmed();
    }

    [Test]
    public async Task Row_27_control_requests_have_a_rate_of_their_own()
    {
        await using var harness = await FaultHarness.StartAsync(new NetworkingOptions { ControlRequestsPerSecond = 10 });
        var attacker = harness.Connect();
        attacker.SendBatch([.. Enumerable.Range(1, 200).Select(static i => TestPeer.Control(new QueryChannel((uint)i, "echo")))]);
        harness.Step();
        Assert.That(attacker.All().Count(static p => p.IsControl<Reply>()), Is.InRange(20, 21));
        Assert.That(harness.Meter.Read("playground.packets.refused", nameof(ErrorCode.RateLimited)), Is.InRange(179, 180));
        harness.ExpectUnharmed();
    }

    [Test]
    public async Task Row_28_who_sends_thousands_of_tiny_packets_gets_its_share_of_each_frame_and_others_theirs()
    {
        await using var harness = await FaultHarness.StartAsync(
            new NetworkingOptions { ReceiveBudgetPackets = 500, PacketsPerSecond = 1_000_000, InboxPacketsMax = 100_000 });
        var flooding = Enumerable.Range(0, 2).Select(_ => harness.Connect()).ToList();
        var batch = Enumerable.Repeat(TestPeer.Packet(harness.Sink.Id, 1, []), 250).ToArray();
        foreach (var peer in flooding)
        {
            for (var i = 0; i < 20; i++) peer.SendBatch(batch);
        }

        for (var frame = 0; frame < 10; frame++)
        {
            var before = harness.Meter.Read("playground.packets.received");
            harness.Step();
            Assert.That(harness.Sink.Receive().Length, Is.EqualTo(1_000), "as much of each as a frame takes; the rest in the next one");
            Assert.That(harness.Meter.Read("playground.packets.received") - before, Is.LessThan(1_010));
        }

        harness.ExpectUnharmed();
    }

    [Test]
    public async Task Row_31_a_flood_of_subscriptions_gets_LimitExceeded_and_then_4504()
    {
        await using var harness = await FaultHarness.StartAsync(new NetworkingOptions { SubscriptionsMax = 20, ControlRequestsPerSecond = 1_000 });
        var channels = Enumerable.Range(0, 90).Select(i => harness.System.RegisterPlugin($"c{i}").Unwrap()).ToList();
        var attacker = harness.ConnectWithHello();
        var replies = channels.ConvertAll(channel => Ask(harness, attacker, new Subscribe(attacker.NextRequestId(), channel.Id)));
        Assert.That(replies[..20], Is.All.EqualTo(ErrorCode.None));
        Assert.That(replies[20..84], Is.All.EqualTo(ErrorCode.LimitExceeded));
        ExpectLetGo(harness, attacker, ErrorCode.LimitExceeded, 65);
    }

    [Test]
    public async Task Row_31_endless_registrations_get_LimitExceeded_and_then_4504()
    {
        await using var harness = await FaultHarness.StartAsync(new NetworkingOptions { AllowClientChannels = true, ControlRequestsPerSecond = 1_000 });
        var attacker = harness.ConnectWithHello();
        var replies = Enumerable.Range(0, 90).Select(i => Ask(harness, attacker, new RegisterChannel(attacker.NextRequestId(), $"mine {i}", default))).ToList();
        Assert.That(replies[..16], Is.All.EqualTo(ErrorCode.None));
        Assert.That(replies[16..80], Is.All.EqualTo(ErrorCode.LimitExceeded));
        ExpectLetGo(harness, attacker, ErrorCode.LimitExceeded, 65);
    }

    [Test]
    public async Task Row_31_huge_or_invalid_names_get_InvalidArgument_and_make_no_channel()
    {
        await using var harness = await FaultHarness.StartAsync(new NetworkingOptions { AllowClientChannels = true });
        var attacker = harness.ConnectWithHello();
        var before = (await harness.System.ListChannelsAsync()).Unwrap().Count;
        foreach (var name in new[] { "", new string('x', 256), new string('é', 128), "a\0b", "a\nb", "a\u007fb", "a\u0085b" })
        {
            Assert.That(Ask(harness, attacker, new RegisterChannel(attacker.NextRequestId(), name, default)), Is.EqualTo(ErrorCode.InvalidArgument), name);
        }

        Assert.That((await harness.System.ListChannelsAsync()).Unwrap(), Has.Count.EqualTo(before));
        Assert.That(Ask(harness, attacker, new RegisterChannel(attacker.NextRequestId(), new string('é', 127), default)), Is.EqualTo(ErrorCode.None));

        var liar = harness.ConnectWithHello("liar");
        liar.SendRaw(TestPeer.Packet(ChannelRanges.Control, RegisterChannel.WireType, [0x93, 0x01, 0xA2, 0xC3, 0x28, 0x00]));
        harness.Step();
        Assert.That(liar.End?.Code, Is.EqualTo((ushort)CloseCode.Malformed), "not UTF-8 at all");
        Assert.That(harness.Ended(DisconnectReason.Malformed), Is.EqualTo(1));
        harness.ExpectUnharmed();
    }

    private static byte[] RawBatch(ChannelId channel, int packets) => Playground.Ecs.Networking.Testing.Links.RawFrame.ToClientBytes(
        0x82, Enumerable.Repeat(TestPeer.Packet(channel, 1, []), packets).SelectMany(static p => p).ToArray());

    private static ErrorCode? Ask<T>(FaultHarness harness, TestPeer peer, T request)
        where T : struct, IMessage<T>
    {
        if (peer.End is not null) return null;
        peer.SendControl(request);
        harness.Step();
        return peer.End is null ? peer.NextReply().Error : null;
    }

    private static void ExpectLetGo(FaultHarness harness, TestPeer attacker, ErrorCode error, int refused)
    {
        Assert.That(attacker.End?.Code, Is.EqualTo((ushort)CloseCode.PersistentRefusals));
        Assert.That(harness.Meter.Read("playground.packets.refused", error.ToString()), Is.EqualTo(refused));
        Assert.That(harness.Ended(DisconnectReason.PersistentRefusals), Is.EqualTo(1));
        harness.ExpectUnharmed();
    }
}
