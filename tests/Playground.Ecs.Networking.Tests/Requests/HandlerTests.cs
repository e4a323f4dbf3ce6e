using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Requests;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Requests;

/// <summary>Peers ask a channel whose plugin has a handler.</summary>
public sealed class HandlerTests
{
    private LogLines _log = null!;
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _log = new LogLines();
        _harness = await NetworkHarness.StartAsync(new NetworkingOptions { LoggerFactory = _log, InboxPacketsMax = 4 });
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { RequestHandler = static (request, _) => new(request.Body) }).Unwrap();
    }

    [TearDown]
    public async Task Stop()
    {
        await _harness.DisposeAsync();
        _log.Dispose();
        Assert.That(_harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public void What_completes_at_once_is_answered_in_the_same_frame([Values] bool hasSession)
    {
        var peer = RequestPeer.Create(_harness, hasSession);
        peer.Ask(_channel.Id, 7, 3, [1, 2, 3], Priority.High);
        _harness.Step();
        var answer = peer.TakeAnswer();
        Assert.That((answer.Channel, answer.Message.Id, answer.Message.Error, answer.Priority), Is.EqualTo((_channel.Id, 7u, ErrorCode.None, Priority.High)));
        Assert.That(answer.Message.Body.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(answer.IsReliable, Is.EqualTo(hasSession));
    }

    [Test]
    public void An_answer_on_a_session_is_as_reliable_as_the_request([Values] bool isReliable)
    {
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7, isReliable: isReliable);
        _harness.Step();
        Assert.That(peer.TakeAnswer().IsReliable, Is.EqualTo(isReliable));
    }

    [Test]
    public void A_handler_is_told_who_asks_what_on_which_channel_and_lane()
    {
        var asked = new List<ChannelRequest>();
        _channel.OnRequest((request, _) =>
        {
            asked.Add(request);
            return new(request.Body);
        });
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7, 300, [5], Priority.Low);
        _harness.Step();
        var request = asked.Single();
        Assert.That((request.Channel, request.Type, request.Priority), Is.EqualTo((_channel, (ushort)300, Priority.Low)));
        Assert.That(request.Sender, Is.EqualTo(peer.Entity(_harness)));
        Assert.That((request.Read<int>(), request.TryRead<string>(out _)), Is.EqualTo((5, false)));
    }

    [Test]
    public void Handlers_run_in_update_and_their_awaits_resume_there_in_later_frames()
    {
        var gate = new TaskCompletionSource();
        var threads = new List<int>();
        var contexts = new List<SynchronizationContext?>();
        _channel.OnRequest(async (request, _) =>
        {
            Note();
            await gate.Task;
            Note();
            return request.Body;
        });
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7, 1, [9, 9]);
        peer.Step(3);
        Assert.That(peer.Answers, Is.Empty);

        // Completed on another thread, with the arena of the question long used again.
        Task.Run(gate.SetResult).Wait();
        for (uint i = 0; i < 5; i++) peer.Ask(_channel.Id, 100 + i, 2, [77, 77]);
        peer.Step();
        Assert.That(peer.Answers.Select(a => a.Message.Id), Does.Contain(7u), "it left in the frame that completed it");
        Assert.That(peer.Answers.Single(a => a.Message.Id == 7).Message.Body.ToArray(), Is.EqualTo(new byte[] { 9, 9 }));
        Assert.That(threads.Distinct(), Is.EqualTo(new[] { Environment.CurrentManagedThreadId }));
        Assert.That(contexts, Is.All.Not.Null);

        void Note()
        {
            threads.Add(Environment.CurrentManagedThreadId);
            contexts.Add(SynchronizationContext.Current);
        }
    }

    [Test]
    public void A_handler_that_ends_elsewhere_is_answered_for_by_the_loop()
    {
        _channel.OnRequest(static async (_, _) => await Task.Run(static () => (NetworkResult<ReadOnlyMemory<byte>>)new ReadOnlyMemory<byte>([4])).ConfigureAwait(false));
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7);
        SpinWait.SpinUntil(
            () =>
            {
                peer.Step();
                return peer.Answers.Count > 0;
            },
            TimeSpan.FromSeconds(10));
        Assert.That(peer.TakeAnswer().Message.Body.ToArray(), Is.EqualTo(new byte[] { 4 }));
    }

    [Test]
    public void A_handler_that_throws_answers_HandlerFailed_and_is_counted_and_logged([Values] bool atOnce)
    {
        using var meter = new MeterReading(_harness.System);
        _channel.OnRequest(async (_, _) =>
        {
            if (!atOnce) await Task.Yield();
            throw new InvalidOperationException("thirteen");
        });
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7);
        peer.Step(2);
        var answer = peer.TakeAnswer().Message;
        Assert.That((answer.Id, answer.Error), Is.EqualTo((7u, ErrorCode.HandlerFailed)));
        Assert.That(answer.Message, Does.Not.Contain("thirteen"), "the peer is not told what went wrong inside");
        Assert.That(meter.Read("playground.handlers.failed"), Is.EqualTo(1));
        Assert.That(_log.Lines.Count(l => l.Level == LogLevel.Error && l.Exception?.Message == "thirteen"), Is.EqualTo(1));
        Assert.That(peer.Link.End, Is.Null);
    }

    [Test]
    public void A_handler_that_throws_before_its_first_await_costs_nobody_else_anything()
    {
        _channel.OnRequest(static (request, _) => request.Type == 13 ? throw new InvalidOperationException("thirteen") : new(request.Body));
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 1, 1);
        peer.Ask(_channel.Id, 2, 13);
        peer.Ask(_channel.Id, 3, 1);
        peer.Step();
        Assert.That(peer.Answers.Select(a => (a.Message.Id, a.Message.Error)), Is.EqualTo(new[]
        {
            (1u, ErrorCode.None), (2u, ErrorCode.HandlerFailed), (3u, ErrorCode.None),
        }));
    }

    [Test]
    public void An_error_that_a_handler_returns_reaches_the_asker_with_code_and_message()
    {
        _channel.OnRequest(static (_, _) => new(new NetworkError.Forbidden("not on a Sunday")));
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7);
        peer.Step();
        var answer = peer.TakeAnswer().Message;
        Assert.That((answer.Error, answer.Message), Is.EqualTo((ErrorCode.Forbidden, "Forbidden: not on a Sunday.")));
    }

    [Test]
    public void An_answer_above_the_packet_limit_is_LimitExceeded()
    {
        _channel.OnRequest(static (_, _) => new(new ReadOnlyMemory<byte>(new byte[262_144])));
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7);
        peer.Step(2);
        Assert.That(peer.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.LimitExceeded));
    }

    [Test]
    public void A_large_question_and_its_answer_travel_as_trains()
    {
        var peer = RequestPeer.WithSession(_harness);
        var body = new byte[100_000];
        Random.Shared.NextBytes(body);
        peer.Ask(_channel.Id, 7, 1, body);
        peer.Step(3);
        Assert.That(peer.TakeAnswer().Message.Body.ToArray(), Is.EqualTo(body));
    }

    [Test]
    public void The_token_is_cancelled_when_the_session_ends_and_not_while_it_is_away()
    {
        var tokens = new List<CancellationToken>();
        var cancelled = new TaskCompletionSource();
        using var meter = new MeterReading(_harness.System);
        _channel.OnRequest(async (request, token) =>
        {
            tokens.Add(token);
            token.Register(cancelled.SetResult);
            await Never(token);
            return request.Body;
        });
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7);
        peer.Step();
        peer.Lose();
        _harness.StepFor(TimeSpan.FromSeconds(20));
        Assert.That(tokens.Single().IsCancellationRequested, Is.False);
        _harness.StepFor(TimeSpan.FromSeconds(11));
        Assert.That(cancelled.Task.Wait(TimeSpan.FromSeconds(10)));
        _harness.Step(2);
        Assert.That(meter.Read("playground.handlers.failed"), Is.Zero, "called off, it may end as it likes");
        Assert.That(meter.Read("playground.requests.pending"), Is.Zero);
    }

    [Test]
    public void A_plain_peers_request_ends_with_its_link()
    {
        var cancelled = new TaskCompletionSource();
        _channel.OnRequest(async (request, token) =>
        {
            using var registration = token.Register(cancelled.SetResult);
            await Never(token);
            return request.Body;
        });
        var peer = RequestPeer.Plain(_harness);
        peer.Ask(_channel.Id, 7);
        peer.Step();
        peer.Link.Client.Abort();
        _harness.Step();
        Assert.That(cancelled.Task.Wait(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task The_token_is_cancelled_when_the_system_stops()
    {
        var cancelled = new TaskCompletionSource();
        _channel.OnRequest(async (request, token) =>
        {
            token.Register(cancelled.SetResult);
            await Never(token);
            return request.Body;
        });
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7);
        peer.Step();
        await _harness.DisposeSystemAsync();
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public void A_question_asked_before_the_link_was_lost_is_answered_on_the_next_one()
    {
        var gate = new TaskCompletionSource();
        _channel.OnRequest(async (request, _) =>
        {
            await gate.Task;
            return request.Body;
        });
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7, 1, [5]);
        peer.Step();
        peer.Lose();
        gate.SetResult();
        _harness.Step(60);
        peer.Resume();
        peer.Step();
        Assert.That(peer.TakeAnswer().Message.Body.ToArray(), Is.EqualTo(new byte[] { 5 }));
    }

    [Test]
    public void A_full_inbox_does_not_hold_up_requests_that_a_handler_answers()
    {
        var peer = RequestPeer.WithSession(_harness);
        for (ushort i = 0; i < 4; i++) peer.Send(_channel.Id, i, [1]);
        peer.Ask(_channel.Id, 7);
        peer.Step(2);
        Assert.That(_channel.WaitingCount, Is.EqualTo(4));
        Assert.That(peer.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Any_thread_may_say_who_answers()
    {
        var channel = _harness.System.RegisterPlugin("y").Unwrap();
        var set = Task.Run(() => _harness.System.OnRequestAsync(channel.Id, static (_, _) => new(new ReadOnlyMemory<byte>([1]))).AsTask());
        SpinWait.SpinUntil(
            () =>
            {
                _harness.Step();
                return set.IsCompleted;
            },
            TimeSpan.FromSeconds(10));
        (await set).Unwrap();
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(channel.Id, 7);
        peer.Step();
        Assert.That(peer.TakeAnswer().Message.Body.ToArray(), Is.EqualTo(new byte[] { 1 }));
        Assert.That((await _harness.System.OnRequestAsync(999, null)).Error, Is.EqualTo(new NetworkError.ChannelNotFound(999)));
        Assert.That((await _harness.System.OnRequestAsync(0, null)).Error, Is.InstanceOf<NetworkError.Forbidden>());
    }

    [Test]
    public void A_handler_may_unregister_its_channel_and_ask_others()
    {
        var other = _harness.System.RegisterPlugin("other", new PluginOptions { RequestHandler = static (_, _) => new(new ReadOnlyMemory<byte>([8])) }).Unwrap();
        _channel.OnRequest(async (request, token) =>
        {
            var asked = await _harness.System.RequestAsync(other.Id, 1, default, cancellationToken: token);
            (await _harness.System.UnregisterAsync(request.Channel.Id, token)).Unwrap();
            return asked;
        });
        var peer = RequestPeer.WithSession(_harness);
        peer.Ask(_channel.Id, 7);
        peer.Step(4);
        Assert.That(peer.TakeAnswer().Message.Error, Is.EqualTo(ErrorCode.ChannelNotFound), "its channel was gone before it answered");
    }

    private static Task Never(CancellationToken token) => new TaskCompletionSource().Task.WaitAsync(token);
}
