using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>What the client is asked, and how its handlers answer.</summary>
public sealed class AnsweringTests
{
    [Test]
    public async Task Handlers_answer_fail_and_throw_each_for_itself()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        rig.Client.Channel(1000).OnRequest(static (request, _) => request.Type switch
        {
            1 => new(new ReadOnlyMemory<byte>([.. request.Body.Span, 99])),
            2 => new(new NetworkError.Forbidden("type 1 only")),
            3 => throw new InvalidOperationException("at once"),
            _ => ValueTask.FromException<NetworkResult<ReadOnlyMemory<byte>>>(new InvalidOperationException("later")),
        });
        for (ushort type = 1; type <= 4; type++) link.Give(Wire.Message(new Request(type, type, new byte[] { 5 }), 1000, sequence: type));
        link.Give(Wire.Message(new Request(5, 1, default), 1001, sequence: 5));
        var answers = new List<Response>();
        for (var i = 0; i < 5; i++) answers.Add(await link.TakeAsync<Response>());
        Assert.That(answers.Select(static a => a.Id), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(answers[0].Body.ToArray(), Is.EqualTo(new byte[] { 5, 99 }));
        Assert.That(
            answers.Select(static a => a.Error),
            Is.EqualTo(new[] { ErrorCode.None, ErrorCode.Forbidden, ErrorCode.HandlerFailed, ErrorCode.HandlerFailed, ErrorCode.HandlerFailed }));
        Assert.That(answers[2].Message, Does.Not.Contain("at once"));
        Assert.That(rig.Thrown.Select(static e => e.Message), Is.EqualTo(new[] { "at once", "later" }));
    }

    [Test]
    public async Task Handlers_at_work_are_bounded()
    {
        var (rig, link) = await ClientRig.ConnectedAsync(new ClientOptions { ServedRequestsMax = 1 });
        await using var disposing = rig;
        var first = new TaskCompletionSource<NetworkResult<ReadOnlyMemory<byte>>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        rig.Client.Channel(1000).OnRequest((_, _) => ++asked == 1 ? new(first.Task) : new(default(NetworkResult<ReadOnlyMemory<byte>>)));
        link.Give(Wire.Message(new Request(1, 1, default), 1000, sequence: 1), Wire.Message(new Request(2, 1, default), 1000, sequence: 2));
        var refused = await link.TakeAsync<Response>();
        Assert.That((refused.Id, refused.Error), Is.EqualTo((2u, ErrorCode.LimitExceeded)));
        first.SetResult(new ReadOnlyMemory<byte>([7]));
        Assert.That((await link.TakeAsync<Response>()).Id, Is.EqualTo(1));
        link.Give(Wire.Message(new Request(3, 1, default), 1000, sequence: 3));
        Assert.That((await link.TakeAsync<Response>()).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Lost_session_cancels_its_handlers_and_their_answers_go_nowhere()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Client.Channel(1000).OnRequest(async (_, cancellation) =>
        {
            await using var registration = cancellation.Register(cancelled.SetResult);
            entered.SetResult();
            await cancelled.Task;
            return new ReadOnlyMemory<byte>([1]);
        });
        link.Give(Wire.Message(new Request(1, 1, default), 1000, sequence: 1));
        await entered.Task.WaitAsync(ClientRig.Patience);
        link.End();
        link = await rig.ReconnectAsync();
        rig.Welcome(link, resumed: false);
        await rig.ExpectAsync<ClientState.SessionLost>();
        await cancelled.Task.WaitAsync(ClientRig.Patience);
        rig.Client.Channel(1000).OnRequest(static (_, _) => new(new ReadOnlyMemory<byte>([2])));
        link.Give(Wire.Message(new Request(1, 1, default), 1000, sequence: 1));
        Assert.That((await link.TakeAsync<Response>()).Body.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task Resumed_session_goes_on_answering()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var answer = new TaskCompletionSource<NetworkResult<ReadOnlyMemory<byte>>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var token = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Client.Channel(1000).OnRequest((_, cancellation) =>
        {
            token.SetResult(cancellation);
            return new(answer.Task);
        });
        link.Give(Wire.Message(new Request(1, 1, default), 1000, sequence: 1));
        var cancellation = await token.Task.WaitAsync(ClientRig.Patience);
        link.End();
        link = await rig.ReconnectAsync();
        rig.Welcome(link, resumed: true);
        await rig.ExpectAsync<ClientState.Resumed>();
        Assert.That(cancellation.IsCancellationRequested, Is.False);
        answer.SetResult(new ReadOnlyMemory<byte>([3]));
        Assert.That((await link.TakeAsync<Response>()).Body.ToArray(), Is.EqualTo(new byte[] { 3 }));
    }

    [Test]
    public async Task Handler_may_dispose_the_client()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Client.Channel(1000).OnRequest(async (_, _) =>
        {
            await rig.Client.DisposeAsync();
            disposed.SetResult();
            return new NetworkError.Cancelled();
        });
        link.Give(Wire.Message(new Request(1, 1, default), 1000, sequence: 1));
        await link.TakeAsync<Goodbye>();
        link.End((ushort)CloseCode.Normal);
        await disposed.Task.WaitAsync(ClientRig.Patience);
        await rig.ExpectAsync<ClientState.Closed>();
    }
}
