using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Requests;

/// <summary>Peers ask a channel that has no handler: whoever reads its inbox answers.</summary>
public sealed class InboxTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;
    private RequestPeer _peer = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { InboxPacketsMax = 4, RequestTimeout = TimeSpan.FromSeconds(3) });
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { Relay = true }).Unwrap();
        _peer = RequestPeer.WithSession(_harness);
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void The_request_is_received_as_it_is_and_answered_with_Respond()
    {
        _peer.Ask(_channel.Id, 7, 3, [1, 2], Priority.Low);
        _harness.Step();
        var packet = _channel.Receive()[0];
        Assert.That((packet.PacketType, packet.Priority, packet.IsReliable), Is.EqualTo(((ushort)0xFF00, Priority.Low, true)));
        Assert.That(packet.Sender, Is.EqualTo(_peer.Entity(_harness)));
        Assert.That(Request.TryRead(packet.Data, out var request));
        Assert.That((request.Id, request.Type, request.Body.ToArray()), Is.EqualTo((7u, (ushort)3, new byte[] { 1, 2 })));

        _harness.Step(30);
        _channel.Respond(packet.Sender, request.Id, new ReadOnlyMemory<byte>([9])).Unwrap();
        _harness.Step();
        var answer = _peer.TakeAnswer();
        Assert.That((answer.Message.Id, answer.Message.Body.ToArray(), answer.IsReliable, answer.Priority), Is.EqualTo((7u, new byte[] { 9 }, true, Priority.Low)));
    }

    [Test]
    public void It_may_be_answered_with_an_error()
    {
        _peer.Ask(_channel.Id, 7);
        _harness.Step();
        _channel.Respond(_channel.Receive()[0].Sender, 7, new NetworkError.RateLimited("once a day")).Unwrap();
        _harness.Step();
        Assert.That(_peer.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.RateLimited));
    }

    [Test]
    public void A_plain_peer_is_answered_unreliably()
    {
        var peer = RequestPeer.Plain(_harness);
        peer.Ask(_channel.Id, 7);
        _harness.Step();
        var packet = _channel.Receive()[0];
        Assert.That(packet.IsReliable, Is.False);
        _channel.Respond(packet.Sender, 7, ReadOnlyMemory<byte>.Empty).Unwrap();
        _harness.Step();
        Assert.That(peer.TakeAnswer().IsReliable, Is.False);
    }

    [Test]
    public void Only_what_waits_can_be_answered_and_only_once()
    {
        var other = _harness.System.RegisterPlugin("y").Unwrap();
        var handled = _harness.System.RegisterPlugin("z", new PluginOptions { RequestHandler = static async (_, _) => await new TaskCompletionSource<NetworkResult<ReadOnlyMemory<byte>>>().Task }).Unwrap();
        _peer.Ask(_channel.Id, 7);
        _peer.Ask(handled.Id, 8);
        _harness.Step();
        var sender = _channel.Receive()[0].Sender;
        Assert.That(_channel.Respond(sender, 6, ReadOnlyMemory<byte>.Empty).Error, Is.InstanceOf<NetworkError.InvalidArgument>(), "not asked");
        Assert.That(other.Respond(sender, 7, ReadOnlyMemory<byte>.Empty).Error, Is.InstanceOf<NetworkError.InvalidArgument>(), "another channel's");
        Assert.That(handled.Respond(sender, 8, ReadOnlyMemory<byte>.Empty).Error, Is.InstanceOf<NetworkError.InvalidArgument>(), "its handler's");
        Assert.That(_channel.Respond(sender, 7, ReadOnlyMemory<byte>.Empty).IsOk);
        Assert.That(_channel.Respond(sender, 7, ReadOnlyMemory<byte>.Empty).Error, Is.InstanceOf<NetworkError.InvalidArgument>(), "twice");
        _peer.Leave();
        Assert.That(_channel.Respond(sender, 7, ReadOnlyMemory<byte>.Empty).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public void One_that_nobody_answers_ends_with_Timeout()
    {
        using var meter = new MeterReading(_harness.System);
        _peer.Ask(_channel.Id, 7);
        _peer.StepFor(TimeSpan.FromSeconds(2.9));
        Assert.That(_peer.Answers, Is.Empty);
        _peer.StepFor(TimeSpan.FromSeconds(0.2));
        Assert.That(_peer.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.Timeout));
        Assert.That(_channel.Respond(_channel.Receive()[0].Sender, 7, ReadOnlyMemory<byte>.Empty).IsOk, Is.False);
        Assert.That((meter.Read("playground.requests.timeouts"), meter.Read("playground.requests.pending")), Is.EqualTo((1, 0)));
    }

    [Test]
    public void It_waits_while_its_asker_is_away()
    {
        _peer.Ask(_channel.Id, 7);
        _harness.Step();
        var sender = _channel.Receive()[0].Sender;
        _peer.Lose();
        _harness.Step(30);
        _channel.Respond(sender, 7, new ReadOnlyMemory<byte>([3])).Unwrap();
        _harness.Step(30);
        _peer.Resume();
        _peer.Step();
        Assert.That(_peer.TakeAnswer().Message.Body.ToArray(), Is.EqualTo(new byte[] { 3 }));
    }

    [Test]
    public void Requests_go_to_the_owner_only_and_not_to_a_relays_subscribers()
    {
        var other = RequestPeer.WithSession(_harness, "other");
        _harness.Subscribe(other.Link, _channel.Id);
        _peer.Ask(_channel.Id, 7);
        _harness.Step(2);
        other.Take();
        Assert.That(other.Questions, Is.Empty);
        Assert.That(_channel.WaitingCount, Is.EqualTo(1));
    }

    [Test]
    public void Responses_never_reach_an_inbox()
    {
        using var meter = new MeterReading(_harness.System);
        _peer.Answer(_channel.Id, 7, [1]);
        _peer.Answer(1_999, 8, [1]);
        _peer.Step(2);
        Assert.That(_channel.WaitingCount, Is.Zero);
        Assert.That((meter.Read("playground.responses.late"), _peer.Errors.Count), Is.EqualTo((2, 0)), "late ones are ignored, on channels that are gone too");
    }

    [Test]
    public void A_full_inbox_holds_requests_and_not_responses()
    {
        for (uint i = 0; i < 4; i++) _peer.Ask(_channel.Id, i);
        _peer.Answer(_channel.Id, 99);
        _peer.Step();
        using var meter = new MeterReading(_harness.System);
        Assert.That(meter.Read("playground.responses.received"), Is.EqualTo(1));
        _peer.Ask(_channel.Id, 4);
        _peer.Step(10);
        Assert.That(_channel.Receive().Length, Is.EqualTo(4));
        _peer.Step();
        Assert.That(_channel.Receive().Length, Is.EqualTo(1));
        Assert.That(_peer.Answers, Is.Empty);
    }

    [Test]
    public void The_application_may_ask_such_a_channel_too()
    {
        var asked = _harness.System.RequestAsync(_channel.Id, 5, new byte[] { 1 }).AsTask();
        _harness.Step();
        var packet = _channel.Receive()[0];
        Assert.That(packet.Sender, Is.EqualTo(Entity.Null));
        Assert.That(Request.TryRead(packet.Data, out var request));
        Assert.That((request.Type, request.Body.ToArray()), Is.EqualTo(((ushort)5, new byte[] { 1 })));
        _channel.Respond(packet.Sender, request.Id, new ReadOnlyMemory<byte>([2])).Unwrap();
        Assert.That(asked.Result.Unwrap().ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task The_application_is_told_at_the_call_when_the_inbox_is_full()
    {
        var asked = Enumerable.Range(0, 5).Select(_ => _harness.System.RequestAsync(_channel.Id, 5, default).AsTask()).ToList();
        Assert.That((await asked[4]).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That(asked.Count(a => a.IsCompleted), Is.EqualTo(1));
    }
}
