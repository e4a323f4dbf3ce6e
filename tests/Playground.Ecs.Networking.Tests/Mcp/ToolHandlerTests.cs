using System.Text.Json;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>Models call tools whose plugin has a handler.</summary>
public sealed class ToolHandlerTests
{
    private McpRig _rig = null!;

    [SetUp]
    public async Task Start() => _rig = await McpRig.StartAsync();

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void What_completes_at_once_is_answered_in_the_same_frame()
    {
        _rig.Offer("now", static (call, _) => new(ToolOutput.Text($"{call.Tool} {call.Arguments.GetRawText()}")));
        var answer = _rig.Call("now", """{"a":1}""");
        _rig.Harness.Step();
        Assert.That(McpRig.Text(McpRig.Wait(answer)), Is.EqualTo("""now {"a":1}"""));
    }

    [Test]
    public void A_handler_is_told_who_calls_what_on_which_channel()
    {
        var calls = new List<ToolInvocation>();
        _rig.Offer("who", (call, _) =>
        {
            calls.Add(call);
            return new(ToolOutput.Text("you"));
        });
        var session = _rig.Open();
        _rig.CallNow("who", """{"player_id":7}""", session);
        _rig.Result(_rig.System.CallMcpToolAsync("who", default));
        Assert.That(calls.Select(c => (c.Channel, c.Tool, c.Caller)), Is.EqualTo(new[]
        {
            (_rig.Channel, "who", session.Entity), (_rig.Channel, "who", Entity.Null),
        }));
        Assert.That(_rig.Harness.World.Has<LlmSessionComponent>(calls[0].Caller));
        Assert.That(calls[0].Read<Aim>().PlayerId, Is.EqualTo(7));
        Assert.That(calls[1].Arguments.GetRawText(), Is.EqualTo("{}"), "nothing is an empty object");
    }

    [Test]
    public void Handlers_run_in_update_and_their_awaits_resume_on_the_loop_in_later_frames()
    {
        var gate = new TaskCompletionSource();
        var threads = new List<int>();
        _rig.Offer("slow", async (_, _) =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            await gate.Task;
            threads.Add(Environment.CurrentManagedThreadId);

            // The loop's own: it throws on any other thread.
            Assert.That(_rig.Channel.WaitingCount, Is.Zero);
            _rig.Channel.Send(1, [1]).Unwrap();
            return ToolOutput.Text("done");
        });
        var answer = _rig.Call("slow");
        _rig.Harness.Step(3);
        Assert.That(answer.IsCompleted, Is.False);
        Task.Run(gate.SetResult).Wait();
        _rig.Harness.Step();
        Assert.That(McpRig.Text(McpRig.Wait(answer)), Is.EqualTo("done"), "it left in the frame that completed it");
        Assert.That(threads, Is.EqualTo(new[] { Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId }));
    }

    [Test]
    public void A_handler_that_ends_elsewhere_is_answered_for_by_the_loop()
    {
        _rig.Offer("away", static async (_, _) => await Task.Run(static () => ToolOutput.Text("here")).ConfigureAwait(false));
        Assert.That(McpRig.Text(_rig.CallNow("away")), Is.EqualTo("here"));
    }

    [Test]
    public void At_the_frames_end_all_systems_have_updated_and_the_world_may_change()
    {
        var order = new List<string>();
        var created = Entity.Null;
        _rig.Offer("late", (_, _) =>
        {
            order.Add("end");
            created = _rig.Harness.World.Create(new ChannelComponent());
            _rig.Harness.World.Add(created, default(ConnectionComponent));
            return new(ToolOutput.Text("created"));
        }, new ToolOptions { AtFrameEnd = true });
        _rig.Offer("early", (_, _) =>
        {
            order.Add("update");
            return new(ToolOutput.Text("seen"));
        });
        var answers = new[] { _rig.Call("late"), _rig.Call("early") };
        _rig.Harness.StepWith(() => order.Add("game"));
        Assert.That(order, Is.EqualTo(new[] { "update", "game", "end" }));
        Assert.That(answers.Select(McpRig.Wait).Select(McpRig.Text), Is.EqualTo(new[] { "created", "seen" }));
        Assert.That(_rig.Harness.World.IsAlive(created));
        _rig.Harness.World.Destroy(created);
    }

    [Test]
    public void A_handler_at_the_frames_end_may_unregister_its_tool_and_its_channel()
    {
        _rig.Offer("own", (call, _) =>
        {
            _rig.System.UnregisterMcpTool("own").Unwrap();
            _rig.System.UnregisterAsync(call.Channel.Id).AsTask().GetAwaiter().GetResult().Unwrap();
            return new(ToolOutput.Text("gone"));
        }, new ToolOptions { AtFrameEnd = true });
        Assert.That(McpRig.Problem(_rig.CallNow("own")), Does.Contain("withdrawn"));
        Assert.That(_rig.System.ListMcpTools(), Is.Empty);
        Assert.That(McpRig.Problem(_rig.CallNow("own")), Does.Contain("no tool named 'own'"));
    }

    [Test]
    public void An_exception_is_counted_and_logged_and_the_model_gets_no_text_of_it([Values] bool atOnce, [Values] bool atFrameEnd)
    {
        using var meter = new MeterReading(_rig.System);
        _rig.Offer("bad", async (_, _) =>
        {
            if (!atOnce) await Task.Yield();
            throw new InvalidOperationException("thirteen");
        }, new ToolOptions { AtFrameEnd = atFrameEnd });
        var problem = McpRig.Problem(_rig.CallNow("bad"));
        Assert.That(problem, Does.Contain("'bad' failed").And.Not.Contain("thirteen"));
        Assert.That(meter.Read("playground.handlers.failed"), Is.EqualTo(1));
        Assert.That(meter.Read("playground.tools.pending"), Is.Zero);
        Assert.That(_rig.Log.Lines.Count(l => l.Level == LogLevel.Error && l.Exception?.Message == "thirteen"), Is.EqualTo(1));
    }

    [Test]
    public void A_handler_that_throws_before_its_first_await_costs_nobody_else_anything()
    {
        _rig.Offer("bad", static (_, _) => throw new InvalidOperationException("thirteen"));
        _rig.Offer("good", static (_, _) => new(ToolOutput.Text("good")));
        var answers = new[] { _rig.Call("good"), _rig.Call("bad"), _rig.Call("good") };
        _rig.Harness.Step();
        Assert.That(answers.Select(McpRig.Wait).Select(static a => a.IsError), Is.EqualTo(new[] { false, true, false }));
    }

    [Test]
    public void A_handler_that_returns_null_has_failed([Values] bool atOnce)
    {
        _rig.Offer("null", async (_, _) =>
        {
            if (!atOnce) await Task.Yield();
            return null!;
        });
        Assert.That(McpRig.Problem(_rig.CallNow("null")), Does.Contain("failed"));
        Assert.That(_rig.Log.Exceptions.Single().Message, Does.Contain("null"));
    }

    [Test]
    public void Progress_and_log_reach_the_caller_in_order_and_all_of_it_before_the_result()
    {
        var gate = new TaskCompletionSource();
        _rig.Offer("talk", async (call, _) =>
        {
            call.ReportProgress(1, 3, "one");
            call.Log(ToolLogLevel.Warning, "careful");
            await gate.Task;
            call.ReportProgress(2);
            call.ReportProgress(3, 3);
            return ToolOutput.Text("done");
        });
        var heard = new List<ToolNote>();
        var answer = _rig.Call("talk", listener: (note, _) =>
        {
            lock (heard) heard.Add(note);
            return default;
        });
        _rig.Harness.Step();
        gate.SetResult();
        _rig.Result(answer);
        Assert.That(heard, Is.EqualTo(new[]
        {
            ToolNote.Of(1, 3, "one"), ToolNote.Of(ToolLogLevel.Warning, "careful"), ToolNote.Of(2, null, null), ToolNote.Of(3, 3, null),
        }));
    }

    [Test]
    public void What_a_handler_says_when_its_call_is_over_is_of_no_effect()
    {
        ToolInvocation? kept = null;
        _rig.Offer("keep", (call, _) =>
        {
            kept = call;
            return new(ToolOutput.Text("done"));
        });
        var heard = 0;
        _rig.CallNow("keep", listener: (_, _) =>
        {
            heard++;
            return default;
        });
        kept!.ReportProgress(1);
        kept.Log(ToolLogLevel.Error, "late");
        _rig.Harness.Step(2);
        Assert.That(heard, Is.Zero);
        Assert.That(_rig.Counters.NotesDropped, Is.Zero);
    }

    [Test]
    public void A_handler_may_read_its_arguments_when_their_document_is_gone()
    {
        var gate = new TaskCompletionSource();
        var read = new TaskCompletionSource<string>();
        _rig.Offer("later", async (call, _) =>
        {
            await gate.Task;
            read.SetResult(call.Arguments.GetRawText());
            return ToolOutput.Text("done");
        });
        Task<ToolOutput> answer;
        using (var document = JsonDocument.Parse("""{"a":"b"}"""))
        {
            answer = _rig.Mcp.CallAsync(null, "later", document.RootElement, null, default);
            _rig.Harness.Step();
        }

        gate.SetResult();
        _rig.Result(answer);
        Assert.That(McpRig.Wait(read.Task), Is.EqualTo("""{"a":"b"}"""));
    }

    private sealed record Aim(int PlayerId);
}
