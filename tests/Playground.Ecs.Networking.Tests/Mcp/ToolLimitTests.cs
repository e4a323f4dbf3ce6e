using System.Text.Json;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>What calls may hold and how many there may be.</summary>
public sealed class ToolLimitTests
{
    private McpRig _rig = null!;

    [SetUp]
    public async Task Start() => _rig = await McpRig.StartAsync(new McpOptions
    {
        CallsPendingMax = 3,
        CallsPerSecond = 5,
        ArgumentsBytesMax = 100,
        ResultBytesMax = 200,
        NotesPendingMax = 4,
    });

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void Arguments_that_break_the_schema_never_reach_the_plugin_and_are_counted()
    {
        using var meter = new MeterReading(_rig.System);
        var schema = JsonElement.Parse("""{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}""");
        var calls = 0;
        _rig.Offer("strict", (_, _) =>
        {
            calls++;
            return new(ToolOutput.Text("done"));
        }, schema: schema);
        _rig.Offer("strict_inbox", schema: schema);
        string[] wrong = ["{}", """{"n":"1"}""", """{"n":1,"m":2}""", "[]", "1", "\"n\""];
        foreach (var arguments in wrong)
        {
            Assert.That(McpRig.Wait(_rig.Call("strict", arguments)).IsError, arguments);
            Assert.That(McpRig.Wait(_rig.Call("strict_inbox", arguments)).IsError, arguments);
        }

        Assert.That(McpRig.Problem(McpRig.Wait(_rig.Call("strict"))), Does.Contain("n"));
        _rig.Harness.Step(2);
        Assert.That((calls, _rig.Channel.WaitingCount, meter.Read("playground.tools.calls")), Is.EqualTo((0, 0, 0)));
        Assert.That(meter.Read("playground.tools.refused"), Is.EqualTo((2 * wrong.Length) + 1));
        Assert.That(_rig.CallNow("strict", """{"n":1}""").IsError, Is.False);
    }

    [Test]
    public void A_tool_that_is_not_there_is_an_error_that_names_it() =>
        Assert.That(McpRig.Problem(McpRig.Wait(_rig.Call("missing"))), Is.EqualTo("There is no tool named 'missing' (any more)."));

    [Test]
    public void Arguments_and_results_beyond_their_limits_are_errors_that_say_so()
    {
        _rig.Offer("echo", static (call, _) => new(ToolOutput.Json(call.Arguments)));
        Assert.That(_rig.CallNow("echo", $$"""{"t":"{{new string('x', 30)}}"}""").IsError, Is.False);
        Assert.That(McpRig.Problem(McpRig.Wait(_rig.Call("echo", $$"""{"t":"{{new string('x', 93)}}"}"""))), Does.Contain("101 bytes").And.Contain("ArgumentsBytesMax is 100"));
        Assert.That(McpRig.Problem(_rig.CallNow("echo", $$"""{"t":"{{new string('x', 92)}}"}""")), Does.Contain("ResultBytesMax is 200"));
    }

    [Test]
    public void Notes_that_nobody_takes_are_dropped_oldest_first_and_counted()
    {
        using var meter = new MeterReading(_rig.System);
        _rig.Offer("talk", static (call, _) =>
        {
            for (var i = 1; i <= 10; i++) call.ReportProgress(i);
            return new(ToolOutput.Text("done"));
        });
        var heard = new List<double>();
        using var gate = new ManualResetEventSlim();

        // The listener begins with what waits at the end of the frame: it is not there before.
        var held = _rig.Mcp.CallAsync(null, "talk", default, (note, _) =>
        {
            heard.Add(note.Progress);
            gate.Wait();
            return default;
        }, default);
        _rig.Harness.Step();
        gate.Set();
        McpRig.Wait(held);
        Assert.That(heard, Is.Ordered);
        Assert.That(heard[^1], Is.EqualTo(10));
        Assert.That(heard.Count + (int)meter.Read("playground.tools.notes.dropped"), Is.EqualTo(10));
        Assert.That(heard, Has.Count.LessThanOrEqualTo(5), "one taken, four that wait");
    }

    [Test]
    public void Calls_of_a_session_that_wait_are_limited_and_others_are_not_affected()
    {
        var gate = _rig.OfferLater("slow");
        var session = _rig.Open();
        var other = _rig.Open("other");
        var answers = Enumerable.Range(0, 4).Select(_ => _rig.Call("slow", session: session)).ToList();
        Assert.That(McpRig.Problem(McpRig.Wait(answers[3])), Does.Contain("3 of yours"));
        answers[3] = _rig.Call("slow", session: other);
        for (var i = 0; i < 20; i++) answers.Add(_rig.Call("slow"));
        _rig.Harness.Step();
        Assert.That(_rig.Counters.Pending, Is.EqualTo(24), "the application's own calls have no such limit");
        gate.SetResult(ToolOutput.Text("done"));
        foreach (var answer in answers) Assert.That(McpRig.Text(_rig.Result(answer)), Is.EqualTo("done"));
        Assert.That(_rig.CallNow("slow", session: session).IsError, Is.False, "a place is free again");
    }

    [Test]
    public void Calls_of_a_session_per_second_are_limited_and_others_are_not_affected()
    {
        _rig.Offer("now", static (_, _) => new(ToolOutput.Text("done")));
        var session = _rig.Open();
        for (var i = 0; i < 10; i++) Assert.That(_rig.CallNow("now", session: session).IsError, Is.False, "a burst of twice the rate");
        Assert.That(McpRig.Problem(McpRig.Wait(_rig.Call("now", session: session))), Is.EqualTo("Too many calls: this server allows 5 a second. Try again in 200 ms."));
        Assert.That(_rig.CallNow("now", session: _rig.Open("other")).IsError, Is.False);
        _rig.Harness.Time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.That(McpRig.Wait(_rig.Call("now", session: session)).IsError);
        _rig.Harness.Time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.That(_rig.CallNow("now", session: session).IsError, Is.False);
        Assert.That(McpRig.Wait(_rig.Call("now", session: session)).IsError);
        _rig.Harness.Time.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 10; i++) Assert.That(_rig.CallNow("now", session: session).IsError, Is.False);
        Assert.That(McpRig.Wait(_rig.Call("now", session: session)).IsError, "what was not used does not add up");
    }

    [Test]
    public void A_call_that_was_refused_or_cancelled_holds_no_place()
    {
        using var source = new CancellationTokenSource();
        _rig.OfferLater("slow");
        var session = _rig.Open();
        for (var i = 0; i < 3; i++) _ = _rig.Call("slow", session: session, token: source.Token);
        _rig.Harness.Step();
        Assert.That(McpRig.Wait(_rig.Call("slow", session: session)).IsError);
        source.Cancel();
        _rig.Until(() => session.Calls.Count == 0);
        _rig.Offer("now", static (_, _) => new(ToolOutput.Text("done")));
        _rig.Until(() => session.TryBeginCall() is null);
        session.EndCall();
        Assert.That(_rig.CallNow("now", session: session).IsError, Is.False);
    }
}
