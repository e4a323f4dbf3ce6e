using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Requests;

/// <summary>Requests and responses that are not served.</summary>
public sealed class RefusalTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { RequestsPendingMax = 4 });
        _channel = _harness.System.RegisterPlugin("x").Unwrap();
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void Malformed_ones_end_the_link_with_4501([Values(0xFF00, 0xFF01)] int type, [Values] bool hasSession, [Values("", "90", "92 01 02", "93 01 00 a1 78", "93 d3 ff ff ff ff ff ff ff ff 01 c4 00", "93 01 01 c6 ff ff ff ff")] string payload)
    {
        var peer = RequestPeer.Create(_harness, hasSession);
        peer.Send(_channel.Id, (ushort)type, Convert.FromHexString(payload.Replace(" ", string.Empty, StringComparison.Ordinal)));
        _harness.Step(2);
        Assert.That(peer.Link.End?.Code, Is.EqualTo((ushort)CloseCode.Malformed));
    }

    [Test]
    public void A_request_to_an_unknown_channel_is_answered_with_ChannelNotFound([Values] bool hasSession)
    {
        using var meter = new MeterReading(_harness.System);
        var peer = RequestPeer.Create(_harness, hasSession);
        peer.Ask(1_999, 7);
        _harness.Step();
        var answer = peer.TakeAnswer();
        Assert.That((answer.Channel, answer.Message.Id, answer.Message.Error, answer.IsReliable), Is.EqualTo((new ChannelId(1_999), 7u, ErrorCode.ChannelNotFound, hasSession)));
        Assert.That((peer.Errors.Count, meter.Read("playground.packets.refused", "ChannelNotFound")), Is.EqualTo((0, 1)));
    }

    [Test]
    public void Somebody_who_goes_on_asking_unknown_channels_is_closed_with_4504()
    {
        var peer = RequestPeer.WithSession(_harness);
        for (uint i = 0; i < 64; i++) peer.Ask(1_999, i);
        peer.Step();
        Assert.That((peer.Link.End is null, peer.Answers.Count), Is.EqualTo((true, 64)));
        peer.Ask(1_999, 99);
        _harness.Step(2);
        Assert.That(peer.Link.End?.Code, Is.EqualTo((ushort)CloseCode.PersistentRefusals));
    }

    [Test]
    public void Where_senders_must_subscribe_so_must_askers()
    {
        var strict = _harness.System.RegisterPlugin("strict", new PluginOptions { RequireSubscription = true, RequestHandler = static (request, _) => new(request.Body) }).Unwrap();
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(strict.Id, 7);
        _harness.Step();
        Assert.That(peer.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.NotSubscribed));
        _harness.Subscribe(peer.Link, strict.Id);
        peer.Ask(strict.Id, 8);
        _harness.Step();
        Assert.That(peer.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_number_that_is_in_use_is_refused_and_the_first_question_stands()
    {
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7);
        peer.Ask(_channel.Id, 7);
        peer.Step();
        Assert.That(peer.Errors.Select(e => (e.Error, e.PacketType)), Is.EqualTo(new[] { (ErrorCode.AlreadyExists, (ushort)0xFF00) }));
        Assert.That(peer.Answers, Is.Empty);
        _channel.Respond(_channel.Receive()[0].Sender, 7, ReadOnlyMemory<byte>.Empty).Unwrap();
        peer.Ask(_channel.Id, 7);
        peer.Step();
        Assert.That((peer.Answers.Count, peer.Errors.Count), Is.EqualTo((1, 1)), "answered, the number is free again");
    }

    [Test]
    public void Beyond_the_limit_the_answer_is_LimitExceeded_and_costs_nothing_else()
    {
        var peer = RequestPeer.WithSession(_harness);
        for (uint i = 0; i < 200; i++) peer.Ask(_channel.Id, i);
        peer.Step(2);
        Assert.That(peer.Answers.Select(a => a.Message.Error), Is.All.EqualTo(ErrorCode.LimitExceeded));
        Assert.That((peer.Answers.Count, peer.Link.End is null), Is.EqualTo((196, true)));
    }

    [Test]
    public void Other_reserved_types_are_refused([Values(0xFF06, 0xFF07, 0xFFFF)] int type, [Values] bool onKnownChannel)
    {
        var peer = RequestPeer.WithSession(_harness);
        peer.Send(onKnownChannel ? _channel.Id : new ChannelId(1_999), (ushort)type, []);
        peer.Step();
        Assert.That(peer.Errors.Single().Error, Is.EqualTo(onKnownChannel ? ErrorCode.InvalidArgument : ErrorCode.ChannelNotFound));
        Assert.That(_channel.WaitingCount, Is.Zero);
    }
}
