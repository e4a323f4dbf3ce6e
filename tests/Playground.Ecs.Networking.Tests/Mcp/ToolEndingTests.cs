using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>Calls that end without a result: too late, called off, or with nobody left to answer.</summary>
public sealed class ToolEndingTests
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(2);

    // The call begins with the first frame.
    private static readonly TimeSpan LongEnough = CallTimeout + TimeSpan.FromSeconds(0.1);

    private McpRig _rig = null!;
    private ToolPeer _peer = null!;
    private ChannelId _far;

    [SetUp]
    public async Task Start()
    {
        _rig = await McpRig.StartAsync(
            new McpOptions { CallTimeout = CallTimeout }, new NetworkingOptions { AllowClientChannels = true, AllowClientTools = true });
        _rig.Offer("inbox");
        _peer = new ToolPeer(_rig.Harness);
        _far = _peer.Own("far");
        _peer.Offer("far", _far);
    }

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void A_peer_that_takes_too_long_gets_ToolCancel_and_its_result_is_late()
    {
        using var meter = new MeterReading(_rig.System);
        var answer = _rig.Call("far");
        _peer.Step();
        _rig.Harness.StepFor(LongEnough);
        Assert.That(McpRig.Problem(McpRig.Wait(answer)), Is.EqualTo("The tool 'far' did not answer within 2 s."));
        _peer.Take();
        var id = _peer.Calls.Single().Call.Id;
        Assert.That(_peer.Cancels.Select(static c => c.Id), Is.EqualTo(new[] { id }));
        _peer.Answer(_far, id);
        _peer.Step(2);
        Assert.That(_peer.Errors, Is.Empty);
        Assert.That((meter.Read("playground.tools.timeouts"), meter.Read("playground.tools.late"), meter.Read("playground.tools.pending")), Is.EqualTo((1, 1, 0)));
    }

    [Test]
    public void A_plugin_that_takes_too_long_finds_0xFF05_behind_the_call()
    {
        var answer = _rig.Call("inbox");
        _rig.Harness.StepFor(LongEnough);
        Assert.That(McpRig.Problem(McpRig.Wait(answer)), Does.Contain("did not answer within 2 s"));
        Assert.That(TakeCancels(), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_handlers_token_is_cancelled_when_the_time_is_over_and_it_may_end_as_it_likes([Values] bool obeys)
    {
        var cancelled = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        _rig.Offer("slow", async (call, token) =>
        {
            await using var registration = token.Register(cancelled.SetResult);
            await cancelled.Task;
            ended.SetResult();
            if (obeys) token.ThrowIfCancellationRequested();
            return ToolOutput.Text("late");
        });
        var answer = _rig.Call("slow");
        _rig.Harness.StepFor(LongEnough);
        Assert.That(McpRig.Problem(McpRig.Wait(answer)), Does.Contain("did not answer within 2 s"));
        McpRig.Wait(cancelled.Task);
        _rig.Until(() => ended.Task.IsCompleted);
        _rig.Harness.Step(2);
        Assert.That(_rig.Log.Exceptions, Is.Empty);
    }

    [Test]
    public void A_tool_may_have_a_time_of_its_own()
    {
        _rig.OfferLater("quick", options: new ToolOptions { Timeout = TimeSpan.FromSeconds(0.5) });
        var answer = _rig.Call("quick");
        _rig.Harness.StepFor(TimeSpan.FromSeconds(0.6));
        Assert.That(McpRig.Problem(McpRig.Wait(answer)), Does.Contain("within 0.5 s"));
    }

    [Test]
    public void A_caller_that_gives_up_cancels_at_the_owner_whoever_that_is()
    {
        using var meter = new MeterReading(_rig.System);
        using var source = new CancellationTokenSource();
        var tokens = new List<CancellationToken>();
        _rig.OfferLater("slow", tokens);
        var answers = new[] { "far", "inbox", "slow" }.Select(tool => _rig.Call(tool, token: source.Token)).ToList();
        _peer.Step();
        source.Cancel();
        foreach (var answer in answers) Assert.That(() => McpRig.Wait(answer), Throws.InstanceOf<OperationCanceledException>());
        _rig.Until(() => _rig.Counters.Pending == 0 && tokens.Single().IsCancellationRequested);
        _peer.Step();
        Assert.That(_peer.Cancels.Single().Id, Is.EqualTo(_peer.Calls.Single().Call.Id));
        Assert.That(TakeCancels(), Has.Count.EqualTo(1));
        Assert.That(meter.Read("playground.tools.cancelled"), Is.EqualTo(3));
    }

    [Test]
    public void A_call_that_was_called_off_before_its_frame_never_begins()
    {
        using var source = new CancellationTokenSource();
        var answers = new[] { "far", "inbox" }.Select(tool => _rig.Call(tool, token: source.Token)).ToList();
        source.Cancel();
        foreach (var answer in answers) Assert.That(() => McpRig.Wait(answer), Throws.InstanceOf<OperationCanceledException>());
        _peer.Step(2);
        Assert.That((_peer.Calls.Count, _peer.Cancels.Count, _rig.Channel.WaitingCount, _rig.Counters.Calls), Is.EqualTo((0, 0, 0, 0)));
        Assert.That(() => McpRig.Wait(_rig.Call("far", token: source.Token)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_callback_of_a_handlers_token_that_throws_is_counted_and_costs_nobody_anything()
    {
        using var source = new CancellationTokenSource();
        _rig.Offer("bad", static async (_, token) =>
        {
            token.Register(static () => throw new InvalidOperationException("thirteen"));
            await new TaskCompletionSource().Task.WaitAsync(token);
            return ToolOutput.Text("never");
        });
        var answer = _rig.Call("bad", token: source.Token);
        _rig.Harness.Step();
        source.Cancel();
        Assert.That(() => McpRig.Wait(answer), Throws.InstanceOf<OperationCanceledException>());
        _rig.Until(() => _rig.Log.Exceptions.Any());
        Assert.That(_rig.Log.Exceptions.Single(), Is.InstanceOf<AggregateException>());
    }

    [Test]
    public void When_an_owners_session_ends_its_calls_fail_and_its_tools_go_in_one_change()
    {
        _peer.Offer("far_two", _far);
        var other = _peer.Own("other");
        _peer.Offer("far_three", other);
        using var changes = new CatalogChanges(_rig);
        var answers = new[] { "far", "far_two", "far_three" }.Select(tool => _rig.Call(tool)).ToList();
        _peer.Step();
        _peer.Session.SayGoodbye();
        _rig.Harness.Step();
        Assert.That(answers.Select(McpRig.Wait).Select(McpRig.Problem), Is.All.Contains("was withdrawn before it answered"));
        changes.Expect(1);
        Assert.That(_rig.System.ListMcpTools().Select(static t => t.Name), Is.EqualTo(new[] { "inbox" }));
    }

    [Test]
    public void A_session_that_does_not_come_back_ends_and_its_tools_go()
    {
        _peer.Session.Cut();
        _rig.Harness.StepFor(TimeSpan.FromSeconds(29));
        Assert.That(_rig.System.ListMcpTools(), Has.Count.EqualTo(2), "it may still come back");
        _rig.Harness.StepFor(TimeSpan.FromSeconds(2));
        Assert.That(_rig.System.ListMcpTools(), Has.Count.EqualTo(1));
    }

    [Test]
    public void When_its_channel_goes_a_call_fails_and_nobody_is_told_to_stop()
    {
        var answer = _rig.Call("far");
        _peer.Step();
        Assert.That(_peer.Unregister(_far).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(McpRig.Problem(McpRig.Wait(answer)), Does.Contain("withdrawn"));
        Assert.That(_peer.Cancels, Is.Empty);
    }

    [Test]
    public void When_a_tool_is_withdrawn_its_calls_fail_and_the_owner_is_told()
    {
        var far = _rig.Call("far");
        var inbox = _rig.Call("inbox");
        _peer.Step();
        Assert.That(_peer.Withdraw("far").Error, Is.EqualTo(ErrorCode.None));
        _rig.System.UnregisterMcpTool("inbox").Unwrap();
        Assert.That(new[] { far, inbox }.Select(McpRig.Wait).Select(McpRig.Problem), Is.All.Contains("withdrawn"));
        Assert.That(_peer.Cancels, Has.Count.EqualTo(1));
        Assert.That(TakeCancels(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task When_the_system_stops_all_calls_end_and_later_ones_too()
    {
        var cancelled = new TaskCompletionSource();
        _rig.Offer("slow", async (_, token) =>
        {
            token.Register(cancelled.SetResult);
            await cancelled.Task;
            return ToolOutput.Text("never");
        });
        var session = _rig.Open();
        var answers = new[] { "far", "inbox", "slow" }.Select(tool => _rig.Call(tool, session: session)).ToList();
        _peer.Step();
        answers.Add(_rig.Call("slow", session: session));
        await _rig.Harness.DisposeSystemAsync();
        foreach (var answer in answers) Assert.That(McpRig.Problem(McpRig.Wait(answer)), Does.Contain("stopping").Or.Contain("over"));
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        _peer.Take();
        Assert.That(_peer.Cancels, Has.Count.EqualTo(1), "who is there still hears of it");
        foreach (var tool in new[] { "inbox", "slow" }) Assert.That(McpRig.Problem(McpRig.Wait(_rig.Call(tool))), Does.Contain("stopping"));
        Assert.That(McpRig.Wait(_rig.Mcp.OpenAsync(new LlmIdentity(null, null, "late", "1", null), default).AsTask()).Error, Is.InstanceOf<NetworkError.NotConnected>());
        _rig.Mcp.Close(session);
    }

    private List<ToolCancel> TakeCancels()
    {
        var cancels = new List<ToolCancel>();
        foreach (var packet in _rig.Channel.Receive())
        {
            if (packet.PacketType == 0xFF05 && ToolCancel.TryRead(packet.Data, out var cancel)) cancels.Add(cancel);
        }

        return cancels;
    }
}
