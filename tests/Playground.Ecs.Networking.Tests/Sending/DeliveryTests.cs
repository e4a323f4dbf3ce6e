using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Sending;

/// <summary>Who waits for a reliable send learns what became of it (PROTOCOL.md, section 8).</summary>
public sealed class DeliveryTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { MaxPacketBytes = 20_000, SendQueueBytes = 40_000 });
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
    }

    [TearDown]
    public async Task Stop()
    {
        await _harness.DisposeAsync();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void A_send_to_a_channel_is_done_when_every_session_has_acknowledged()
    {
        var (one, two) = (Subscribed(), Subscribed());
        two.Acknowledges = false;
        var sent = Send();
        one.Step(2);
        Assert.That(sent.IsCompleted, Is.False);
        two.Acknowledges = true;
        two.Take();
        two.Link.SendControl(new Ack(two.Received));
        _harness.Step();
        Assert.That(sent.Result.Error, Is.Null);
        Assert.That((one.TakeOf(_channel.Id).Count, two.TakeOf(_channel.Id).Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Without_receivers_it_is_done_at_once()
    {
        var sent = Send();
        _harness.Step();
        Assert.That(sent.Result.Error, Is.Null);
    }

    [Test]
    public void The_channels_own_inbox_counts_as_a_receiver_that_has_it()
    {
        var channel = _harness.System.RegisterPlugin("with-loopback").Unwrap();
        var sent = _harness.System.SendReliableAsync(channel.Id, 7, new byte[] { 1, 2 }).AsTask();
        _harness.Step();
        Assert.That(sent.Result.Error, Is.Null);
        var packet = channel.Receive()[0];
        Assert.That((packet.PacketType, packet.IsReliable, packet.Data.Length), Is.EqualTo((7, true, 2)));
    }

    [Test]
    public void A_plain_subscriber_gets_it_unnumbered_and_is_not_waited_for()
    {
        var plain = _harness.Connect();
        _harness.Subscribe(plain, _channel.Id);
        var sent = Send();
        _harness.Step();
        Assert.That(sent.Result.Error, Is.Null);
        var packet = plain.Next()!;
        Assert.That((packet.Type, packet.Flags, packet.Sequence), Is.EqualTo((1, PacketFlags.None, 0)));
    }

    [Test]
    public void Who_subscribes_later_is_no_receiver()
    {
        var early = Subscribed();
        early.Acknowledges = false;
        var sent = Send();
        early.Step();
        var late = Subscribed();
        late.Acknowledges = false;
        early.Link.SendControl(new Ack(early.Received));
        late.Step(2);
        Assert.That(sent.Result.Error, Is.Null);
        Assert.That(late.TakeOf(_channel.Id), Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_receiver_that_unsubscribes_is_none_any_more(bool isWritten)
    {
        var peer = Subscribed();
        peer.Acknowledges = false;
        var sent = Send(isWritten ? 1 : 40_000 / 2);
        var second = isWritten ? sent : Send(40_000 / 3);
        if (isWritten) peer.Step();
        peer.Link.SendControl(new Unsubscribe(2, _channel.Id));
        _harness.Step();
        Assert.That((sent.Result.Error, second.Result.Error), Is.EqualTo((default(NetworkError), default(NetworkError))));
    }

    [Test]
    public void A_receiver_whose_session_ends_is_named_while_the_others_have_it()
    {
        var (gone, here) = (Subscribed(), Subscribed());
        gone.Acknowledges = false;
        var sent = Send();
        here.Step(2);
        gone.SayGoodbye();
        _harness.Step();
        Assert.That(sent.Result.Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(sent.Result.Error!.Message, Does.Contain(gone.PeerId).And.Not.Contain(here.PeerId));
        Assert.That(here.TakeOf(_channel.Id), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_deadline_names_who_did_not_acknowledge_and_what_was_sent_arrives_all_the_same()
    {
        var (slow, quick) = (Subscribed(), Subscribed());
        slow.Cut();
        var sent = _harness.System.SendReliableAsync(_channel.Id, 1, new byte[] { 1 }, timeout: TimeSpan.FromSeconds(1)).AsTask();
        quick.StepFor(TimeSpan.FromSeconds(0.9));
        Assert.That(sent.IsCompleted, Is.False);
        quick.StepFor(TimeSpan.FromSeconds(0.2));
        Assert.That(sent.Result.Error, Is.InstanceOf<NetworkError.Timeout>());
        Assert.That(sent.Result.Error!.Message, Does.Contain(slow.PeerId).And.Not.Contain(quick.PeerId));
        slow.Resume();
        slow.Step();
        Assert.That(slow.TakeOf(_channel.Id), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_caller_that_gives_up_is_Cancelled_and_what_was_sent_arrives_all_the_same()
    {
        var peer = Subscribed();
        using var cancellation = new CancellationTokenSource();
        var sent = _harness.System.SendReliableAsync(_channel.Id, 1, new byte[] { 1 }, cancellationToken: cancellation.Token).AsTask();
        cancellation.Cancel();
        Assert.That(sent.Result.Error, Is.InstanceOf<NetworkError.Cancelled>());
        peer.Step();
        Assert.That(peer.TakeOf(_channel.Id), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_send_to_one_session_waits_through_its_absence()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        peer.Cut();
        var sent = SendTo(entity);
        _harness.StepFor(TimeSpan.FromSeconds(5));
        Assert.That(sent.IsCompleted, Is.False);
        peer.Resume();
        peer.Step(2);
        Assert.That(sent.Result.Error, Is.Null);
        Assert.That(peer.TakeOf(_channel.Id), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_send_to_one_session_that_expires_is_NotConnected_and_names_it()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        peer.Cut();
        var sent = SendTo(entity);
        _harness.StepFor(_harness.Options.ResumeWindow + TimeSpan.FromSeconds(1));
        Assert.That(sent.Result.Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(sent.Result.Error!.Message, Does.Contain(peer.PeerId));
        Assert.That(SendTo(entity).Result.Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public void A_plain_connection_the_null_entity_and_a_destroyed_one_are_NotConnected_at_the_call()
    {
        var plain = _harness.Connect();
        _harness.Subscribe(plain, _channel.Id);
        var entity = _harness.System.QueryConnectionsAsync().AsTask().Result.Unwrap().Single().Entity;
        var destroyed = _harness.World.Create(1);
        _harness.World.Destroy(destroyed);
        foreach (var receiver in new[] { entity, Entity.Null, destroyed })
        {
            var sent = SendTo(receiver);
            _harness.Step();
            Assert.That(sent.Result.Error, Is.InstanceOf<NetworkError.NotConnected>());
        }
    }

    [Test]
    public void Beyond_the_send_queue_a_directed_send_is_LimitExceeded_and_names_the_limit()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        peer.Cut();
        Assert.That((SendTo(entity, 19_000).IsCompleted, SendTo(entity, 19_000).IsCompleted), Is.EqualTo((false, false)));
        var refused = SendTo(entity, 19_000);
        Assert.That(refused.Result.Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That(refused.Result.Error!.Message, Does.Contain(nameof(NetworkingOptions.SendQueueBytes)).And.Contain("40000").Or.Contain("40,000"));
        peer.Resume();
        peer.Step(2);
        Assert.That(peer.TakeOf(_channel.Id), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_receiver_without_room_is_closed_with_4001_and_fails_nobody_else()
    {
        var (full, fine) = (Subscribed(), Subscribed());
        Task<NetworkResult> before = null!, beyond = null!;
        _harness.StepWith(() =>
        {
            before = Send(2_000);
            for (var i = 0; i < 3; i++) _channel.SendReliableTo(full.Entity(), 9, new byte[12_000]).Unwrap();
            beyond = Send(10_000);
        });
        fine.Step(2);
        Assert.That(full.Code, Is.EqualTo(CloseCode.SlowConsumer));
        Assert.That(full.Link.Goodbyes.Single().Error, Is.EqualTo(ErrorCode.SlowConsumer));
        foreach (var sent in new[] { before, beyond })
        {
            Assert.That(sent.Result.Error, Is.InstanceOf<NetworkError.NotConnected>());
            Assert.That(sent.Result.Error!.Message, Does.Contain(full.PeerId).And.Not.Contain(fine.PeerId));
        }

        Assert.That(fine.TakeOf(_channel.Id).Select(static p => p.Data.Length), Is.EqualTo(new[] { 2_000, 10_000 }));
        Assert.That(full.Resume().Resumed, Is.False, "it missed a packet that it was promised");
    }

    [Test]
    public async Task What_can_be_known_at_the_call_is_said_there()
    {
        var system = _harness.System;
        Assert.That((await system.SendReliableAsync(1_999, 1, new byte[1])).Error, Is.InstanceOf<NetworkError.ChannelNotFound>());
        Assert.That((await system.SendReliableAsync(_channel.Id, 0xFF00, new byte[1])).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That((await system.SendReliableAsync(_channel.Id, 1, new byte[1], (Priority)4)).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That((await system.SendReliableAsync(_channel.Id, 1, new byte[20_001])).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That((await system.SendReliableAsync(0, 1, new byte[1])).Error, Is.InstanceOf<NetworkError.Forbidden>());
        Assert.That((await system.SendReliableAsync(_channel.Id, 1, new byte[1], timeout: TimeSpan.Zero)).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
    }

    [Test]
    public async Task At_the_systems_end_whoever_still_waits_is_NotConnected()
    {
        var peer = Subscribed();
        peer.Acknowledges = false;
        var sent = Send();
        var timed = _harness.System.SendReliableAsync(_channel.Id, 1, new byte[] { 1 }, timeout: TimeSpan.FromHours(1)).AsTask();
        _harness.Step();
        await _harness.DisposeSystemAsync();
        Assert.That((await sent).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That((await timed).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That((await Send()).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public void A_system_that_is_asked_by_many_with_deadlines_forgets_those_that_are_done()
    {
        var peer = Subscribed();
        for (var i = 0; i < 2_000; i++)
        {
            var sent = _harness.System.SendReliableAsync(_channel.Id, 1, new byte[] { 1 }, timeout: TimeSpan.FromHours(1)).AsTask();
            peer.Step(2);
            Assert.That(sent.Result.Error, Is.Null);
        }

        Assert.That(_harness.System.Sends.DeadlineCount, Is.LessThan(200));
    }

    private SessionPeer Subscribed()
    {
        var peer = SessionPeer.Connect(_harness);
        peer.Send(new Subscribe(1, _channel.Id));
        peer.Step();
        return peer;
    }

    private Task<NetworkResult> Send(int bytes = 1) => _harness.System.SendReliableAsync(_channel.Id, 1, new byte[bytes]).AsTask();

    private Task<NetworkResult> SendTo(Entity receiver, int bytes = 1) =>
        _harness.System.SendReliableToAsync(receiver, _channel.Id, 1, new byte[bytes]).AsTask();
}
