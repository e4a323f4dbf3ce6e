using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>Requests, replies and responses, both directions (PROTOCOL.md, section 6).</summary>
public sealed class QuestionTests
{
    private readonly List<NetworkResult<ReadOnlyMemory<byte>>> _answers = [];
    private readonly List<NetworkResult<Reply>> _replies = [];

    [SetUp]
    public void Forget()
    {
        _answers.Clear();
        _replies.Clear();
    }

    [Test]
    public void Request_is_reliable_and_its_response_completes_it()
    {
        using var harness = SessionHarness.Connected();
        Ask(harness, 1000, 7, [1, 2]);
        var written = harness.Take().Single();
        Assert.That(written.Header.IsReliable);
        Assert.That(written.Channel.Value, Is.EqualTo(1000));
        var request = written.Read<Request>();
        Assert.That((request.Type, request.Body.ToArray()), Is.EqualTo(((ushort)7, new byte[] { 1, 2 })));
        harness.Give(Wire.Message(Response.Done(request.Id, new byte[] { 3 }), 1000, 1));
        Assert.That(_answers.Single().Unwrap().ToArray(), Is.EqualTo(new byte[] { 3 }));
        Assert.That(harness.Take().Single().Read<Ack>().Sequence, Is.EqualTo(1));
    }

    [Test]
    public void Error_of_the_answer_keeps_its_number_and_message()
    {
        using var harness = SessionHarness.Connected();
        Ask(harness, 1000, 7, []);
        var id = harness.Take().Single().Read<Request>().Id;
        harness.Give(Wire.Message(Response.Failed(id, ErrorCode.HandlerFailed, "no luck"), 1000, 1));
        Assert.That(_answers.Single().Error, Is.InstanceOf<NetworkError.HandlerFailed>());
        Assert.That(_answers.Single().Error!.Message, Is.EqualTo("no luck"));
    }

    [Test]
    public void Answers_are_matched_by_number_and_channel_in_any_order()
    {
        using var harness = SessionHarness.Connected();
        Ask(harness, 1000, 1, []);
        Ask(harness, 1001, 2, []);
        var ids = harness.Take().Select(static p => p.Read<Request>().Id).ToArray();
        Assert.That(ids, Is.Unique);
        harness.Give(Wire.Message(Response.Done(ids[1], new byte[] { 9 }), 1000, 1), Wire.Message(Response.Done(ids[1], new byte[] { 2 }), 1001, 2));
        Assert.That(_answers.Single().Unwrap().ToArray(), Is.EqualTo(new byte[] { 2 }));
        Assert.That(harness.Session.Counters.LateAnswers, Is.EqualTo(1));
        harness.Give(Wire.Message(Response.Done(ids[0], new byte[] { 1 }), 1000, 3));
        Assert.That(_answers, Has.Count.EqualTo(2));
    }

    [Test]
    public void Control_requests_are_answered_by_reply()
    {
        using var harness = SessionHarness.Connected();
        Assert.That(harness.Session.Ask(id => new QueryChannel(id, "echo"), _replies.Add, long.MaxValue).IsOk);
        var asked = harness.Take().Single();
        Assert.That(asked.Header.IsReliable);
        var question = asked.Read<QueryChannel>();
        harness.Give(Wire.Message(Reply.Done(question.Id, new ChannelId(1000)), sequence: 1));
        Assert.That(_replies.Single().Unwrap().TryReadChannel(out var channel));
        Assert.That(channel.Value, Is.EqualTo(1000));
    }

    [Test]
    public void Response_does_not_answer_a_control_request_nor_reply_a_channels()
    {
        using var harness = SessionHarness.Connected();
        harness.Session.Ask(id => new ListChannels(id), _replies.Add, long.MaxValue);
        Ask(harness, 1000, 1, []);
        var written = harness.Take();
        var control = written.Single(static p => p.Is<ListChannels>()).Read<ListChannels>().Id;
        var request = written.Single(static p => p.Is<Request>()).Read<Request>().Id;
        harness.Give(Wire.Message(Response.Done(control, default), 1000, 1), Wire.Message(Reply.Done(request), sequence: 2));
        Assert.That(_replies, Is.Empty);
        Assert.That(_answers, Is.Empty);
        Assert.That(harness.Session.Counters.LateAnswers, Is.EqualTo(2));
    }

    [Test]
    public void Question_survives_a_lost_link()
    {
        using var harness = SessionHarness.Connected();
        Ask(harness, 1000, 1, []);
        var id = harness.Take().Single().Read<Request>().Id;
        harness.Resume(1);
        Assert.That(harness.Take().Any(static p => p.Is<Request>()), Is.False, "The server has it.");
        harness.Give(Wire.Message(Response.Done(id, default), 1000, 1));
        Assert.That(_answers.Single().IsOk);
    }

    [Test]
    public void Question_times_out_and_a_late_answer_is_ignored()
    {
        using var harness = SessionHarness.Connected();
        Ask(harness, 1000, 1, [], TimeSpan.FromSeconds(2));
        var id = harness.Take().Single().Read<Request>().Id;
        harness.PassAlive(TimeSpan.FromSeconds(2));
        Assert.That(_answers.Single().Error, Is.InstanceOf<NetworkError.Timeout>());
        harness.Give(Wire.Message(Response.Done(id, default), 1000, 1));
        Assert.That(_answers, Has.Count.EqualTo(1));
        Assert.That(harness.Session.Counters.LateAnswers, Is.EqualTo(1));
    }

    [Test]
    public void Question_that_timed_out_before_it_was_sent_is_withdrawn()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        Ask(harness, 1000, 1, [], TimeSpan.FromSeconds(2));
        harness.Pass(TimeSpan.FromSeconds(3));
        harness.OpenLink();
        harness.Welcome();
        Assert.That(harness.Take().Any(static p => p.Is<Request>()), Is.False);
    }

    [Test]
    public void Questions_that_wait_are_limited()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { PendingRequestsMax = 2 });
        Ask(harness, 1000, 1, []);
        Ask(harness, 1000, 1, []);
        var third = harness.Session.Request(1000, 1, [], Priority.High, _answers.Add, long.MaxValue);
        Assert.That(third.Error, Is.EqualTo(new NetworkError.LimitExceeded("PendingRequestsMax", 2, 3)));
        harness.Give(Wire.Message(Response.Done(1, default), 1000, 1));
        Ask(harness, 1000, 1, []);
    }

    [Test]
    public void Channel_0_takes_no_requests_of_applications()
    {
        using var harness = SessionHarness.Connected();
        Assert.That(harness.Session.Request(0, 13, [], Priority.High, _answers.Add, long.MaxValue).Error, Is.InstanceOf<NetworkError.Forbidden>());
    }

    [Test]
    public void Request_of_the_server_is_told_and_answered_reliably_on_its_lane()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Reliable(1, 1000, Request.WireType, Wire.Body(new Request(42, 7, new byte[] { 1 })), Priority.Low));
        var asked = harness.Events.Single();
        Assert.That((asked.Kind, asked.Type, asked.Data.ToArray()), Is.EqualTo((ClientEventKind.Request, (ushort)7, new byte[] { 1 })));
        Assert.That(harness.Session.Respond(asked.Channel, asked.RequestId, (ReadOnlyMemory<byte>)new byte[] { 2 }).IsOk);
        var response = harness.Take().Single(static p => p.Is<Response>());
        Assert.That((response.Header.IsReliable, response.Header.Priority), Is.EqualTo((true, Priority.Low)));
        Assert.That(response.Read<Response>().Id, Is.EqualTo(42));
        Assert.That(response.Read<Response>().Body.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public void Request_without_the_flag_is_answered_without_it()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Message(new Request(42, 7, default), 1000));
        var asked = harness.Events.Single();
        harness.Session.Respond(asked.Channel, asked.RequestId, new NetworkError.Forbidden("not you"));
        var response = harness.Take().Single();
        Assert.That(response.Header.IsReliable, Is.False);
        Assert.That(response.Read<Response>().Error, Is.EqualTo(ErrorCode.Forbidden));
    }

    [Test]
    public void Answer_that_is_too_large_is_answered_with_LimitExceeded()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Message(new Request(42, 7, default), 1000, 1));
        var asked = harness.Events.Single();
        Assert.That(harness.Session.Respond(asked.Channel, asked.RequestId, (ReadOnlyMemory<byte>)new byte[300_000]).IsOk);
        Assert.That(harness.Take().Single(static p => p.Is<Response>()).Read<Response>().Error, Is.EqualTo(ErrorCode.LimitExceeded));
    }

    private void Ask(SessionHarness harness, ChannelId channel, ushort type, byte[] body, TimeSpan? timeout = null) => Assert.That(
        harness.Session.Request(channel, type, body, Priority.High, _answers.Add, timeout is { } time ? harness.Now + time.Ticks : long.MaxValue).IsOk);
}
