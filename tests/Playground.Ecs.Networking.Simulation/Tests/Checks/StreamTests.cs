using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Traffic;

namespace Playground.Ecs.Networking.Simulation.Tests.Checks;

/// <summary>What applications send and get: doubled, missing, damaged or out of order is found.</summary>
[TestFixture]
public sealed class StreamTests
{
    private readonly Ledger _ledger = new();

    [Test]
    public void Stream_takes_each_packet_once_and_in_order()
    {
        var stream = new ReliableStream("s");
        for (uint i = 1; i <= 3; i++) stream.Add(i);
        Assert.That(() => stream.Deliver(2, maySkip: false), Fails.Saying("#2 was delivered, but #1 was not"));
        stream.Deliver(1, maySkip: false);
        Assert.That(() => stream.Deliver(1, maySkip: false), Fails.Saying("#1 was delivered twice"));
        stream.Deliver(3, maySkip: true);
        Assert.That(() => stream.Deliver(2, maySkip: true), Fails.Saying("out of order"));
        Assert.That(stream.Missing, Is.Zero);
    }

    [Test]
    public void Stream_misses_what_was_acknowledged_and_never_delivered()
    {
        var stream = new ReliableStream("s");
        var send = stream.Add(1);
        stream.Check();
        send.Result = NetworkResult.Ok;
        Assert.That(stream.Check, Fails.Saying("#1 was acknowledged and never delivered"));
        send.IsWithdrawn = true;
        stream.Check();
    }

    [Test]
    public void Relayed_packet_that_comes_twice_or_not_at_all_is_found()
    {
        var stream = _ledger.Of(7, 103, Priority.Low);
        for (uint i = 1; i <= 4; i++) stream.Add(new ReliableSend(i) { Result = i == 2 ? new NetworkError.NotConnected("lost") : NetworkResult.Ok });
        var cursor = new RelayCursor(1, 103, _ledger);
        cursor.Take(Relayed(1));
        cursor.Take(Relayed(3));
        cursor.Check();
        cursor.Restart();
        cursor.Take(Relayed(1));
        cursor.Take(Relayed(4));
        Assert.That(cursor.Check, Fails.Saying("missed a relayed packet, #3"));
        Assert.That(() => cursor.Take(Relayed(4)), Fails.Saying("got this twice"));
    }

    [Test]
    public void Payload_that_is_not_what_was_sent_is_found()
    {
        var order = new StreamOrder("receiver");
        var payload = Payload(1, Priority.Normal, isReliable: false);
        payload[^1] ^= 1;
        Assert.That(() => order.Take(payload, false, Priority.Normal, 0), Fails.Saying("nobody sent"));
        Assert.That(() => order.Take(Payload(1, Priority.Normal, false).AsSpan(1), false, Priority.Normal, 0), Fails.Saying("nobody sent"));
        Assert.That(() => order.Take(Payload(1, Priority.Normal, false), true, Priority.Normal, 0), Fails.Saying("reliability changed"));
        Assert.That(() => order.Take(Payload(1, Priority.Normal, false), false, Priority.High, 0), Fails.Saying("in lane High"));
        Assert.That(() => order.Take(Payload(1, Priority.Critical, false), false, Priority.High, 0), Fails.Saying("in lane High"), "only relays lower a lane");
    }

    [Test]
    public void Packet_behind_a_later_one_of_its_lane_is_found()
    {
        var order = new StreamOrder("receiver");
        order.Take(Payload(2, Priority.Normal, false), false, Priority.Normal, 0);
        order.Take(Payload(1, Priority.Low, false), false, Priority.Low, 0);
        order.Take(Payload(1, Priority.Normal, true), true, Priority.Normal, 0);
        Assert.That(() => order.Take(Payload(1, Priority.Normal, false), false, Priority.Normal, 0), Fails.Saying("behind #2"));
        Assert.That(() => order.Take(Payload(2, Priority.Normal, false), false, Priority.Normal, 0), Fails.Saying("behind #2"));
        Assert.That((order.Reliable, order.Unreliable), Is.EqualTo((1, 2)));
    }

    private static Label Relayed(uint order) => new(7, 0, Purpose.Relay, Priority.Low, true, order, 20);

    private static byte[] Payload(uint order, Priority lane, bool isReliable)
    {
        var payload = new byte[40];
        new Label(3, 0, Purpose.Plugin, lane, isReliable, order, payload.Length).Write(payload);
        return payload;
    }
}
