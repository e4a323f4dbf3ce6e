using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>What the server sends, well-formed and not, and the inbox that takes it.</summary>
public sealed class ReceivingTests
{
    [Test]
    public void Malformed_batch_is_not_delivered_at_all_and_closes_with_4501()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Packet(1000, 1, [1]), [1, 2, 3]);
        Assert.That(harness.Packets, Is.Empty);
        Assert.That(harness.Take().Single().Read<Goodbye>().Error, Is.EqualTo(ErrorCode.MalformedPacket));
        harness.AssertFinalClose(CloseCode.Malformed);
    }

    [Test]
    public void Message_above_64_KiB_closes_with_1009()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(new byte[65_537]);
        harness.AssertFinalClose(CloseCode.MessageTooBig);
    }

    [Test]
    public void Text_closes_with_1003()
    {
        using var harness = SessionHarness.Connected();
        harness.Session.Refuse(CloseCode.UnsupportedMessage, "text", harness.Now);
        harness.AssertFinalClose(CloseCode.UnsupportedMessage);
    }

    [TestCase((ushort)ControlType.Ack)]
    [TestCase((ushort)ControlType.Ping)]
    [TestCase((ushort)ControlType.Pong)]
    [TestCase((ushort)ControlType.Reply)]
    [TestCase((ushort)ControlType.Error)]
    [TestCase((ushort)ControlType.Goodbye)]
    [TestCase((ushort)ControlType.Subscribe)]
    [TestCase((ushort)ControlType.Hello)]
    public void Control_message_that_cannot_be_read_or_is_a_clients_closes_with_4501(ushort type)
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Packet(0, type, [0xC1]));
        harness.AssertFinalClose(CloseCode.Malformed);
    }

    [TestCase((ushort)ReservedType.Request)]
    [TestCase((ushort)ReservedType.Response)]
    [TestCase((ushort)ReservedType.Relayed)]
    public void Reserved_message_that_cannot_be_read_closes_with_4501(ushort type)
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Packet(1000, type, [0xC1]));
        harness.AssertFinalClose(CloseCode.Malformed);
    }

    [Test]
    public void Control_type_of_a_later_version_is_ignored()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Packet(0, 77, [0xC1]), []);
        Assert.That(harness.TakeClose(), Is.Null);
        Assert.That(harness.Events, Is.Empty);
    }

    [Test]
    public void Relayed_packet_says_who_sent_it()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Message(new Relayed("ann", 7, new byte[] { 1 }), 1000));
        var packet = harness.Packets.Single();
        Assert.That((packet.Sender, packet.Type, packet.Data.ToArray()), Is.EqualTo(("ann", (ushort)7, new byte[] { 1 })));
    }

    [Test]
    public void Broadcast_arrives_on_channel_0()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Packet(0, 13, [1]));
        Assert.That((harness.Packets.Single().Channel.Value, harness.Packets.Single().Type), Is.EqualTo(((ushort)0, (ushort)13)));
    }

    [Test]
    public void Error_of_the_server_is_told()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Message(new ErrorMessage(ErrorCode.ChannelNotFound, "gone", 1234, 5)));
        var error = harness.Events.Single();
        Assert.That(error.Kind, Is.EqualTo(ClientEventKind.Error));
        Assert.That((error.Channel.Value, error.Type), Is.EqualTo(((ushort)1234, (ushort)5)));
        Assert.That(error.Error, Is.EqualTo(new NetworkError.ChannelNotFound(1234) { PeerMessage = "gone" }));
    }

    [Test]
    public void Train_is_put_together_again()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(
            Wire.Packet(1000, 5, [1, 2], flags: PacketFlags.MoreFragments),
            Wire.Packet(1000, 6, [9], Priority.Critical),
            Wire.Packet(1000, 5, [3]));
        Assert.That(harness.Packets.Select(static e => e.Data.ToArray()), Is.EqualTo(new byte[][] { [9], [1, 2, 3] }));
    }

    [Test]
    public void Other_packet_in_the_middle_of_a_train_closes_with_4501()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Packet(1000, 5, [1], flags: PacketFlags.MoreFragments), Wire.Packet(1000, 6, [2]));
        harness.AssertFinalClose(CloseCode.Malformed);
    }

    [Test]
    public void Packet_above_the_limit_closes_with_1009()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { MaxPacketBytes = 100 });
        harness.Give(Wire.Packet(1000, 5, new byte[60], flags: PacketFlags.MoreFragments), Wire.Packet(1000, 5, new byte[60]));
        harness.AssertFinalClose(CloseCode.MessageTooBig);
    }

    [Test]
    public void Events_come_in_the_order_in_which_they_happened()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Session.Receive(
            (byte[])[
                .. Wire.Message(new Welcome(1, "peer-1", new byte[] { 1 }, false, 0, 60, 1000, 262_144)),
                .. Wire.Packet(1000, 1, []), .. Wire.Reliable(1, 1000, 2, []), .. Wire.Packet(1000, 3, [])],
            harness.Now);
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        harness.TakeEvents();
        Assert.That(
            harness.Events.Select(static e => e.State?.GetType().Name ?? $"{e.Type}"),
            Is.EqualTo(new[] { "Connecting", "Connected", "1", "2", "3", "Reconnecting" }));
    }

    [Test]
    public void Full_inbox_drops_the_oldest_unreliable_packets_and_counts_them()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { InboxPackets = 3 });
        Fill(harness, [.. Enumerable.Range(1, 5).Select(static i => Wire.Packet(1000, (ushort)i, []))]);
        Fill(harness, Wire.Reliable(1, 1000, 6, []));
        Assert.That(harness.Session.CanReceive);
        harness.TakeEvents();
        Assert.That(harness.Packets.Select(static e => e.Type), Is.EqualTo(new ushort[] { 4, 5, 6 }));
        Assert.That(harness.Session.Counters.InboxDropped, Is.EqualTo(3));
    }

    [Test]
    public void Inbox_full_of_reliable_packets_stops_the_link_and_loses_none()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { InboxPackets = 3 });
        Fill(harness, [.. Enumerable.Range(1, 5).Select(static i => Wire.Reliable((ushort)i, 1000, (ushort)i, []))]);
        Assert.That(harness.Session.CanReceive, Is.False);
        Fill(harness, Wire.Packet(1000, 9, []));
        for (var i = 0; i < 3; i++) Assert.That(harness.Session.TryTakeEvent(out _));
        Assert.That(harness.Session.CanReceive);
        harness.TakeEvents();
        Assert.That(harness.Packets.Select(static e => e.Type), Is.EqualTo(new ushort[] { 4, 5 }));
        Assert.That(harness.Session.Counters.InboxDropped, Is.EqualTo(1));
    }

    [Test]
    public void Inbox_is_bounded_in_bytes_too()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { InboxBytes = 300_000 });
        Fill(harness, Wire.Packet(1000, 1, new byte[60_000]));
        for (var i = 0; i < 5; i++) Fill(harness, Wire.Packet(1000, 2, new byte[60_000]));
        harness.TakeEvents();
        Assert.That(harness.Packets.Select(static e => e.Type), Is.EqualTo(new ushort[] { 2, 2, 2, 2, 2 }));
    }

    // Unlike Give, it leaves the events where they are.
    private static void Fill(SessionHarness harness, params byte[][] packets) =>
        harness.Session.Receive(packets.SelectMany(static p => p).ToArray(), harness.Now);
}
