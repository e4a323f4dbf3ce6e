using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Receiving;

/// <summary>An inbox full of reliable packets accepts none: who brings more waits, and nobody else does (PROTOCOL.md, section 8).</summary>
public sealed class FullInboxTests
{
    private const int PacketsMax = 8;

    private readonly LogLines _log = new();
    private NetworkHarness _harness = null!;
    private Channel _full = null!;
    private Channel _other = null!;
    private MeterReading _meter = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { InboxPacketsMax = PacketsMax, LoggerFactory = _log });
        _full = _harness.System.RegisterPlugin("full", new PluginOptions { Loopback = false }).Unwrap();
        _other = _harness.System.RegisterPlugin("other", new PluginOptions { Loopback = false }).Unwrap();
        _meter = new MeterReading(_harness.System);
    }

    [TearDown]
    public async Task Stop()
    {
        _meter.Dispose();
        await _harness.DisposeAsync();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void What_does_not_fit_is_not_acknowledged_and_taken_once_there_is_room()
    {
        var peer = Filled(PacketsMax + 3);
        Assert.That((_full.WaitingCount, peer.Acks[^1], peer.UnacknowledgedCount), Is.EqualTo((PacketsMax, PacketsMax, 3)));
        Assert.That(_full.Receive().ToArray().Select(static p => (int)p.PacketType), Is.EqualTo(Enumerable.Range(1, PacketsMax)));
        peer.Step(2);
        Assert.That(_full.Receive().ToArray().Select(static p => (int)p.PacketType), Is.EqualTo(Enumerable.Range(PacketsMax + 1, 3)));
        Assert.That(peer.UnacknowledgedCount, Is.Zero);
        Assert.That(_meter.Read("playground.packets.duplicate"), Is.Zero);
    }

    [Test]
    public void A_message_that_is_held_in_its_middle_goes_on_where_it_stopped()
    {
        var peer = SessionPeer.Connect(_harness);
        var batch = Enumerable.Range(1, PacketsMax + 4).SelectMany(i => peer.Stamp(_full.Id, (ushort)i, [])).ToList();
        batch.Insert(PacketsMax + 1, TestPeer.Packet(_other.Id, 99, []));
        peer.Link.SendBatch([.. batch]);
        peer.Step();
        Assert.That((_full.WaitingCount, _other.WaitingCount), Is.EqualTo((PacketsMax, 0)));
        _ = _full.Receive();
        peer.Step();
        Assert.That(_full.Receive().ToArray().Select(static p => (int)p.PacketType), Is.EqualTo(Enumerable.Range(PacketsMax + 1, 4)));
        Assert.That(_other.WaitingCount, Is.EqualTo(1));
    }

    [Test]
    public void The_peers_other_packets_wait_behind_it_and_those_of_other_peers_do_not()
    {
        var peer = Filled(PacketsMax + 1);
        var bystander = SessionPeer.Connect(_harness);
        peer.Send(_other.Id, 1, []);
        bystander.Send(_other.Id, 2, []);
        bystander.Step(2);
        Assert.That(_other.Receive().ToArray().Select(static p => (int)p.PacketType), Is.EqualTo(new[] { 2 }));
        Assert.That(bystander.UnacknowledgedCount, Is.Zero);
        _ = _full.Receive();
        peer.Step(2);
        Assert.That(_other.Receive().ToArray().Select(static p => (int)p.PacketType), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void After_four_seconds_the_link_is_closed_with_4002_and_a_warning_names_the_channel()
    {
        var peer = Filled(PacketsMax + 2);
        peer.StepFor(TimeSpan.FromSeconds(3.8));
        Assert.That(peer.IsOpen);
        peer.StepFor(TimeSpan.FromSeconds(0.4));
        Assert.That((peer.Code, peer.Link.Goodbyes.Single().Error), Is.EqualTo((CloseCode.RateLimited, ErrorCode.RateLimited)));
        Assert.That(_meter.Read("playground.connections.ended", "InboxFull"), Is.EqualTo(1));
        Assert.That(_log.Lines.Where(static l => l.Level == LogLevel.Warning).Select(static l => l.Text), Has.Some.Contains("full").And.Some.Contains(peer.PeerId));

        _ = _full.Receive();
        Assert.That(peer.Resume().Resumed, "the session goes on");
        peer.Step(2);
        Assert.That(_full.Receive().ToArray().Select(static p => (int)p.PacketType), Is.EqualTo(new[] { PacketsMax + 1, PacketsMax + 2 }));
    }

    [Test]
    public void A_reader_that_takes_a_little_at_a_time_keeps_the_link()
    {
        var peer = SessionPeer.Connect(_harness);
        var batch = Enumerable.Range(1, 200).SelectMany(i => peer.Stamp(_full.Id, (ushort)i, [])).ToArray();
        peer.Link.SendBatch(batch);
        var received = new List<int>();
        for (var second = 0; second < 60; second++)
        {
            peer.StepFor(TimeSpan.FromSeconds(1));
            received.AddRange(_full.Receive().ToArray().Select(static p => (int)p.PacketType));
        }

        Assert.That(received, Is.EqualTo(Enumerable.Range(1, 200)));
        Assert.That(peer.IsOpen);
    }

    [Test]
    public void A_train_is_only_begun_to_be_taken_and_its_end_waits_for_room()
    {
        var peer = Filled(PacketsMax);
        peer.Send(_full.Id, 50, new byte[40_000]);
        peer.Step(3);
        Assert.That((peer.UnacknowledgedCount, _full.WaitingCount), Is.EqualTo((1, PacketsMax)), "its last fragment");
        _ = _full.Receive();
        peer.Step(2);
        var packet = _full.Receive()[0];
        Assert.That((packet.PacketType, packet.Data.Length, peer.UnacknowledgedCount), Is.EqualTo((50, 40_000, 0)));
    }

    [Test]
    public void Unreliable_packets_give_way()
    {
        var peer = SessionPeer.Connect(_harness);
        for (ushort i = 1; i <= PacketsMax; i++) peer.Link.Send(_full.Id, i, []);
        peer.Step();
        for (ushort i = 101; i <= 104; i++) peer.Send(_full.Id, i, []);
        peer.Step(2);
        Assert.That(_full.Receive().ToArray().Select(static p => (int)p.PacketType), Is.EqualTo(new[] { 5, 6, 7, 8, 101, 102, 103, 104 }));
        Assert.That(_meter.Read("playground.inbox.dropped"), Is.EqualTo(4));
    }

    private SessionPeer Filled(int packets)
    {
        var peer = SessionPeer.Connect(_harness);
        for (ushort i = 1; i <= packets; i++) peer.Send(_full.Id, i, []);
        peer.Step(2);
        return peer;
    }
}
