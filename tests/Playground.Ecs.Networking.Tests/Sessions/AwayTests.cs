using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Sessions;

/// <summary>A session without a link: what it is sent, and how long it waits (PROTOCOL.md, section 7).</summary>
public sealed class AwayTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;
    private MeterReading _meter = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions
        {
            MaxPacketBytes = 20_000,
            SendQueueBytes = 40_000,
            AwaySessionsMax = 3,
            AllowClientChannels = true,
        });
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
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
    public void A_directed_unreliable_packet_is_NotConnected()
    {
        var entity = Away().Entity();
        Assert.That(_channel.SendTo(entity, 1, []).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(_channel.SendTo(entity, 1, [], Priority.Critical).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public void What_a_channel_sends_unreliably_is_dropped_and_counted([Values] Priority priority, [Values] bool together)
    {
        var peer = Away(subscribed: true);
        _harness.StepWith(() =>
        {
            _channel.Send(1, [], priority).Unwrap();
            _channel.Send(2, [], priority).Unwrap();
            if (together) _channel.Send(3, [], Priority.High).Unwrap();
        });
        Assert.That(_meter.Read("playground.packets.dropped.away"), Is.EqualTo(together ? 3 : 2));
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
        peer.Resume();
        peer.Step(2);
        Assert.That(peer.TakeOf(_channel.Id), Is.Empty);
    }

    [Test]
    public void Directed_reliable_packets_wait_until_its_queue_is_full_and_then_are_LimitExceeded([Values] Priority priority)
    {
        var peer = Away();
        var entity = peer.Entity();
        ushort sent = 0;
        NetworkResult result;
        while ((result = _channel.SendReliableTo(entity, sent, new byte[1_000], priority)).IsOk) sent++;
        Assert.That(result.Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That(sent, Is.EqualTo(40_000 / (1_000 + PacketHeader.Size)));
        _harness.Step(2);
        Assert.That(_harness.World.IsAlive(entity), "nothing was promised, so the session goes on");
        Assert.That(peer.Resume().Resumed);
        peer.Step();
        Assert.That(peer.Packets.Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, sent)));
    }

    [Test]
    public void What_is_written_and_unacknowledged_does_not_count_against_the_queue()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        for (var i = 0; i < 30; i++) _channel.SendReliableTo(entity, 1, new byte[1_000]).Unwrap();
        _harness.Step(2);
        peer.Cut();
        for (var i = 0; i < 30; i++) _channel.SendReliableTo(entity, 2, new byte[1_000]).Unwrap();
        peer.Resume();
        peer.Step(2);
        Assert.That(peer.Packets, Has.Count.EqualTo(60));
    }

    [Test]
    public void A_channels_reliable_packet_beyond_the_queue_ends_the_session_and_nobody_elses()
    {
        var peer = Away(subscribed: true);
        var other = SessionPeer.Connect(_harness);
        other.Send(new Subscribe(1, _channel.Id));
        other.Step();
        var entity = peer.Entity();
        for (ushort i = 0; i < 50; i++) _harness.StepWith(() => _channel.SendReliable(i, new byte[1_000]).Unwrap());
        Assert.That(_harness.World.IsAlive(entity), Is.False);
        other.Step();
        Assert.That(other.TakeOf(_channel.Id), Has.Count.EqualTo(50));
        Assert.That(peer.Resume().Resumed, Is.False, "which says that something was lost");
        Assert.That(_meter.Read("playground.sessions.resume.refused"), Is.EqualTo(1));
    }

    [Test]
    public void Behind_a_packet_that_it_missed_it_gets_no_other_one()
    {
        var peer = Away(subscribed: true);
        var entity = peer.Entity();
        _harness.StepWith(() =>
        {
            for (var i = 0; i < 50; i++) _channel.SendReliable(1, new byte[1_000]).Unwrap();
            Assert.That(_channel.SendReliableTo(entity, 2, []).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        });
        Assert.That(_harness.World.IsAlive(entity), Is.False);
    }

    [Test]
    public void It_waits_for_its_window_and_comes_back_in_the_last_moment()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        peer.Cut();
        var begun = _harness.Time.GetTimestamp();
        StepUntil(begun, _harness.Options.ResumeWindow - TimeSpan.FromMilliseconds(100));
        _harness.Time.Advance(_harness.Options.ResumeWindow - TimeSpan.FromMilliseconds(1) - _harness.Time.GetElapsedTime(begun));
        peer.Open();
        peer.Hello();
        _harness.RunFrame();
        peer.Take();
        Assert.That((peer.Welcome.Resumed, peer.Entity()), Is.EqualTo((true, entity)));
        for (var i = 0; i < 40; i++) peer.StepFor(TimeSpan.FromSeconds(1));
        Assert.That((peer.IsOpen, _harness.World.IsAlive(entity)), Is.EqualTo((true, true)));
    }

    [Test]
    public void After_its_window_it_is_gone()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        peer.Cut();
        var begun = _harness.Time.GetTimestamp();
        StepUntil(begun, _harness.Options.ResumeWindow - TimeSpan.FromMilliseconds(20));
        Assert.That(_harness.World.IsAlive(entity));
        StepUntil(begun, _harness.Options.ResumeWindow);
        Assert.That(_harness.World.IsAlive(entity), Is.False);
        Assert.That(_meter.Read("playground.sessions.expired"), Is.EqualTo(1));
        var name = peer.PeerId;
        Assert.That((peer.Resume().Resumed, peer.Welcome.LastReceived), Is.EqualTo((false, (ushort)0)));
        Assert.That(peer.PeerId, Is.Not.EqualTo(name));
    }

    [Test]
    public void Each_of_many_expires_at_its_own_time()
    {
        var entities = new List<Entity>();
        for (var i = 0; i < 3; i++)
        {
            entities.Add(Away().Entity());
            _harness.StepFor(TimeSpan.FromSeconds(5));
        }

        var alive = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            _harness.StepFor(TimeSpan.FromSeconds(4));
            alive.Add(entities.Count(_harness.World.IsAlive));
        }

        Assert.That(alive.Distinct(), Is.EqualTo(new[] { 3, 2, 1, 0 }));
    }

    [Test]
    public void A_server_that_stood_still_lets_no_session_expire()
    {
        var peer = SessionPeer.Connect(_harness);
        peer.Cut();
        _harness.Time.Advance(TimeSpan.FromHours(1));
        _harness.RunFrame();
        Assert.That(peer.Resume().Resumed);
    }

    [Test]
    public void Above_the_limit_the_one_that_waited_longest_ends()
    {
        var peers = new List<SessionPeer>();
        for (var i = 0; i < 5; i++)
        {
            peers.Add(SessionPeer.Connect(_harness));
            _harness.Step();
        }

        int[] order = [2, 4, 0, 1, 3];
        foreach (var i in order) peers[i].Cut();
        Assert.That(_meter.Read("playground.sessions.expired"), Is.EqualTo(2));
        Assert.That(order.Select(i => peers[i].Resume().Resumed), Is.EqualTo(new[] { false, false, true, true, true }));
    }

    [Test]
    public void The_peers_Goodbye_ends_it_at_once()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        peer.SayGoodbye();
        _harness.Step();
        Assert.That(_harness.World.IsAlive(entity), Is.False);
        Assert.That(peer.Resume().Resumed, Is.False);
    }

    [Test]
    public void A_close_by_the_peer_without_a_Goodbye_does_not_end_it([Values(1000, 1001, 4999)] int code)
    {
        var peer = SessionPeer.Connect(_harness);
        peer.Link.Client.Close((ushort)code);
        _harness.Step();
        Assert.That(peer.Resume().Resumed);
    }

    [Test]
    public void A_close_by_the_server_with_45xx_ends_it_and_with_40xx_does_not()
    {
        var ends = new (CloseCode Code, bool EndsSession, Action<SessionPeer> Act)[]
        {
            (CloseCode.Malformed, true, peer => peer.Link.SendRaw([1])),
            (CloseCode.SequenceViolation, true, peer => peer.Link.SendControl(new Ack(1))),
            (CloseCode.PersistentRefusals, true, peer => peer.Link.SendBatch([.. Enumerable.Repeat(TestPeer.Packet(1_999, 1, []), 65)])),
            (CloseCode.HeartbeatTimeout, false, _ => _harness.StepFor(TimeSpan.FromSeconds(10.1))),
            (CloseCode.SlowConsumer, false, peer =>
            {
                for (var i = 0; i < 100 && peer.End is null; i++) _channel.SendTo(peer.Entity(), 1, new byte[1_000], Priority.High);
            }),
        };
        foreach (var (code, endsSession, act) in ends)
        {
            var peer = SessionPeer.Connect(_harness);
            var entity = peer.Entity();
            act(peer);
            _harness.Step();
            Assert.That((peer.Code, _harness.World.IsAlive(entity)), Is.EqualTo((code, !endsSession)));
            Assert.That(peer.Resume().Resumed, Is.EqualTo(!endsSession), code.ToString());
            peer.SayGoodbye();
            _harness.Step();
        }
    }

    [Test]
    public void A_channel_that_went_away_meanwhile_is_reported_by_ChannelNotFound_even_if_the_first_report_is_lost([Values] bool lost)
    {
        var stays = _harness.System.RegisterPlugin("stays").Unwrap();
        var peer = Away(subscribed: true);
        Assert.That(_channel.SubscriberCount, Is.EqualTo(1));
        _harness.System.UnregisterAsync(_channel.Id).AsTask().GetAwaiter().GetResult().Unwrap();
        if (lost)
        {
            peer.Open();
            peer.Hello();
            _harness.Step();
            peer.Cut();
        }

        peer.Resume();
        peer.Step();
        var error = peer.Packets.Single(p => p.IsControl<ErrorMessage>());
        Assert.That(ErrorMessage.TryRead(error.Data, out var message));
        Assert.That((message.Error, message.Channel), Is.EqualTo((ErrorCode.ChannelNotFound, _channel.Id)));
        Assert.That(stays.IsRegistered);
        peer.Packets.Clear();
        peer.Cut();
        peer.Resume();
        peer.Step();
        Assert.That(peer.Packets, Is.Empty, "once");
    }

    [Test]
    public void A_channel_of_its_own_that_the_application_took_away_is_reported_too()
    {
        var peer = SessionPeer.Connect(_harness);
        peer.Send(new RegisterChannel(1, "mine", default));
        peer.Step();
        var mine = _harness.System.FindChannel("mine").Unwrap().Id;
        peer.Cut();
        _harness.System.UnregisterAsync(mine).AsTask().GetAwaiter().GetResult().Unwrap();
        peer.Packets.Clear();
        peer.Resume();
        peer.Step();
        Assert.That(ErrorMessage.TryRead(peer.Packets.Single().Data, out var message));
        Assert.That((message.Error, message.Channel), Is.EqualTo((ErrorCode.ChannelNotFound, mine)));
    }

    [Test]
    public void A_channel_that_was_unregistered_while_it_was_there_is_not_reported_later()
    {
        var peer = SessionPeer.Connect(_harness);
        peer.Send(new Subscribe(1, _channel.Id));
        peer.Step();
        _harness.System.UnregisterAsync(_channel.Id).AsTask().GetAwaiter().GetResult().Unwrap();
        peer.Step();
        peer.Cut();
        peer.Packets.Clear();
        peer.Resume();
        peer.Step();
        Assert.That(peer.Packets, Is.Empty);
    }

    [Test]
    public void Its_name_is_taken_until_it_ends()
    {
        var peer = SessionPeer.Connect(_harness);
        peer.Cut();
        Assert.That(_harness.System.CreateConnectionAsync(peer.PeerId).AsTask().Result.Error, Is.InstanceOf<NetworkError.AlreadyExists>());
        _harness.StepFor(_harness.Options.ResumeWindow);
        Assert.That(_harness.System.CreateConnectionAsync(peer.PeerId).AsTask().Result.IsOk);
    }

    [Test]
    public void An_entity_that_the_application_destroyed_meanwhile_disturbs_nothing()
    {
        var peer = Away(subscribed: true);
        _harness.World.Destroy(peer.Entity());
        _harness.StepWith(() => _channel.SendReliable(1, []).Unwrap());
        Assert.That(peer.Resume().Resumed);
        peer.Step();
        Assert.That(peer.TakeOf(_channel.Id), Has.Count.EqualTo(1));
        peer.Cut();
        _harness.StepFor(_harness.Options.ResumeWindow * 1.01);
        Assert.That(_channel.SubscriberCount, Is.Zero);
    }

    private SessionPeer Away(bool subscribed = false)
    {
        var peer = SessionPeer.Connect(_harness);
        if (subscribed) peer.Send(new Subscribe(1, _channel.Id));
        peer.Step(2);
        peer.Cut();
        _harness.Step();
        peer.Packets.Clear();
        return peer;
    }

    private void StepUntil(long begun, TimeSpan elapsed)
    {
        while (_harness.Time.GetElapsedTime(begun) < elapsed) _harness.Step();
    }
}
