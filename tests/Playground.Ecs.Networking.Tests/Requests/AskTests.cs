using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Requests;

/// <summary>The application asks peers, and channels of its own.</summary>
public sealed class AskTests
{
    private NetworkHarness _harness = null!;
    private MeterReading _meter = null!;
    private Channel _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { RequestsPendingMax = 4, ResumeWindow = TimeSpan.FromSeconds(10) });
        _meter = new MeterReading(_harness.System);
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { RequestHandler = static (request, _) => new(request.Body) }).Unwrap();
    }

    [TearDown]
    public async Task Stop()
    {
        await _harness.DisposeAsync();
        _meter.Dispose();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void A_session_is_asked_reliably_and_a_plain_peer_unreliably([Values] bool hasSession)
    {
        var peer = RequestPeer.Create(_harness, hasSession);
        var asked = Ask(peer, [1, 2]);
        _harness.Step();
        var question = peer.TakeQuestion();
        Assert.That((question.Channel, question.Message.Type, question.Priority, question.IsReliable), Is.EqualTo((_channel.Id, (ushort)5, Priority.High, hasSession)));
        Assert.That(question.Message.Body.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        peer.Answer(_channel.Id, question.Message.Id, [3]);
        _harness.Step();
        Assert.That(asked.Result.Unwrap().ToArray(), Is.EqualTo(new byte[] { 3 }));
        Assert.That((_meter.Read("playground.requests.sent"), _meter.Read("playground.responses.received"), _meter.Read("playground.requests.pending")), Is.EqualTo((1, 1, 0)));
    }

    [Test]
    public void The_peers_error_is_the_result()
    {
        var peer = RequestPeer.WithSession(_harness);
        var asked = Ask(peer);
        _harness.Step();
        peer.Fail(_channel.Id, peer.TakeQuestion().Message.Id, ErrorCode.Forbidden, "not you");
        _harness.Step();
        Assert.That(asked.Result.Error, Is.InstanceOf<NetworkError.Forbidden>());
        Assert.That(asked.Result.Error!.PeerMessage, Is.EqualTo("not you"));
    }

    [Test]
    public void An_answer_stays_valid_and_the_question_is_copied()
    {
        var peer = RequestPeer.WithSession(_harness);
        var body = new byte[] { 1 };
        var asked = _harness.System.RequestAsync(peer.Entity(_harness), _channel.Id, 5, body).AsTask();
        var own = _harness.System.RequestAsync(_channel.Id, 5, body).AsTask();
        body[0] = 99;
        _harness.Step();
        peer.Answer(_channel.Id, peer.TakeQuestion().Message.Id, [7]);
        _harness.Step();
        for (var i = 0; i < 5; i++)
        {
            peer.Send(_channel.Id, 1, [88, 88, 88, 88]);
            _harness.Step();
        }

        Assert.That((own.Result.Unwrap().Span[0], asked.Result.Unwrap().Span[0]), Is.EqualTo((1, 7)));
    }

    [Test]
    public void Only_the_asked_peers_response_on_that_channel_counts()
    {
        var peer = RequestPeer.WithSession(_harness);
        var other = RequestPeer.WithSession(_harness, "other");
        var second = _harness.System.RegisterPlugin("second").Unwrap();
        var asked = Ask(peer);
        _harness.Step();
        var id = peer.TakeQuestion().Message.Id;
        other.Answer(_channel.Id, id);
        peer.Answer(second.Id, id);
        _harness.Step();
        Assert.That((asked.IsCompleted, _meter.Read("playground.responses.late")), Is.EqualTo((false, 2)));
        peer.Answer(_channel.Id, id);
        _harness.Step();
        Assert.That(asked.Result.IsOk);
    }

    [Test]
    public void Without_an_answer_it_is_Timeout_after_thirty_seconds_or_when_the_call_says()
    {
        var peer = RequestPeer.WithSession(_harness);
        var usual = Ask(peer);
        var quick = _harness.System.RequestAsync(peer.Entity(_harness), _channel.Id, 5, default, TimeSpan.FromSeconds(2)).AsTask();
        var patient = _harness.System.RequestAsync(peer.Entity(_harness), _channel.Id, 5, default, TimeSpan.MaxValue).AsTask();
        var own = Never(TimeSpan.FromSeconds(2));
        peer.StepFor(TimeSpan.FromSeconds(1.9));
        Assert.That(quick.IsCompleted, Is.False);
        peer.StepFor(TimeSpan.FromSeconds(0.1));
        Assert.That(new[] { quick.Result.Error, own.Result.Error }, Is.All.InstanceOf<NetworkError.Timeout>());
        peer.StepFor(TimeSpan.FromSeconds(27.9));
        Assert.That(usual.IsCompleted, Is.False);
        peer.StepFor(TimeSpan.FromSeconds(0.2));
        Assert.That(usual.Result.Error, Is.InstanceOf<NetworkError.Timeout>());
        peer.StepFor(TimeSpan.FromSeconds(60));
        Assert.That((patient.IsCompleted, _meter.Read("playground.requests.timeouts")), Is.EqualTo((false, 3)));
        foreach (var question in peer.Questions) peer.Answer(_channel.Id, question.Message.Id);
        peer.Step();
        Assert.That((patient.IsCompleted, _meter.Read("playground.responses.late")), Is.EqualTo((true, 2)));
    }

    [Test]
    public async Task Cancellation_is_Cancelled_at_once_and_a_late_answer_is_ignored([Values] bool otherThread)
    {
        var peer = RequestPeer.WithSession(_harness);
        using var source = new CancellationTokenSource();
        var asked = _harness.System.RequestAsync(peer.Entity(_harness), _channel.Id, 5, default, cancellationToken: source.Token).AsTask();
        _harness.Step();
        if (otherThread) await Task.Run(source.Cancel);
        else await source.CancelAsync();
        Assert.That((await asked).Error, Is.InstanceOf<NetworkError.Cancelled>());
        _harness.Step();
        Assert.That(_meter.Read("playground.requests.pending"), Is.Zero);
        peer.Answer(_channel.Id, peer.TakeQuestion().Message.Id);
        _harness.Step();
        Assert.That(_meter.Read("playground.responses.late"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_cancelled_before_asks_nothing()
    {
        var peer = RequestPeer.WithSession(_harness);
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        Assert.That(
            (await _harness.System.RequestAsync(peer.Entity(_harness), _channel.Id, 5, default, cancellationToken: source.Token)).Error,
            Is.InstanceOf<NetworkError.Cancelled>());
        peer.Step(2);
        Assert.That(peer.Questions, Is.Empty);
    }

    [Test]
    public void A_caller_that_gives_up_calls_the_handler_off([Values] bool byTimeout)
    {
        var cancelled = new TaskCompletionSource();
        _channel.OnRequest(async (request, token) =>
        {
            token.Register(cancelled.SetResult);
            await new TaskCompletionSource().Task.WaitAsync(token);
            return request.Body;
        });
        using var source = new CancellationTokenSource();
        var asked = _harness.System.RequestAsync(_channel.Id, 5, default, TimeSpan.FromSeconds(1), cancellationToken: source.Token).AsTask();
        _harness.Step();
        if (byTimeout) _harness.StepFor(TimeSpan.FromSeconds(1));
        else source.Cancel();
        Assert.That(asked.IsCompleted && !asked.Result.IsOk);
        Assert.That(cancelled.Task.Wait(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public void A_session_that_is_away_is_asked_when_it_is_back()
    {
        var peer = RequestPeer.WithSession(_harness);
        var entity = peer.Entity(_harness);
        peer.Lose();
        var asked = _harness.System.RequestAsync(entity, _channel.Id, 5, default).AsTask();
        _harness.Step(60);
        Assert.That(asked.IsCompleted, Is.False);
        peer.Resume();
        peer.Answer(_channel.Id, peer.TakeQuestion().Message.Id);
        _harness.Step();
        Assert.That(asked.Result.IsOk);
    }

    [Test]
    public void A_question_survives_the_loss_of_the_link_exactly_once()
    {
        var peer = RequestPeer.WithSession(_harness);
        var asked = Ask(peer);
        _harness.Step();
        peer.Link.Client.Abort();
        _harness.Step();
        peer.Resume();
        peer.Answer(_channel.Id, peer.TakeQuestion().Message.Id);
        _harness.Step();
        Assert.That(asked.Result.IsOk);
    }

    [Test]
    public void The_end_of_the_session_is_NotConnected([Values] bool byExpiry)
    {
        var peer = RequestPeer.WithSession(_harness);
        var entity = peer.Entity(_harness);
        var asked = Ask(peer);
        _harness.Step();
        if (byExpiry)
        {
            peer.Lose();
            _harness.StepFor(TimeSpan.FromSeconds(10));
        }
        else
        {
            peer.Leave();
        }

        Assert.That(asked.Result.Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(_harness.System.RequestAsync(entity, _channel.Id, 5, default).AsTask().Result.Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public void The_end_of_a_plain_peers_link_is_NotConnected()
    {
        var peer = RequestPeer.Plain(_harness);
        var asked = Ask(peer);
        _harness.Step();
        peer.Link.Client.Abort();
        _harness.Step();
        Assert.That(asked.Result.Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public void Unregistering_the_channel_is_ChannelNotFound()
    {
        var peer = RequestPeer.WithSession(_harness);
        var asked = Ask(peer);
        var own = Never(null);
        _harness.Step();
        _harness.System.UnregisterAsync(_channel.Id).AsTask().Result.Unwrap();
        Assert.That(new[] { asked.Result.Error, own.Result.Error }, Is.All.EqualTo(new NetworkError.ChannelNotFound(_channel.Id)));
        Assert.That(_meter.Read("playground.requests.pending"), Is.Zero);
    }

    [Test]
    public async Task Disposal_is_NotConnected()
    {
        var peer = RequestPeer.WithSession(_harness);
        var waiting = new List<Task<NetworkResult<ReadOnlyMemory<byte>>>> { Ask(peer), Never(null) };
        _harness.Step();
        waiting.Add(Never(null));
        await _harness.DisposeSystemAsync();
        waiting.Add(_harness.System.RequestAsync(_channel.Id, 5, default).AsTask());
        foreach (var asked in waiting) Assert.That((await asked).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public async Task Beyond_the_limit_it_is_LimitExceeded_at_the_call([Values] bool own)
    {
        var peer = RequestPeer.WithSession(_harness);
        var asked = Enumerable.Range(0, 5).Select(_ => own ? Never(null) : Ask(peer)).ToList();
        Assert.That((await asked[4]).Error, Is.EqualTo(new NetworkError.LimitExceeded("RequestsPendingMax", 4, 5)));
        _harness.Step();
        Assert.That(asked.Count(a => a.IsCompleted), Is.EqualTo(1));
        if (own) return;
        peer.Take();
        peer.Answer(_channel.Id, peer.Questions[0].Message.Id);
        _harness.Step();
        Assert.That(Ask(peer).IsCompleted, Is.False, "an answer makes room");
    }

    [Test]
    public async Task A_session_whose_queue_is_full_is_LimitExceeded_at_the_call_and_goes_on()
    {
        var peer = RequestPeer.WithSession(_harness);
        var entity = peer.Entity(_harness);
        peer.Lose();
        var body = new byte[250_000];
        var asked = Enumerable.Range(0, 3).Select(_ => _harness.System.RequestAsync(entity, _channel.Id, 5, body).AsTask()).ToList();
        Assert.That((await asked[2]).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That(((NetworkError.LimitExceeded)asked[2].Result.Error!).Limit, Is.EqualTo("SendQueueBytes"));
        peer.Resume();
        peer.Step(5);
        Assert.That(peer.Questions, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Calls_that_cannot_work_say_so()
    {
        var peer = RequestPeer.WithSession(_harness);
        var entity = peer.Entity(_harness);
        var system = _harness.System;
        Assert.That((await system.RequestAsync(entity, 999, 5, default)).Error, Is.EqualTo(new NetworkError.ChannelNotFound(999)));
        Assert.That((await system.RequestAsync(0, 5, default)).Error, Is.InstanceOf<NetworkError.Forbidden>());
        Assert.That((await system.RequestAsync(Entity.Null, _channel.Id, 5, default)).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That((await system.RequestAsync(_channel.Id, 5, default, TimeSpan.Zero)).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That((await system.RequestAsync(_channel.Id, 5, default, priority: (Priority)4)).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That((await system.RequestAsync(_channel.Id, 5, new byte[262_145])).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That((await system.RequestAsync(entity, _channel.Id, 5, new byte[262_144])).Error, Is.InstanceOf<NetworkError.LimitExceeded>(), "with what the request adds");
        var expected = (await system.CreateConnectionAsync("later")).Unwrap();
        Assert.That((await system.RequestAsync(expected, _channel.Id, 5, default)).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public async Task Values_travel_as_MessagePack()
    {
        _channel.OnRequest(static (request, _) => new(request.Answer(request.Read<int[]>().Sum())));
        var good = _harness.System.RequestAsync<int[], int>(_channel.Id, 1, [1, 2, 3]).AsTask();
        var bad = _harness.System.RequestAsync<int[], string>(_channel.Id, 1, [1, 2, 3]).AsTask();
        var peer = RequestPeer.WithSession(_harness);
        var remote = _harness.System.RequestAsync<string, string>(peer.Entity(_harness), _channel.Id, 1, "who").AsTask();
        _harness.Step();
        var question = peer.TakeQuestion().Message;
        Assert.That(MessagePack.MessagePackSerializer.Deserialize<string>(question.Body), Is.EqualTo("who"));
        peer.Answer(_channel.Id, question.Id, MessagePack.MessagePackSerializer.Serialize("me"));
        _harness.Step();
        Assert.That((await good).Unwrap(), Is.EqualTo(6));
        Assert.That((await remote).Unwrap(), Is.EqualTo("me"));
        Assert.That((await bad).Error, Is.InstanceOf<NetworkError.MalformedPacket>());
    }

    [Test]
    public void Asked_in_a_frame_a_channel_of_its_own_answers_in_the_next_one_and_the_await_resumes_on_the_loop()
    {
        var resumed = new List<(int Frame, int Thread)>();
        var frame = 0;
        _harness.StepWith(() => _ = AskAsync());
        for (frame = 1; frame < 4; frame++) _harness.Step();
        Assert.That(resumed, Is.EqualTo(new[] { (2, Environment.CurrentManagedThreadId) }), "answered in Update of frame 1, resumed with the calls of frame 2");

        async Task AskAsync()
        {
            (await _harness.System.RequestAsync(_channel.Id, 1, default)).Unwrap();
            resumed.Add((frame, Environment.CurrentManagedThreadId));
        }
    }

    [Test]
    public async Task A_handler_in_this_process_knows_the_application_by_no_entity_and_its_error_as_it_is()
    {
        var error = new NetworkError.RateLimited("slowly");
        _channel.OnRequest((request, _) => new(request.Sender == Entity.Null ? error : new NetworkError.Cancelled()));
        var asked = _harness.System.RequestAsync(_channel.Id, 1, default).AsTask();
        _harness.Step();
        Assert.That((await asked).Error, Is.SameAs(error));
        _channel.OnRequest(static (_, _) => throw new InvalidOperationException("thirteen"));
        asked = _harness.System.RequestAsync(_channel.Id, 1, default).AsTask();
        _harness.Step();
        Assert.That((await asked).Error, Is.InstanceOf<NetworkError.HandlerFailed>());
    }

    [Test]
    public async Task Many_threads_may_ask_at_once()
    {
        await _harness.DisposeAsync();
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { RequestsPendingMax = 1_000 });
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { RequestHandler = static (request, _) => new(request.Body) }).Unwrap();
        _harness.Step();
        var tasks = Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                var answer = (await _harness.System.RequestAsync(_channel.Id, 1, BitConverter.GetBytes((thread * 1000) + i))).Unwrap();
                if (BitConverter.ToInt32(answer.Span) != (thread * 1000) + i) throw new InvalidOperationException("Another one's answer.");
            }
        })).ToList();
        var all = Task.WhenAll(tasks);
        Assert.That(
            SpinWait.SpinUntil(
                () =>
                {
                    _harness.Step();
                    return all.IsCompleted;
                },
                TimeSpan.FromSeconds(30)));
        await all;
    }

    private Task<NetworkResult<ReadOnlyMemory<byte>>> Ask(RequestPeer peer, byte[]? body = null) =>
        _harness.System.RequestAsync(peer.Entity(_harness), _channel.Id, 5, body ?? []).AsTask();

    // Asks the own channel, whose handler never answers from then on.
    private Task<NetworkResult<ReadOnlyMemory<byte>>> Never(TimeSpan? timeout)
    {
        _channel.OnRequest(static async (_, token) => await new TaskCompletionSource<NetworkResult<ReadOnlyMemory<byte>>>().Task.WaitAsync(token));
        return _harness.System.RequestAsync(_channel.Id, 5, default, timeout).AsTask();
    }
}
