using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Sessions;

/// <summary>Every request of the control channel: what is answered, and every way to be refused.</summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class ControlTests(bool plain)
{
    private NetworkHarness _harness = null!;
    private TestPeer _peer = null!;
    private Channel _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions
        {
            AllowClientChannels = true,
            SubscriptionsMax = 3,
            ClientChannelsMax = 2,
        });
        _channel = _harness.System.RegisterPlugin("chat").Unwrap();
        _peer = plain ? _harness.Connect() : _harness.ConnectWithHello();
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void Subscribe_by_id_and_by_name_gives_the_channel_and_twice_is_once()
    {
        Assert.That(Channel(Ask(id => new Subscribe(id, _channel.Id))), Is.EqualTo(_channel.Id));
        Assert.That(Channel(Ask(id => new Subscribe(id, "chat"))), Is.EqualTo(_channel.Id));
        Assert.That(_channel.SubscriberCount, Is.EqualTo(1));
        _channel.Send(1, []).Unwrap();
        _harness.Step();
        Assert.That(_peer.All(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Subscribe_to_what_is_not_there_is_ChannelNotFound([Values(0, 1999, 2500, 3000, 65_535)] int id)
    {
        Assert.That(Ask(r => new Subscribe(r, new ChannelId((ushort)id))).Error, Is.EqualTo(ErrorCode.ChannelNotFound));
        Assert.That(Ask(r => new Subscribe(r, "nobody")).Message, Does.Contain("'nobody'"));
    }

    [Test]
    public void Subscriptions_are_limited()
    {
        for (var i = 0; i < 4; i++)
        {
            var channel = _harness.System.RegisterPlugin($"c{i}").Unwrap();
            Assert.That(Ask(r => new Subscribe(r, channel.Id)).Error, Is.EqualTo(i < 3 ? ErrorCode.None : ErrorCode.LimitExceeded));
        }
    }

    [Test]
    public void Unsubscribe_by_id_and_by_name_ends_the_subscription()
    {
        foreach (var reference in new ChannelReference[] { _channel.Id, "chat" })
        {
            Ask(r => new Subscribe(r, reference));
            Assert.That(Channel(Ask(r => new Unsubscribe(r, reference))), Is.EqualTo(_channel.Id));
            _channel.Send(1, []).Unwrap();
            _harness.Step();
            Assert.That(_peer.Next(), Is.Null);
        }

        Assert.That(Ask(r => new Unsubscribe(r, "chat")).Error, Is.EqualTo(ErrorCode.NotSubscribed));
        Assert.That(Ask(r => new Unsubscribe(r, "nobody")).Error, Is.EqualTo(ErrorCode.ChannelNotFound));
        Assert.That(Ask(r => new Unsubscribe(r, new ChannelId(0))).Error, Is.EqualTo(ErrorCode.ChannelNotFound));
    }

    [Test]
    public void RegisterChannel_gives_a_free_or_the_wanted_id()
    {
        var allocated = Channel(Ask(r => new RegisterChannel(r, "mine", default)));
        Assert.That(ChannelRanges.IsPlugin(allocated));
        Assert.That(Channel(Ask(r => new RegisterChannel(r, "also mine", 1500))).Value, Is.EqualTo(1500));
        Assert.That(Ask(r => new RegisterChannel(r, "a third", default)).Error, Is.EqualTo(ErrorCode.LimitExceeded));
    }

    [TestCase("x", 1, ErrorCode.Forbidden)]
    [TestCase("x", 999, ErrorCode.Forbidden)]
    [TestCase("x", 2000, ErrorCode.Forbidden)]
    [TestCase("x", 3000, ErrorCode.Forbidden)]
    [TestCase("chat", 0, ErrorCode.AlreadyExists)]
    [TestCase("", 0, ErrorCode.InvalidArgument)]
    [TestCase("a\nb", 1500, ErrorCode.InvalidArgument)]
    public void RegisterChannel_is_refused(string name, int id, ErrorCode error) =>
        Assert.That(Ask(r => new RegisterChannel(r, name, (ushort)id)).Error, Is.EqualTo(error));

    [Test]
    public void RegisterChannel_under_a_taken_id_is_AlreadyExists() =>
        Assert.That(Ask(r => new RegisterChannel(r, "x", _channel.Id)).Error, Is.EqualTo(ErrorCode.AlreadyExists));

    [Test]
    public async Task RegisterChannel_is_Forbidden_unless_allowed()
    {
        await using var strict = await NetworkHarness.StartAsync();
        var peer = strict.ConnectWithHello();
        peer.SendControl(new RegisterChannel(9, "x", default));
        strict.Step();
        Assert.That(peer.NextReply().Error, Is.EqualTo(ErrorCode.Forbidden));
    }

    [Test]
    public void UnregisterChannel_is_for_the_owner_only()
    {
        var own = Channel(Ask(r => new RegisterChannel(r, "mine", default)));
        Assert.That(Ask(r => new UnregisterChannel(r, _channel.Id)).Error, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(Ask(r => new UnregisterChannel(r, 0)).Error, Is.EqualTo(ErrorCode.ChannelNotFound));
        Assert.That(Channel(Ask(r => new UnregisterChannel(r, own))), Is.EqualTo(own));
        Assert.That(Ask(r => new UnregisterChannel(r, own)).Error, Is.EqualTo(ErrorCode.ChannelNotFound));
    }

    [Test]
    public void QueryChannel_finds_by_name()
    {
        Assert.That(Channel(Ask(r => new QueryChannel(r, "chat"))), Is.EqualTo(_channel.Id));
        Assert.That(Ask(r => new QueryChannel(r, "nobody")).Error, Is.EqualTo(ErrorCode.ChannelNotFound));
    }

    [Test]
    public void ListChannels_lists_all_but_the_control_channel_by_id()
    {
        _harness.System.RegisterSystem("physics", 300).Unwrap();
        Assert.That(Ask(r => new ListChannels(r)).TryReadChannels(out var channels));
        Assert.That(channels, Is.EqualTo(new[] { new ChannelListing(300, "physics", true), new ChannelListing(_channel.Id, "chat", false) }));
    }

    [Test]
    public void A_list_that_would_not_fit_a_packet_is_LimitExceeded()
    {
        for (var i = 0; i < 700; i++) _harness.System.RegisterPlugin($"{i}-{new string('x', 240)}").Unwrap();
        Assert.That(Ask(r => new ListChannels(r)).Error, Is.EqualTo(ErrorCode.LimitExceeded));
    }

    [Test]
    public void Ping_is_answered_with_its_own_stamp_and_a_foreign_Pong_is_ignored()
    {
        _peer.SendControl(new Pong(123));
        _peer.SendControl(new Ping(ulong.MaxValue));
        _harness.Step();
        var packet = _peer.Next()!;
        Assert.That(Pong.TryRead(packet.Data, out var pong));
        Assert.That((packet.Type, pong.Stamp), Is.EqualTo((Pong.WireType, ulong.MaxValue)));
    }

    [Test]
    public void Requests_of_one_batch_are_answered_in_order()
    {
        _peer.SendBatch(
            TestPeer.Control(new QueryChannel(1, "chat")), TestPeer.Control(new Subscribe(2, "chat")), TestPeer.Control(new ListChannels(3)));
        _harness.Step();
        Assert.That(new[] { _peer.NextReply().Id, _peer.NextReply().Id, _peer.NextReply().Id }, Is.EqualTo(new uint[] { 1, 2, 3 }));
    }

    private static ChannelId Channel(Reply reply)
    {
        Assert.That(reply.Error, Is.EqualTo(ErrorCode.None), reply.Message);
        Assert.That(reply.TryReadChannel(out var channel));
        return channel;
    }

    private Reply Ask<T>(Func<uint, T> request)
        where T : struct, IMessage<T>
    {
        var id = _peer.NextRequestId();
        _peer.SendControl(request(id));
        _harness.Step();
        var reply = _peer.NextReply();
        Assert.That(reply.Id, Is.EqualTo(id));
        return reply;
    }
}
