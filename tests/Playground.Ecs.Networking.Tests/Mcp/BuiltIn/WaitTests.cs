using System.Text.Json;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Mcp.BuiltIn;
using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Tests.Mcp.BuiltIn;

public sealed class WaitTests
{
    private BuiltInRig _rig = null!;

    [SetUp]
    public async Task SetUp() => _rig = await BuiltInRig.StartAsync();

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    private JsonElement Finish(Task<ToolOutput> waiting) => _rig.Finish("wait_for", waiting).Structured!.Value;

    private static (bool Met, string? Reason) Outcome(JsonElement result) => (result.GetProperty("met").GetBoolean(), result.GetProperty("reason").GetString());

    private Task<ToolOutput> BeginWaiting(string arguments, ToolListener? listener = null, CancellationToken cancellation = default)
    {
        var waiting = _rig.Begin("wait_for", arguments, null, listener, cancellation);
        _rig.Harness.Step(5);
        return waiting;
    }

    [Test]
    public void Frames_go_by_without_being_held_up()
    {
        var waiting = _rig.Begin("wait_for", """{"frames":30}""");
        _rig.Harness.Step(25);
        Assert.That(waiting.IsCompleted, Is.False);
        _rig.Harness.Step(10);
        var result = Finish(waiting);
        Assert.That(Outcome(result), Is.EqualTo((true, "met")));
        Assert.That(result.GetProperty("frames").GetInt32(), Is.EqualTo(30));
        Assert.That(result.GetProperty("elapsed_ms").GetInt32(), Is.EqualTo(500).Within(2));
    }

    [Test]
    public void A_query_is_waited_for()
    {
        var waiting = BeginWaiting("""{"query":{"where":[{"field":"position.x","op":"gt","value":1}],"op":"eq","count":2}}""");
        _rig.World.Create(new Position { X = 2 });
        var last = _rig.World.Create(new Position { X = 0 });
        _rig.Harness.Step(3);
        Assert.That(waiting.IsCompleted, Is.False);
        _rig.World.Get<Position>(last).X = 3;
        var result = Finish(waiting);
        Assert.That((Outcome(result), result.GetProperty("count").GetInt32()), Is.EqualTo(((true, (string?)"met"), 2)));
    }

    [Test]
    public void A_field_is_waited_for_and_its_entity_may_go()
    {
        var body = _rig.World.Create(new Position { X = 2 });
        var arguments = $$$$"""{"field":{"entity":"{{{{EntityText.Of(body)}}}}","condition":{"field":"position.x","op":"ge","value":5}}}""";
        var waiting = BeginWaiting(arguments);
        Assert.That(waiting.IsCompleted, Is.False);
        _rig.World.Get<Position>(body).X = 5.5f;
        var result = Finish(waiting);
        Assert.That((Outcome(result), result.GetProperty("value").GetDouble()), Is.EqualTo(((true, (string?)"met"), 5.5)));

        _rig.World.Get<Position>(body).X = 0;
        waiting = BeginWaiting(arguments);
        _rig.World.Destroy(body);
        Assert.That(Outcome(Finish(waiting)), Is.EqualTo((false, "gone")));
    }

    [Test]
    public void What_is_so_already_is_answered_at_once() =>
        Assert.That(_rig.Call("wait_for", """{"query":{"with":["channel"]}}""").GetProperty("frames").GetInt32(), Is.Zero);

    [Test]
    public void A_message_to_the_session_ends_the_wait_and_comes_with_it()
    {
        var waiting = BeginWaiting("""{"message":true}""");
        Assert.That(waiting.IsCompleted, Is.False);
        _rig.Session.Inbox.Send(3, "hello"u8).Unwrap();
        var output = _rig.Finish("wait_for", waiting);
        Assert.That(output.Structured!.Value.GetProperty("met").GetBoolean());
        Assert.That(((ToolContent.Text)output.Content[^1]).Value, Does.Contain("hello"));
    }

    [Test]
    public async Task The_application_has_no_channel_to_wait_for()
    {
        var waiting = _rig.Harness.System.CallMcpToolAsync("wait_for", BuiltInRig.Json("""{"message":true}"""));
        _rig.Harness.RunUntil(() => waiting.IsCompleted);
        Assert.That((await waiting).IsError);
    }

    [Test]
    public void Time_ends_a_wait_that_reports_meanwhile()
    {
        List<ToolNote> notes = [];
        var waiting = BeginWaiting("""{"query":{"with":["position"]},"timeout_ms":3500}""", (note, _) =>
        {
            lock (notes) notes.Add(note);
            return default;
        });
        _rig.Harness.StepFor(TimeSpan.FromSeconds(4));
        Assert.That(Outcome(Finish(waiting)), Is.EqualTo((false, "timeout")));
        Assert.That(notes, Has.Count.EqualTo(3));
        Assert.That(notes.Select(static n => n.Progress), Is.Ordered.Ascending);
        Assert.That(notes[0].Total, Is.EqualTo(3500));
    }

    [Test]
    public void A_wait_that_is_called_off_is_forgotten()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = BeginWaiting("""{"frames":100000,"timeout_ms":60000}""", cancellation: cancellation.Token);
        cancellation.Cancel();
        _rig.Harness.RunUntil(() => waiting.IsCompleted);
        Assert.That(waiting.IsCanceled);
    }

    [Test]
    public void Whoever_is_answered_called_off_or_fails_waits_no_longer()
    {
        var waiters = new FrameWaiters();
        using var cancellation = new CancellationTokenSource();
        var isSo = false;
        var answered = waiters.Until(() => isSo ? ToolOutput.Text("so") : null, CancellationToken.None);
        var calledOff = waiters.Until(static () => null, cancellation.Token);
        var failing = waiters.Until(() => isSo ? throw new InvalidOperationException("no") : null, CancellationToken.None);
        waiters.Run();
        Assert.That(waiters.Count, Is.EqualTo(3));
        isSo = true;
        cancellation.Cancel();
        waiters.Run();
        Assert.That(waiters.Count, Is.Zero);
        Assert.That((answered.IsCompletedSuccessfully, calledOff.IsCanceled, failing.IsFaulted), Is.EqualTo((true, true, true)));
    }

    [TestCase("{}", "exactly one of frames, query, field and message; 0 were given")]
    [TestCase("""{"frames":1,"message":true}""", "2 were given")]
    [TestCase("""{"query":{"with":["positon"]}}""", "arguments.query.with[0]")]
    [TestCase("""{"field":{"entity":"1v9999","condition":{"field":"position.x","op":"eq","value":1}}}""", "arguments.field.entity: there is no entity")]
    [TestCase("""{"frames":0}""", "arguments.frames is 0 but should be at least 1")]
    [TestCase("""{"frames":1,"timeout_ms":600000}""", "arguments.timeout_ms")]
    public void What_is_wrong_is_said(string arguments, string sentence) => Assert.That(_rig.Refused("wait_for", arguments), Does.Contain(sentence));

    [Test]
    public void Waits_of_many_do_not_disturb_each_other()
    {
        var waits = Enumerable.Range(1, 10).Select(i => (Frames: i, Task: _rig.Begin("wait_for", $$$$"""{"frames":{{{{i}}}}}"""))).ToArray();
        foreach (var (frames, task) in waits) Assert.That(Finish(task).GetProperty("frames").GetInt32(), Is.GreaterThanOrEqualTo(frames));
    }
}
