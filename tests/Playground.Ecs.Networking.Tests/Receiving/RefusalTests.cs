using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Receiving;

/// <summary>Well-formed packets that are not served: an Error each, and the end for who goes on.</summary>
public sealed class RefusalTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync();
        _channel = _harness.System.RegisterPlugin("x").Unwrap();
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [TestCase(1)]
    [TestCase(1_999)]
    [TestCase(2_000)]
    [TestCase(2_999)]
    [TestCase(3_000)]
    [TestCase(65_535)]
    public void A_packet_to_an_unknown_channel_is_answered_ChannelNotFound(int id)
    {
        var peer = _harness.ConnectWithHello();
        peer.Send((ushort)id, 77, []);
        _harness.Step();
        var error = peer.NextError();
        Assert.That((error.Error, error.Channel, error.PacketType), Is.EqualTo((ErrorCode.ChannelNotFound, new ChannelId((ushort)id), (ushort)77)));
    }

    [TestCase(ControlType.Welcome)]
    [TestCase(ControlType.Reply)]
    [TestCase(ControlType.Error)]
    public void What_only_the_server_sends_is_Forbidden(ControlType type) => ExpectError(0, (ushort)type, ErrorCode.Forbidden);

    [Test]
    public void Control_types_that_nobody_knows_are_InvalidArgument([Values(0, 16, 99, 102, 0xFF00, 0xFFFF)] int type) =>
        ExpectError(0, (ushort)type, ErrorCode.InvalidArgument);

    [Test]
    public void Reserved_types_are_InvalidArgument_on_every_channel([Values(0xFF06, 0xFF07, 0xFFFF)] int type) =>
        ExpectError(_channel.Id, (ushort)type, ErrorCode.InvalidArgument);

    [Test]
    public void Peers_call_no_tools_on_any_channel([Values(0xFF02, 0xFF05)] int type) => ExpectError(_channel.Id, (ushort)type, ErrorCode.Forbidden);

    [Test]
    public void A_reliable_packet_without_a_session_is_malformed([Values] bool first)
    {
        var peer = _harness.Connect();
        if (!first) peer.SendControl(new Ping(1));
        peer.SendRaw(Reliable(_channel.Id, 5));
        _harness.Step();
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.Malformed));
    }

    [TestCase(ControlType.Hello)]
    [TestCase(ControlType.Welcome)]
    [TestCase(ControlType.Ping)]
    [TestCase(ControlType.Pong)]
    [TestCase(ControlType.Ack)]
    [TestCase(ControlType.Goodbye)]
    public void What_never_carries_Reliable_is_malformed_with_it(ControlType type)
    {
        var peer = _harness.ConnectWithHello();
        peer.SendRaw(Reliable(0, (ushort)type));
        _harness.Step();
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.Malformed));
    }

    [Test]
    public void A_reliable_Hello_is_malformed()
    {
        var peer = _harness.Connect();
        peer.SendRaw(Reliable(0, Hello.WireType));
        _harness.Step();
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.Malformed));
    }

    [Test]
    public void Sixty_four_refusals_are_borne_and_one_more_is_4504([Values] bool inOneBatch)
    {
        var peer = _harness.ConnectWithHello();
        var packet = TestPeer.Packet(1_999, 1, []);
        if (inOneBatch) peer.SendBatch([.. Enumerable.Repeat(packet, 64)]);
        else SendEachFrame(peer, packet, 64);
        _harness.Step();
        Assert.That(peer.End, Is.Null);
        Assert.That(peer.All(), Has.Count.EqualTo(64));

        peer.SendRaw(packet);
        _harness.Step();
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.PersistentRefusals));
        Assert.That(peer.Goodbyes.Single().Error, Is.EqualTo(ErrorCode.LimitExceeded));
    }

    [Test]
    public void A_flood_of_refusals_in_one_batch_still_gets_its_Goodbye()
    {
        var peer = _harness.ConnectWithHello();
        peer.SendBatch([.. Enumerable.Repeat(TestPeer.Packet(1_999, 1, []), 200)]);
        _harness.Step();
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.PersistentRefusals));
        Assert.That(peer.Goodbyes, Has.Count.EqualTo(1));
    }

    [Test]
    public void Refusals_are_forgiven_after_ten_seconds()
    {
        var peer = _harness.ConnectWithHello();
        for (var i = 0; i < 3; i++)
        {
            peer.SendBatch([.. Enumerable.Repeat(TestPeer.Packet(1_999, 1, []), 60)]);
            _harness.Step();
            peer.All();
            for (var second = 0; second < 11; second++)
            {
                _harness.StepFor(TimeSpan.FromSeconds(1));
                peer.All();
            }
        }

        Assert.That(peer.End, Is.Null);
    }

    [Test]
    public void Refusals_are_counted_by_the_meter()
    {
        using var meter = new MeterReading(_harness.System);
        ExpectError(1_999, 1, ErrorCode.ChannelNotFound);
        ExpectError(0, Welcome.WireType, ErrorCode.Forbidden);
        Assert.That(meter.Read("playground.packets.refused", nameof(ErrorCode.ChannelNotFound)), Is.EqualTo(1));
        Assert.That(meter.Read("playground.packets.refused", nameof(ErrorCode.Forbidden)), Is.EqualTo(1));
    }

    [Test]
    public void A_channel_that_requires_it_takes_packets_of_subscribers_only()
    {
        var closed = _harness.System.RegisterPlugin("closed", new PluginOptions { RequireSubscription = true }).Unwrap();
        var peer = _harness.ConnectWithHello();
        peer.Send(closed.Id, 1, []);
        _harness.Step();
        Assert.That(peer.NextError().Error, Is.EqualTo(ErrorCode.NotSubscribed));
        _harness.Subscribe(peer, closed.Id);
        peer.Send(closed.Id, 1, []);
        _harness.Step();
        Assert.That(closed.Receive().Length, Is.EqualTo(1));
    }

    private static byte[] Reliable(ChannelId channel, ushort type)
    {
        var packet = TestPeer.Packet(channel, type, [], flags: PacketFlags.Reliable);
        packet[6] = 1;
        return packet;
    }

    private void SendEachFrame(TestPeer peer, byte[] packet, int count)
    {
        for (var i = 0; i < count; i++)
        {
            peer.SendRaw(packet);
            _harness.Step();
        }
    }

    private void ExpectError(ChannelId channel, ushort type, ErrorCode expected)
    {
        var peer = _harness.ConnectWithHello();
        peer.Send(channel, type, []);
        _harness.Step();
        var error = peer.NextError();
        Assert.That((error.Error, error.Channel, error.PacketType), Is.EqualTo((expected, channel, type)));
        Assert.That(peer.End, Is.Null);
    }
}
