namespace Playground.Ecs.Networking.Protocol.Tests;

public class ReliableReceiverTests
{
    [Test]
    public void Packets_are_accepted_in_order_each_once_across_the_wrap()
    {
        var receiver = new ReliableReceiver(new Sequence(65533));
        foreach (var next in new ushort[] { 65534, 65535, 0, 1, 2 })
        {
            Assert.That(receiver.Check(new Sequence(next)), Is.EqualTo(ReliableStatus.Next));
            receiver.Accept();
            Assert.That(receiver.LastReceived, Is.EqualTo(new Sequence(next)));
            Assert.That(receiver.Check(new Sequence(next)), Is.EqualTo(ReliableStatus.Duplicate));
        }
    }

    [Test]
    public void Checking_changes_nothing()
    {
        var receiver = new ReliableReceiver(Sequence.BeforeFirst);
        Assert.That(receiver.Check(new Sequence(1)), Is.EqualTo(ReliableStatus.Next));
        Assert.That(receiver.Check(new Sequence(1)), Is.EqualTo(ReliableStatus.Next));
        Assert.That((receiver.LastReceived, receiver.OwesAck), Is.EqualTo((Sequence.BeforeFirst, false)));
    }

    // The other side has at most 1024 packets unacknowledged, so nothing older can be repeated.
    [TestCase(0, ReliableStatus.Duplicate)]
    [TestCase(-1, ReliableStatus.Duplicate)]
    [TestCase(-1023, ReliableStatus.Duplicate)]
    [TestCase(-1024, ReliableStatus.Gap)]
    [TestCase(1, ReliableStatus.Next)]
    [TestCase(2, ReliableStatus.Gap)]
    [TestCase(1024, ReliableStatus.Gap)]
    [TestCase(32767, ReliableStatus.Gap)]
    [TestCase(-32768, ReliableStatus.Gap)]
    public void What_is_within_the_window_is_a_duplicate_and_all_else_a_gap(int distance, ReliableStatus expected)
    {
        foreach (ushort last in new ushort[] { 0, 1, 500, 32767, 32768, 65535 })
        {
            var receiver = new ReliableReceiver(new Sequence(last));
            Assert.That(receiver.Check(new Sequence(unchecked((ushort)(last + distance)))), Is.EqualTo(expected), $"after {last}");
        }
    }

    [Test]
    public void An_ack_is_owed_from_the_first_accepted_packet_until_it_is_given()
    {
        var receiver = new ReliableReceiver(Sequence.BeforeFirst);
        Assert.That(receiver.OwesAck, Is.False);
        receiver.Accept();
        receiver.Accept();
        Assert.That(receiver.OwesAck);
        receiver.Acknowledged();
        Assert.That(receiver.OwesAck, Is.False);
        Assert.That(receiver.Check(new Sequence(2)), Is.EqualTo(ReliableStatus.Duplicate));
        Assert.That(receiver.OwesAck, Is.False, "checking changes nothing");
        receiver.Drop();
        Assert.That(receiver.OwesAck, "who repeats a packet does not know that it was received");
        receiver.Acknowledged();
        Assert.That((receiver.LastReceived.Value, receiver.OwesAck), Is.EqualTo((2, false)));
    }
}
