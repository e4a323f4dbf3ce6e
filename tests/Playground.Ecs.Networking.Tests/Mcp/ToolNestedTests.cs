using System.Text.Json;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Mcp;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>Tools that call tools.</summary>
public sealed class ToolNestedTests
{
    private McpRig _rig = null!;

    [SetUp]
    public async Task Start()
    {
        _rig = await McpRig.StartAsync();
        _rig.Offer("outer", (call, token) => _rig.System.Tools.CallFromAsync(call, "inner", call.Arguments, token));
    }

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void A_tool_calls_another_in_its_callers_name_and_the_caller_hears_what_that_one_says()
    {
        var session = _rig.Open();
        var heard = new List<ToolNote>();
        _rig.Offer("inner", static (call, _) =>
        {
            call.ReportProgress(1, 2, "inside");
            return new(ToolOutput.Text($"{call.Caller} {call.Arguments.GetRawText()}"));
        });
        var output = _rig.CallNow("outer", """{"a":1}""", session, (note, _) =>
        {
            heard.Add(note);
            return default;
        });
        Assert.That(McpRig.Text(output), Is.EqualTo($$"""{{session.Entity}} {"a":1}"""));
        Assert.That(heard, Is.EqualTo(new[] { ToolNote.Of(1, 2, "inside") }));
        _rig.Harness.Step();
        Assert.That(_rig.Harness.World.Get<LlmSessionComponent>(session.Entity).LastTool, Is.EqualTo("inner"));
    }

    [Test]
    public void What_stands_against_the_inner_call_is_its_result()
    {
        Assert.That(McpRig.Problem(_rig.CallNow("outer")), Does.Contain("no tool named 'inner'"));
        _rig.Offer("inner", schema: JsonElement.Parse("""{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}"""));
        Assert.That(McpRig.Problem(_rig.CallNow("outer")), Does.Contain("n"));
        Assert.That(_rig.Counters.Refused, Is.EqualTo(2));
        Assert.That(_rig.Channel.WaitingCount, Is.Zero);
    }

    [Test]
    public void When_the_outer_call_is_called_off_so_is_the_inner_one()
    {
        var tokens = new List<CancellationToken>();
        _rig.OfferLater("inner", tokens);
        using var source = new CancellationTokenSource();
        var answer = _rig.Call("outer", token: source.Token);
        _rig.Harness.Step(3);
        Assert.That(_rig.Counters.Pending, Is.EqualTo(2));
        source.Cancel();
        Assert.That(() => McpRig.Wait(answer), Throws.InstanceOf<OperationCanceledException>());
        _rig.Until(() => _rig.Counters.Pending == 0 && tokens.Single().IsCancellationRequested);
        Assert.That(_rig.Log.Exceptions, Is.Empty);
    }

    [Test]
    public void What_waits_for_a_model_comes_with_the_result_that_it_gets()
    {
        var session = _rig.Open();
        _rig.Offer("inner", static (_, _) => new(ToolOutput.Text("inside")));
        _rig.Offer("swallow", async (call, token) =>
        {
            await _rig.System.Tools.CallFromAsync(call, "inner", call.Arguments, token);
            return ToolOutput.Text("outside");
        });
        _rig.Channel.SendTo(session.Entity, 3, "ABC"u8).Unwrap();
        _rig.Harness.Step(2);
        Assert.That(McpRig.Texts(_rig.CallNow("swallow", session: session)).ToArray(), Has.Length.EqualTo(2).And.Some.Contain("ABC").And.Some.EqualTo("outside"));
    }

    [Test]
    public async Task When_the_system_stops_neither_hangs()
    {
        _rig.OfferLater("inner");
        var answer = _rig.Call("outer");
        _rig.Harness.Step(3);
        await _rig.Harness.DisposeSystemAsync();
        Assert.That(McpRig.Problem(McpRig.Wait(answer)), Does.Contain("stopping"));
    }
}
