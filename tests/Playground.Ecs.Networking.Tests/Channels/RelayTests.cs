using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Channels;

public sealed class RelayTests
{
    private NetworkHarness _harness = null!;

    [SetUp]
    public async Task Start() => _harness = await NetworkHarness.StartAsync();

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void A_relay_sends_on_to_the_other_subscribers_and_to_its_inbox()
    {
        var channel = _harness.System.RegisterPlugin("chat", new PluginOptions { Relay = true }).Unwrap();
        var peers = Subscribers(channel, 3);
        var outsider = _harness.ConnectWithHello();
        peers[0].Send(channel.Id, 5, [1], Priority.Low);
        outsider.Send(channel.Id, 6, [2], Priority.High);
        _harness.Step();

        Assert.That(peers[0].All().Select(p => p.Type), Is.EqualTo(new ushort[] { 6 }));
        foreach (var peer in peers.Skip(1))
        {
            Assert.That(peer.All().Select(p => (p.Type, p.Priority, p.Data[0])), Is.EqualTo(new[] { ((ushort)6, Priority.High, (byte)2), ((ushort)5, Priority.Low, (byte)1) }));
        }

        Assert.That(outsider.All(), Is.Empty);
        Assert.That(channel.Receive().Length, Is.EqualTo(2));
    }

    [Test]
    public void What_is_no_relay_sends_nothing_on()
    {
        var channel = _harness.System.RegisterPlugin("quiet").Unwrap();
        var peers = Subscribers(channel, 2);
        peers[0].Send(channel.Id, 5, [1]);
        _harness.Step();
        Assert.That((peers[0].Next(), peers[1].Next(), channel.WaitingCount), Is.EqualTo(((PeerPacket?)null, (PeerPacket?)null, 1)));
    }

    [Test]
    public void A_stamp_names_the_sender_and_keeps_the_type([Values(0, 10, 100_000)] int size)
    {
        var channel = _harness.System.RegisterPlugin("chat", new PluginOptions { Relay = true, StampSender = true }).Unwrap();
        var peers = Subscribers(channel, 2);
        var body = new byte[size];
        new Random(size).NextBytes(body);
        peers[0].Send(channel.Id, 5, body);
        _harness.Step(2);
        var packet = peers[1].All().Single();
        Assert.That(Relayed.TryRead(packet.Data, out var relayed));
        Assert.That((packet.Type, relayed.PeerId, relayed.Type), Is.EqualTo((Relayed.WireType, peers[0].PeerId, (ushort)5)));
        Assert.That(relayed.Body.Span.SequenceEqual(body));
        Assert.That(channel.Receive()[0].PacketType, Is.EqualTo(5), "the inbox gets it as it came");
    }

    [Test]
    public void A_packet_that_its_stamp_would_make_too_large_is_refused()
    {
        var channel = _harness.System.RegisterPlugin("chat", new PluginOptions { Relay = true, StampSender = true }).Unwrap();
        var peers = Subscribers(channel, 2);
        peers[0].Send(channel.Id, 5, new byte[262_144]);
        _harness.Step(5);
        Assert.That(peers[0].NextError().Error, Is.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(peers[1].Next(), Is.Null);
    }

    [TestCase(false, Priority.High)]
    [TestCase(true, Priority.Critical)]
    public void Critical_stays_Critical_towards_others_only_where_it_is_allowed(bool allowed, Priority expected)
    {
        var channel = _harness.System.RegisterPlugin("chat", new PluginOptions { Relay = true, AllowCritical = allowed }).Unwrap();
        var peers = Subscribers(channel, 2);
        peers[0].Send(channel.Id, 5, [1], Priority.Critical);
        _harness.Step();
        Assert.That(peers[1].All().Single().Priority, Is.EqualTo(expected));
        Assert.That(channel.Receive()[0].Priority, Is.EqualTo(Priority.Critical));
    }

    [Test]
    public void A_relay_keeps_the_order_of_each_lane_over_many_senders()
    {
        var channel = _harness.System.RegisterPlugin("chat", new PluginOptions { Relay = true, Loopback = false }).Unwrap();
        var peers = Subscribers(channel, 4);
        var sent = new List<(ushort Type, TestPeer Sender)>();
        for (ushort i = 0; i < 200; i++)
        {
            var sender = peers[(i * 7) % 4];
            sent.Add((i, sender));
            sender.Send(channel.Id, i, []);
        }

        _harness.Step();
        foreach (var peer in peers)
        {
            var received = peer.All().Select(p => p.Type).ToList();
            Assert.That(received, Is.EquivalentTo(sent.Where(s => s.Sender != peer).Select(s => s.Type)));
            foreach (var sender in peers) Assert.That(received.Where(t => sent[t].Sender == sender), Is.Ordered);
        }
    }

    private List<TestPeer> Subscribers(Channel channel, int count)
    {
        var peers = new List<TestPeer>();
        for (var i = 0; i < count; i++)
        {
            peers.Add(_harness.ConnectWithHello());
            _harness.Subscribe(peers[^1], channel.Id);
        }

        return peers;
    }
}
