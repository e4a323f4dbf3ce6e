using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Sessions;

public sealed class HeartbeatTests
{
    private NetworkHarness _harness = null!;

    [SetUp]
    public async Task Start() => _harness = await NetworkHarness.StartAsync();

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void An_idle_peer_is_pinged_every_second()
    {
        var peer = Peer();
        _harness.StepFor(TimeSpan.FromSeconds(3.5));
        Assert.That(peer.All().Count(p => p.Type == Ping.WireType), Is.EqualTo(3));
    }

    [Test]
    public async Task Under_traffic_a_peer_is_pinged_every_five_seconds()
    {
        var channel = _harness.System.RegisterPlugin("x").Unwrap();
        var peer = _harness.ConnectWithHello();
        var entity = await _harness.EntityOfAsync(peer.PeerId);
        _harness.OnUpdate = () => channel.SendTo(entity, 1, []).Unwrap();
        for (var frame = 0; frame < 60 * 16; frame++)
        {
            _harness.Step();
            peer.All();
        }

        Assert.That(peer.Messages.SelectMany(m => m).Count(p => p.Channel == 0 && p.Type == Ping.WireType), Is.EqualTo(3));
    }

    [Test]
    public async Task Latency_is_smoothed_as_RFC_6298_says()
    {
        var peer = Peer();
        var entity = await _harness.EntityOfAsync(peer.PeerId);
        double? smoothed = null;
        foreach (var milliseconds in new[] { 80, 160, 40, 400, 80 })
        {
            var ping = NextPing(peer);
            _harness.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            peer.SendRaw(TestPeer.Packet(0, Pong.WireType, ping.Data));
            _harness.RunFrame();
            smoothed = smoothed is null ? milliseconds : smoothed + ((milliseconds - smoothed) / 8);
            Assert.That(_harness.World.Get<ConnectionComponent>(entity).LatencyMs, Is.EqualTo((uint)smoothed));
        }
    }

    [Test]
    public async Task A_round_trip_longer_than_the_interval_is_measured()
    {
        var peer = Peer();
        var entity = await _harness.EntityOfAsync(peer.PeerId);
        var pings = new Queue<(long Frame, PeerPacket Ping)>();
        for (var frame = 0; frame < 60 * 8; frame++)
        {
            _harness.Step();
            while (peer.Next() is { } ping) pings.Enqueue((frame, ping));
            if (pings.Count > 0 && frame - pings.Peek().Frame >= 90) peer.SendRaw(TestPeer.Packet(0, Pong.WireType, pings.Dequeue().Ping.Data));
        }

        Assert.That(_harness.World.Get<ConnectionComponent>(entity).LatencyMs, Is.InRange(1_500u, 1_540u));
    }

    [Test]
    public async Task Nothing_received_for_ten_seconds_ends_the_link()
    {
        var peer = Peer();
        var entity = await _harness.EntityOfAsync(peer.PeerId);
        _harness.StepFor(TimeSpan.FromSeconds(9.8));
        Assert.That(peer.End, Is.Null);
        _harness.StepFor(TimeSpan.FromSeconds(0.3));
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.HeartbeatTimeout));
        Assert.That(peer.Goodbyes.Single().Error, Is.EqualTo(ErrorCode.Timeout));
        Assert.That(_harness.World.Get<ConnectionComponent>(entity).Connected, Is.False);
    }

    [Test]
    public void A_silent_link_is_given_up_too()
    {
        var peer = _harness.Connect();
        for (var i = 0; i < 12; i++) _harness.StepFor(TimeSpan.FromSeconds(1));
        Assert.That((CloseCode)peer.End!.Code, Is.EqualTo(CloseCode.HeartbeatTimeout));
    }

    [TestCase(20)]
    [TestCase(3_600)]
    public void A_server_that_stood_still_closes_nobody(int seconds)
    {
        var session = _harness.ConnectWithHello();
        var plain = _harness.Connect();
        plain.SendControl(new Ping(1));
        _harness.Step();
        _harness.Time.Advance(TimeSpan.FromSeconds(seconds));
        for (var frame = 0; frame < 60 * 15; frame++)
        {
            _harness.Step();
            session.All();
            plain.All();
        }

        Assert.That((session.End, plain.End), Is.EqualTo(((LinkEnd?)null, (LinkEnd?)null)));
    }

    [Test]
    public async Task A_plain_connection_is_pinged_by_WebSocket_and_lives_by_its_pongs()
    {
        var plain = _harness.Connect();
        plain.SendControl(new Ping(1));
        for (var frame = 0; frame < 60 * 30; frame++)
        {
            _harness.Step();
            plain.All();
        }

        Assert.That(plain.End, Is.Null);
        Assert.That(plain.Client.PingsReceived, Is.InRange(28, 31));
        Assert.That(plain.Messages.SelectMany(m => m).Count(p => p.Type == Ping.WireType), Is.Zero);
        Assert.That((await _harness.System.GetStatsAsync()).Unwrap().AverageLatencyMs, Is.InRange(16, 17));
    }

    private TestPeer Peer()
    {
        var peer = _harness.ConnectWithHello();
        peer.AnswersPings = false;
        return peer;
    }

    private PeerPacket NextPing(TestPeer peer)
    {
        for (var frame = 0; frame < 120; frame++)
        {
            _harness.Step();
            if (peer.Next() is { } ping) return ping;
        }

        throw new InvalidOperationException("No ping.");
    }
}
