using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Sessions;

/// <summary>Sequences and acknowledgements that cannot be: 4505, and the session is over (PROTOCOL.md, sections 7 and 8).</summary>
public sealed class SequenceViolationTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;
    private MeterReading _meter = null!;
    private SessionPeer _peer = null!;
    private Entity _entity;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync();
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
        _meter = new MeterReading(_harness.System);
        _peer = SessionPeer.Connect(_harness);
        _entity = _peer.Entity();
    }

    [TearDown]
    public async Task Stop()
    {
        _meter.Dispose();
        await _harness.DisposeAsync();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    // Ten were sent and six acknowledged.
    [TestCase(5, false)]
    [TestCase(6, true)]
    [TestCase(8, true)]
    [TestCase(10, true)]
    [TestCase(11, false)]
    [TestCase(0, false)]
    [TestCase(65_535, false)]
    [TestCase(32_768 + 10, false)]
    public void Hello_says_what_can_be(int lastReceived, bool isFine)
    {
        SendTen(acknowledged: 6);
        _peer.Cut();
        _peer.Open();
        _peer.Hello((ushort)lastReceived);
        _harness.Step();
        if (isFine) ExpectFine();
        else ExpectViolation();
    }

    [TestCase(11)]
    [TestCase(1_000)]
    [TestCase(6 + 32_767)]
    public void An_Ack_of_what_was_never_sent_is_4505(int sequence)
    {
        SendTen(acknowledged: 6);
        _peer.Link.SendControl(new Ack((ushort)sequence));
        _harness.Step();
        ExpectViolation();
    }

    [TestCase(5)]
    [TestCase(0)]
    [TestCase(65_500)]
    public void An_Ack_that_goes_back_is_ignored_and_counted(int sequence)
    {
        SendTen(acknowledged: 6);
        _peer.Link.SendControl(new Ack((ushort)sequence));
        _harness.Step();
        ExpectFine();
        Assert.That(_meter.Read("playground.acks.stale"), Is.EqualTo(1));
        _peer.Cut();
        _peer.Open();
        _peer.Hello(6);
        _harness.Step();
        ExpectFine();
    }

    [Test]
    public void An_Ack_that_is_repeated_is_fine_and_not_counted()
    {
        SendTen(acknowledged: 6);
        _peer.Link.SendControl(new Ack(6));
        _harness.Step();
        ExpectFine();
        Assert.That(_meter.Read("playground.acks.stale"), Is.Zero);
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(32_768)]
    [TestCase(65_536 - 1_024)]
    public void A_gap_is_4505_and_nothing_behind_it_is_delivered(int sequence)
    {
        _peer.Link.SendBatch(Reliable((ushort)sequence), TestPeer.Packet(_channel.Id, 9, []));
        _harness.Step();
        Assert.That(_channel.WaitingCount, Is.Zero);
        ExpectViolation();
    }

    [Test]
    public void What_came_before_a_gap_is_delivered()
    {
        _peer.Link.SendBatch(Reliable(1), Reliable(2), Reliable(4));
        _harness.Step();
        Assert.That(_channel.WaitingCount, Is.EqualTo(2));
        ExpectViolation();
    }

    [Test]
    public void A_duplicate_is_dropped_and_counted_and_what_is_behind_it_is_taken()
    {
        for (ushort i = 1; i <= 1_100; i++) _peer.Link.SendRaw(Reliable(i));
        _harness.Step(3);
        Assert.That(_channel.Receive().Length, Is.EqualTo(1_100));
        _peer.Link.SendBatch(Reliable(1_100), Reliable(1_099), Reliable(1_100 - 1_023), TestPeer.Packet(_channel.Id, 9, []), Reliable(1_101));
        _harness.Step();
        Assert.That(_channel.Receive().ToArray().Select(p => (int)p.PacketType), Is.EqualTo(new[] { 9, 1_101 }));
        Assert.That(_meter.Read("playground.packets.duplicate"), Is.EqualTo(3));
        _peer.Link.SendRaw(Reliable(1_101 - 1_024));
        _harness.Step();
        ExpectViolation();
    }

    [Test]
    public void A_duplicate_alone_is_acknowledged_again()
    {
        _peer.Acks.Clear();
        _peer.Sent = 2;
        _peer.Link.SendBatch(Reliable(1), Reliable(2));
        _peer.Step();
        _peer.Link.SendRaw(Reliable(1));
        _peer.Step();
        Assert.That(_peer.Acks, Is.EqualTo(new[] { 2, 2 }));
    }

    [TestCase(ControlType.Hello)]
    [TestCase(ControlType.Welcome)]
    [TestCase(ControlType.Ping)]
    [TestCase(ControlType.Pong)]
    [TestCase(ControlType.Ack)]
    [TestCase(ControlType.Goodbye)]
    public void What_is_never_reliable_must_not_say_so(ControlType type)
    {
        _peer.Link.SendRaw(Reliable(1, ChannelRanges.Control, (ushort)type));
        _harness.Step();
        Assert.That(_peer.Code, Is.EqualTo(CloseCode.Malformed));
        Assert.That(_peer.Resume().Resumed, Is.False);
    }

    [Test]
    public void An_Ack_of_a_plain_client_is_refused()
    {
        var plain = _harness.Connect();
        plain.SendControl(new Ack(0));
        _harness.Step();
        Assert.That(plain.NextError().Error, Is.EqualTo(ErrorCode.InvalidArgument));
    }

    [Test]
    public void A_malformed_Ack_is_4501()
    {
        _peer.Link.SendRaw(TestPeer.Packet(0, Ack.WireType, [0x90]));
        _harness.Step();
        Assert.That(_peer.Code, Is.EqualTo(CloseCode.Malformed));
    }

    private static byte[] Reliable(ushort sequence, ChannelId channel, ushort type)
    {
        var packet = new byte[PacketHeader.Size];
        PacketWriter.Write(packet, new PacketHeader(channel, type, Priority.Normal, PacketFlags.Reliable, sequence), []);
        return packet;
    }

    private byte[] Reliable(ushort sequence) => Reliable(sequence, _channel.Id, sequence);

    private void SendTen(ushort acknowledged)
    {
        _peer.Acknowledges = false;
        for (ushort i = 1; i <= 10; i++) _channel.SendReliableTo(_entity, i, []).Unwrap();
        _peer.Step();
        _peer.Link.SendControl(new Ack(acknowledged));
        _harness.Step();
    }

    private void ExpectFine()
    {
        _harness.Step();
        Assert.That((_peer.IsOpen, _harness.World.IsAlive(_entity)), Is.EqualTo((true, true)));
    }

    private void ExpectViolation()
    {
        Assert.That(_peer.Code, Is.EqualTo(CloseCode.SequenceViolation));
        Assert.That(_peer.Link.Goodbyes.Single().Error, Is.EqualTo(ErrorCode.MalformedPacket));
        Assert.That(_harness.World.IsAlive(_entity), Is.False, "the session is over");
        Assert.That(_meter.Read("playground.connections.ended", "SequenceViolation"), Is.EqualTo(1));
        Assert.That(_peer.Resume().Resumed, Is.False);
    }
}
