using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>How tool calls end other than by a result in good time, what they report before, and what bounds them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ToolEndingTests
{
    private readonly TaskCompletionSource<ClientToolCall> _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task Call_that_is_called_off_is_cancelled_and_not_answered()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        await ToolTests.RegisterAsync(rig, link, WaitAsync);
        link.Give(ToolTests.Call(1, "tool", 2));
        var call = await _called.Task.WaitAsync(ClientRig.Patience);
        link.Give(Wire.Message(new ToolCancel(1, "enough"), 1001, sequence: 3), Wire.Message(new ToolCancel(9, null), 1001, sequence: 4));
        await _cancelled.Task.WaitAsync(ClientRig.Patience);
        link.Give(ToolTests.Call(2, "other", 5));
        Assert.That((await link.TakeAsync<ToolResult>()).Id, Is.EqualTo(2), "The first one's result is not wanted.");
        Assert.That(call.ReportProgress(1).Error, Is.Null, "of no effect");
        Assert.That(rig.Thrown, Is.Empty);
    }

    [Test]
    public async Task Call_ends_with_its_time()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        await ToolTests.RegisterAsync(rig, link, WaitAsync);
        link.Give(ToolTests.Call(1, "tool", 2, timeoutMs: 500));
        await _called.Task.WaitAsync(ClientRig.Patience);
        rig.Pass(TimeSpan.FromMilliseconds(500));
        var result = await link.TakeAsync<ToolResult>();
        Assert.That((result.Id, result.IsError, result.Content), Is.EqualTo((1u, true, "\"The tool tool took longer than 500 ms.\"")));
        Assert.That(rig.Thrown, Is.Empty);
    }

    [Test]
    public async Task Lost_session_cancels_its_calls_and_their_results_go_nowhere()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        await ToolTests.RegisterAsync(rig, link, WaitAsync);
        link.Give(ToolTests.Call(1, "tool", 2));
        await _called.Task.WaitAsync(ClientRig.Patience);
        link.End();
        link = await rig.ReconnectAsync();
        rig.Welcome(link, resumed: false);
        await rig.ExpectAsync<ClientState.SessionLost>();
        await _cancelled.Task.WaitAsync(ClientRig.Patience);

        await ToolTests.RegisterAsync(rig, link, static (_, _) => new(ClientToolOutput.Text("of the new session")));
        link.Give(ToolTests.Call(1, "tool", 2));
        Assert.That((await link.TakeAsync<ToolResult>()).Content, Is.EqualTo("\"of the new session\""));
    }

    [Test]
    public async Task Resumed_session_goes_on_with_its_calls()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var result = new TaskCompletionSource<ClientToolOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        await ToolTests.RegisterAsync(rig, link, (call, _) =>
        {
            _called.SetResult(call);
            return new(result.Task);
        });
        link.Give(ToolTests.Call(1, "tool", 2));
        var call = await _called.Task.WaitAsync(ClientRig.Patience);
        link.End();
        link = await rig.ReconnectAsync();
        Assert.That(call.ReportProgress(1, 2).Error, Is.Null, "It waits for the link.");
        rig.Welcome(link, resumed: true, lastReceived: 1);
        await rig.ExpectAsync<ClientState.Resumed>();
        result.SetResult(ClientToolOutput.Text("late"));
        Assert.That((await link.TakeAsync<ToolProgress>()).Progress, Is.EqualTo(1));
        Assert.That((await link.TakeAsync<ToolResult>()).Content, Is.EqualTo("\"late\""));
    }

    [Test]
    public async Task Progress_comes_before_the_result_and_none_after_it()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        await ToolTests.RegisterAsync(rig, link, (call, _) =>
        {
            Assert.That(call.ReportProgress(0.5, 1, "half").Error, Is.Null);
            Assert.That(call.ReportProgress(3).Error, Is.Null);
            _called.SetResult(call);
            return new(ClientToolOutput.Text("done"));
        });
        link.Give(ToolTests.Call(4, "tool", 2));
        var packets = new List<WirePacket>();
        for (var i = 0; i < 3; i++) packets.Add(await link.TakeDataAsync());
        Assert.That(packets.Select(static p => p.Header.IsReliable), Is.All.True);
        Assert.That(packets[0].Read<ToolProgress>(), Is.EqualTo(new ToolProgress(4, 0.5, 1, "half")));
        Assert.That(packets[1].Read<ToolProgress>(), Is.EqualTo(new ToolProgress(4, 3, null, null)));
        Assert.That(packets[2].Read<ToolResult>().Content, Is.EqualTo("\"done\""));
        Assert.That((await _called.Task).ReportProgress(4).Error, Is.Null);
        link.Give(ToolTests.Call(5, "other", 3));
        Assert.That((await link.TakeDataAsync()).Read<ToolResult>().Id, Is.EqualTo(5));
    }

    [Test]
    public async Task Progress_leaves_half_of_the_queue_to_results()
    {
        var (rig, link) = await ClientRig.ConnectedAsync(new ClientOptions { SendQueueBytes = 20_000, MaxPacketBytes = 10_000 });
        await using var disposing = rig;
        var refused = new TaskCompletionSource<NetworkError>(TaskCreationOptions.RunContinuationsAsynchronously);
        await ToolTests.RegisterAsync(rig, link, async (call, cancellation) =>
        {
            _called.SetResult(call);
            await _cancelled.Task;
            while (true)
            {
                if (call.ReportProgress(1, null, new string('x', 1000)).Error is not { } error) continue;
                refused.SetResult(error);
                return ClientToolOutput.Text(new string('y', 5000));
            }
        });
        link.Give(ToolTests.Call(1, "tool", 2));
        await _called.Task.WaitAsync(ClientRig.Patience);
        link.StopTaking();
        _cancelled.SetResult();
        Assert.That(await refused.Task.WaitAsync(ClientRig.Patience), Is.EqualTo(new NetworkError.LimitExceeded("SendQueueBytes", 10_000, 0) with
        {
            Asked = ((NetworkError.LimitExceeded)await refused.Task).Asked,
        }));
        link.End();
        link = await rig.ReconnectAsync();
        rig.Welcome(link, resumed: true, lastReceived: 1);
        Assert.That((await link.TakeAsync<ToolResult>()).Content, Has.Length.EqualTo(5002));
    }

    [Test]
    public async Task Result_that_is_too_large_is_an_error_that_says_so()
    {
        var (rig, link) = await ClientRig.ConnectedAsync(new ClientOptions { MaxPacketBytes = 4096 });
        await using var disposing = rig;
        await ToolTests.RegisterAsync(rig, link, static (_, _) => new(ClientToolOutput.Text(new string('x', 5000))));
        link.Give(ToolTests.Call(1, "tool", 2));
        var result = await link.TakeAsync<ToolResult>();
        Assert.That((result.Id, result.IsError), Is.EqualTo((1u, true)));
        Assert.That(result.Content, Does.StartWith("\"The result is too large. Limit exceeded: MaxPacketBytes is 4096"));
    }

    [Test]
    public async Task Calls_at_work_are_bounded_and_have_numbers_of_their_own()
    {
        var (rig, link) = await ClientRig.ConnectedAsync(new ClientOptions { ServedToolCallsMax = 1 });
        await using var disposing = rig;
        var result = new TaskCompletionSource<ClientToolOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        await ToolTests.RegisterAsync(rig, link, (_, _) => new(result.Task));
        link.Give(ToolTests.Call(1, "tool", 2), ToolTests.Call(2, "tool", 3));
        var refused = await link.TakeAsync<ToolResult>();
        Assert.That((refused.Id, refused.IsError), Is.EqualTo((2u, true)));
        result.SetResult(ClientToolOutput.Text("first"));
        Assert.That((await link.TakeAsync<ToolResult>()).Id, Is.EqualTo(1));
        link.Give(ToolTests.Call(1, "tool", 4));
        Assert.That((await link.TakeAsync<ToolResult>()).Content, Is.EqualTo("\"first\""), "A number that is free again may come again.");
    }

    private async ValueTask<ClientToolOutput> WaitAsync(ClientToolCall call, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(_cancelled.SetResult);
        _called.SetResult(call);
        await _cancelled.Task;
        cancellationToken.ThrowIfCancellationRequested();
        return ClientToolOutput.Text("never");
    }
}
