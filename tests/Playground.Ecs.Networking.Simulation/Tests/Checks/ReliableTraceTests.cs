using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Traffic;

namespace Playground.Ecs.Networking.Simulation.Tests.Checks;

/// <summary>Numbers, acknowledgements, repetitions and deliveries of one direction: what is right passes, what is wrong does not.</summary>
[TestFixture]
public sealed class ReliableTraceTests
{
    private const ushort Channel = 100;

    private ReliableTrace _trace = null!;
    private long? _written;
    private long? _arrived;

    [SetUp]
    public void Begin() => Begin(Sequence.BeforeFirst);

    [TestCase(0)]
    [TestCase(65_534)]
    public void What_is_right_passes_across_a_new_link_and_the_wrap(int last)
    {
        Begin(new Sequence((ushort)last));
        for (var i = 1; i <= 4; i++) Write(last + i);
        for (var i = 1; i <= 3; i++) Arrive(last + i);
        Announce(last + 2);
        _trace.Learns((ushort)(last + 1));
        (_written, _arrived) = (null, null);
        for (var i = 2; i <= 5; i++) Write(last + i);
        for (var i = 2; i <= 5; i++) Arrive(last + i);
        Announce(last + 5);
        for (var i = 1; i <= 5; i++) Deliver(last + i);
        _trace.CheckDelivered(everything: true);
        Assert.That((_trace.Replayed, _trace.HasWrapped), Is.EqualTo((3, last > 0)));
    }

    [Test]
    public void Gap_between_written_packets_fails()
    {
        Write(1);
        Assert.That(() => Write(3), Fails.Saying("packet 3 was written where 2 had to come"));
    }

    [Test]
    public void Packet_written_twice_on_one_link_fails()
    {
        Write(1);
        Assert.That(() => Write(1), Fails.Saying("packet 1 was written where 2 had to come"));
    }

    [Test]
    public void New_link_that_leaves_out_what_is_unacknowledged_fails()
    {
        for (var i = 1; i <= 3; i++) Write(i);
        _written = null;
        Assert.That(() => Write(2), Fails.Saying("packet 2 was written where 1 had to come"));
    }

    [Test]
    public void Repetition_out_of_sequence_fails()
    {
        for (var i = 1; i <= 3; i++) Write(i);
        _written = null;
        Write(1);
        Assert.That(() => Write(3), Fails.Saying("packet 3 was written where 2 had to come"));
    }

    [Test]
    public void Repetition_with_another_content_fails()
    {
        Write(1);
        _written = null;
        Assert.That(() => Write(1, contents: 2), Fails.Saying("repeated with another content"));
    }

    [Test]
    public void More_packets_than_the_window_has_fail()
    {
        for (var i = 1; i <= 8; i++) Write(i);
        Assert.That(() => Write(9), Fails.Saying("9 packets are unacknowledged"));
    }

    [Test]
    public void More_bytes_than_the_window_has_fail()
    {
        Write(1, bytes: 900);
        Assert.That(() => Write(2, bytes: 100), Fails.Saying("1024 bytes are unacknowledged"));
    }

    [Test]
    public void Acknowledgement_of_what_has_not_arrived_fails()
    {
        Write(1);
        Write(2);
        Arrive(1);
        Assert.That(() => Announce(2), Fails.Saying("2 was acknowledged, but only 1 has arrived"));
    }

    [Test]
    public void Acknowledgement_that_goes_back_fails()
    {
        Write(1);
        Write(2);
        Arrive(1);
        Arrive(2);
        Announce(2);
        Assert.That(() => Announce(1), Fails.Saying("1 was acknowledged after 2"));
    }

    [Test]
    public void Delivery_for_the_second_time_fails()
    {
        Write(1);
        Deliver(1);
        Assert.That(() => Deliver(1), Fails.Saying("once too often"));
    }

    [Test]
    public void Delivery_out_of_order_fails()
    {
        Write(1);
        Write(2);
        Assert.That(() => Deliver(2), Fails.Saying("was delivered where packet 1 had to be"));
    }

    [Test]
    public void Delivery_of_what_nobody_sent_fails()
    {
        Assert.That(() => Deliver(1), Fails.Saying("nothing was sent to channel"));
        Write(1);
        Deliver(1);
        Assert.That(() => Deliver(2), Fails.Saying("before it was sent"));
    }

    [Test]
    public void Packet_that_was_acknowledged_and_not_delivered_fails_though_its_session_is_over()
    {
        Write(1);
        Write(2);
        Arrive(1);
        Arrive(2);
        Announce(1);
        Assert.That(() => _trace.CheckDelivered(everything: false), Fails.Saying("packet 1"));
        Deliver(1);
        _trace.CheckDelivered(everything: false);
        Assert.That(() => _trace.CheckDelivered(everything: true), Fails.Saying("packet 2"));
    }

    private static Label LabelOf(int number, int bytes) => new(Label.Server, 1, Purpose.Directed, Priority.Normal, true, (uint)number, bytes);

    private void Begin(Sequence last)
    {
        _trace = new ReliableTrace("test", last, windowPackets: 8, windowBytes: 1_000);
        (_written, _arrived) = (null, null);
    }

    private void Write(int number, int bytes = 20, int contents = 0)
    {
        var payload = new byte[bytes];
        LabelOf(number + contents, bytes).Write(payload);
        _trace.Writes(ref _written, Header(number, bytes), payload);
    }

    private void Arrive(int number) => _trace.Arrives(ref _arrived, Header(number, 20));

    private void Announce(int number) => _trace.Announces((ushort)number);

    private void Deliver(int number) => _trace.Delivers(Channel, LabelOf(number, 20));

    private static PacketHeader Header(int number, int bytes) => new(Channel, 1, Priority.Normal, PacketFlags.Reliable, (ushort)number, bytes);
}
