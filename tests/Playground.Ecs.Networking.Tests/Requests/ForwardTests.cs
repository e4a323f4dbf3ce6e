using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Requests;

/// <summary>Peers ask a channel that another peer registered.</summary>
public sealed class ForwardTests
{
    private NetworkHarness _harness = null!;
    private MeterReading _meter = null!;
    private RequestPeer _owner = null!;
    private RequestPeer _asker = null!;
    private ChannelId _channel;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions
        {
            AllowClientChannels = true,
            RequestTimeout = TimeSpan.FromSeconds(3),
            RequestsPendingMax = 4,
            ResumeWindow = TimeSpan.FromSeconds(10),
        });
        _meter = new MeterReading(_harness.System);
        _owner = RequestPeer.WithSession(_harness, "owner");
        _asker = RequestPeer.WithSession(_harness, "asker");
        _channel = Register();
    }

    [TearDown]
    public async Task Stop()
    {
        _meter.Dispose();
        await _harness.DisposeAsync();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void The_owner_gets_the_question_under_a_number_of_the_servers_and_its_answer_is_mapped_back()
    {
        var second = RequestPeer.WithSession(_harness, "second");
        _asker.Ask(_channel, 7, 3, [1], Priority.Low);
        second.Ask(_channel, 7, 4, [2]);
        Step(_owner);
        var questions = _owner.Questions.OrderBy(q => q.Message.Type).ToList();
        Assert.That(questions.Select(q => (q.Channel, q.Message.Type, q.Message.Body.Span[0], q.IsReliable)), Is.EqualTo(new[] { (_channel, (ushort)3, (byte)1, true), (_channel, (ushort)4, (byte)2, true) }));
        Assert.That(questions[0].Priority, Is.EqualTo(Priority.Low));
        Assert.That(questions[0].Message.Id, Is.Not.EqualTo(questions[1].Message.Id));

        _owner.Answer(_channel, questions[1].Message.Id, [22]);
        _owner.Answer(_channel, questions[0].Message.Id, [11]);
        Step(_owner);
        Assert.That(Described(_asker.TakeAnswer()), Is.EqualTo((7u, (byte)11, true)));
        Assert.That(Described(second.TakeAnswer()), Is.EqualTo((7u, (byte)22, true)));
    }

    [Test]
    public void Each_hop_is_as_reliable_as_it_can_be([Values] bool askerHasSession)
    {
        var asker = RequestPeer.Create(_harness, askerHasSession);
        asker.Ask(_channel, 7, isReliable: false);
        Step(_owner);
        var question = _owner.TakeQuestion();
        Assert.That(question.IsReliable, "to a session the server asks reliably");
        _owner.Answer(_channel, question.Message.Id);
        Step(_owner);
        Assert.That(asker.TakeAnswer().IsReliable, Is.False, "as it was asked");
    }

    [Test]
    public void The_owners_error_reaches_the_asker()
    {
        var question = Asked();
        _owner.Fail(_channel, question, ErrorCode.RateLimited, "too fast");
        Step(_owner);
        var answer = _asker.TakeAnswer().Message;
        Assert.That((answer.Id, answer.Error, answer.Message), Is.EqualTo((7u, ErrorCode.RateLimited, "too fast")));
    }

    [Test]
    public void Critical_becomes_High_towards_the_owner()
    {
        _asker.Ask(_channel, 7, priority: Priority.Critical);
        Step(_owner);
        Assert.That(_owner.TakeQuestion().Priority, Is.EqualTo(Priority.High));
    }

    [Test]
    public void Only_the_owners_response_counts()
    {
        var question = Asked();
        var other = RequestPeer.WithSession(_harness, "other");
        other.Answer(_channel, question, [66]);
        _asker.Answer(_channel, question, [66]);
        _owner.Answer(Register("second"), question, [66]);
        _harness.Step(2);
        _asker.Take();
        Assert.That((_asker.Answers.Count, _meter.Read("playground.responses.late")), Is.EqualTo((0, 3)));
        _owner.Answer(_channel, question, [1]);
        _owner.Answer(_channel, question, [2]);
        Step(_owner);
        Assert.That(_asker.TakeAnswer().Message.Body.ToArray(), Is.EqualTo(new byte[] { 1 }));
        Assert.That(_meter.Read("playground.responses.late"), Is.EqualTo(4));
    }

    [Test]
    public void One_that_the_owner_leaves_unanswered_ends_with_Timeout_and_a_late_answer_is_ignored()
    {
        var question = Asked();
        for (var i = 0; i < 181; i++)
        {
            _owner.Step();
            _asker.Take();
        }

        Assert.That(_asker.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.Timeout));
        _owner.Answer(_channel, question);
        Step(_owner);
        _asker.Take();
        Assert.That((_asker.Answers.Count, _meter.Read("playground.responses.late"), _meter.Read("playground.requests.timeouts")), Is.EqualTo((0, 1, 1)));
    }

    [Test]
    public void An_owner_that_is_away_answers_when_it_is_back()
    {
        _owner.Lose();
        _asker.Ask(_channel, 7);
        _harness.Step(60);
        _asker.Take();
        Assert.That(_asker.Answers, Is.Empty);
        _owner.Resume();
        _owner.Answer(_channel, _owner.TakeQuestion().Message.Id, [5]);
        Step(_owner);
        Assert.That(_asker.TakeAnswer().Message.Body.ToArray(), Is.EqualTo(new byte[] { 5 }));
    }

    [Test]
    public void The_end_of_the_owners_session_is_NotConnected()
    {
        Asked();
        _owner.Leave();
        Assert.That(_asker.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.NotConnected));
    }

    [Test]
    public void The_end_of_the_askers_session_drops_the_question()
    {
        var question = Asked();
        _asker.Leave();
        Assert.That(_meter.Read("playground.requests.pending"), Is.Zero);
        _owner.Answer(_channel, question);
        Step(_owner);
        Assert.That(_meter.Read("playground.responses.late"), Is.EqualTo(1));
    }

    [Test]
    public void An_asker_that_is_away_finds_the_answer_when_it_is_back()
    {
        var question = Asked();
        _asker.Lose();
        _owner.Answer(_channel, question, [5]);
        Step(_owner);
        _asker.Resume();
        _asker.Step();
        Assert.That(_asker.TakeAnswer().Message.Body.ToArray(), Is.EqualTo(new byte[] { 5 }));
    }

    [Test]
    public void An_unregistered_channel_is_ChannelNotFound()
    {
        var question = Asked();
        _owner.Link.SendControl(new UnregisterChannel(9, _channel));
        _harness.Step();
        Assert.That(_asker.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.ChannelNotFound));
        _owner.Take();
        _owner.Answer(_channel, question);
        Step(_owner);
        Assert.That((_owner.Errors.Count, _meter.Read("playground.responses.late")), Is.EqualTo((0, 1)), "its answer is late, not refused");
    }

    [Test]
    public void Beyond_its_limit_an_asker_gets_LimitExceeded_and_others_are_served()
    {
        for (uint i = 0; i < 3; i++) _asker.Ask(_channel, i);
        var second = RequestPeer.WithSession(_harness, "second");
        second.Ask(_channel, 1);
        second.Ask(_channel, 2);
        Step(_owner);
        Assert.That(_owner.Questions, Has.Count.EqualTo(4), "the owner's own limit");
        Assert.That(second.TakeAnswer().Message, Is.EqualTo(Response.Failed(2, ErrorCode.LimitExceeded, "Limit exceeded: RequestsPendingMax is 4, 5 was asked for.")));
        var local = _harness.System.RegisterPlugin("local").Unwrap();
        _asker.Ask(local.Id, 10);
        _asker.Ask(local.Id, 11);
        Step(_asker);
        Assert.That((_asker.Answers.Single().Message.Id, _asker.Answers[0].Message.Error), Is.EqualTo((11u, ErrorCode.LimitExceeded)), "the asker's");
        _owner.Answer(_channel, _owner.Questions[0].Message.Id);
        Step(_owner);
        _asker.Ask(local.Id, 12);
        _asker.Step();
        Assert.That(_asker.Answers.Count(a => a.Message.Error != ErrorCode.None), Is.EqualTo(1), "an answer makes room");
        Assert.That(_meter.Read("playground.requests.refused"), Is.EqualTo(2));
    }

    [Test]
    public void Nobody_asks_a_channel_of_its_own()
    {
        _owner.Ask(_channel, 7);
        _owner.Step();
        Assert.That(_owner.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.InvalidArgument));
    }

    [Test]
    public async Task The_application_asks_the_owner_too()
    {
        var asked = _harness.System.RequestAsync(_channel, 9, new byte[] { 4 }).AsTask();
        Step(_owner);
        var question = _owner.TakeQuestion();
        Assert.That((question.Message.Type, question.Message.Body.ToArray(), question.IsReliable), Is.EqualTo(((ushort)9, new byte[] { 4 }, true)));
        _owner.Answer(_channel, question.Message.Id, [5]);
        Step(_owner);
        Assert.That((await asked).Unwrap().ToArray(), Is.EqualTo(new byte[] { 5 }));
        Assert.That((await _harness.System.OnRequestAsync(_channel, null)).Error, Is.InstanceOf<NetworkError.Forbidden>());
    }

    private static (uint Id, byte Body, bool IsReliable) Described(Arrived<Response> answer) => (answer.Message.Id, answer.Message.Body.Span[0], answer.IsReliable);

    private ChannelId Register(string name = "theirs")
    {
        _owner.Link.SendControl(new RegisterChannel(1, name, default));
        _harness.Step();
        return _harness.System.FindChannel(name).Unwrap().Id;
    }

    // Asked by the asker under its number 7; the owner's number.
    private uint Asked()
    {
        _asker.Ask(_channel, 7);
        Step(_owner);
        return _owner.TakeQuestion().Message.Id;
    }

    private void Step(RequestPeer peer)
    {
        _harness.Step();
        peer.Take();
    }
}
