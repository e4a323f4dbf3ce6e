using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>How many sessions there may be, and for how long.</summary>
public sealed class LlmSessionLimitTests
{
    private McpRig _rig = null!;

    [SetUp]
    public async Task Start() => _rig = await McpRig.StartAsync(
        new McpOptions { IdleTimeout = TimeSpan.FromMinutes(1), SessionsMax = 3, CallTimeout = TimeSpan.FromMinutes(10) });

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void A_session_that_nobody_uses_ends()
    {
        using var meter = new MeterReading(_rig.System);
        var session = _rig.Open();
        Pass(59);
        Assert.That(session.IsOver, Is.False);
        Assert.That(_rig.Open(), Is.SameAs(session), "which is a use");
        Pass(59);
        Assert.That(session.IsOver, Is.False);
        Pass(2);
        Assert.That(session.IsOver);
        Assert.That((meter.Read("playground.llm.sessions"), meter.Read("playground.llm.sessions.idle")), Is.EqualTo((0, 1)));
        Assert.That(_rig.Open(), Is.Not.SameAs(session));
    }

    [Test]
    public void A_session_is_not_idle_while_it_is_pinned_or_a_call_runs()
    {
        var gate = _rig.OfferLater("slow");
        var pinned = _rig.Open("pinned");
        var calling = _rig.Open("calling");
        pinned.Pin();
        var answer = _rig.Call("slow", session: calling);
        Pass(300);
        Assert.That((pinned.IsOver, calling.IsOver), Is.EqualTo((false, false)));
        pinned.Unpin();
        gate.SetResult(ToolOutput.Text("done"));
        _rig.Result(answer);
        Pass(59);
        Assert.That((pinned.IsOver, calling.IsOver), Is.EqualTo((false, false)), "the end of it was a use");
        Pass(2);
        Assert.That((pinned.IsOver, calling.IsOver), Is.EqualTo((true, true)));
    }

    [Test]
    public void With_all_taken_the_next_is_refused_and_a_freed_one_works()
    {
        using var meter = new MeterReading(_rig.System);
        var sessions = Enumerable.Range(0, 3).Select(i => _rig.Open($"client {i}")).ToList();
        var next = new LlmIdentity(null, null, "next", "1", null);
        Assert.That(_rig.Result(_rig.Mcp.OpenAsync(next, default).AsTask()).Error, Is.EqualTo(new NetworkError.LimitExceeded("SessionsMax", 3, 4)));
        Assert.That(meter.Read("playground.llm.sessions.refused"), Is.EqualTo(1));
        Assert.That(_rig.Open("client 1"), Is.SameAs(sessions[1]), "who is in stays in");
        _rig.Mcp.Close(sessions[1]);
        Assert.That(_rig.Result(_rig.Mcp.OpenAsync(next, default).AsTask()).IsOk);
    }

    [Test]
    public async Task All_channels_are_given_out_and_one_that_comes_back_has_another_generation()
    {
        await using var rig = await McpRig.StartAsync();
        Check(rig);

        static void Check(McpRig rig)
        {
            var opened = Enumerable.Range(0, 1001).Select(i => rig.Mcp.OpenAsync(new LlmIdentity(null, null, $"client {i}", "1", null), default).AsTask()).ToList();
            rig.Harness.Step();
            var sessions = opened.Take(1000).Select(McpRig.Wait).Select(static s => s.Unwrap()).ToList();
            Assert.That(sessions.Select(static s => (int)s.Channel.Value).Order(), Is.EqualTo(Enumerable.Range(2000, 1000)));
            Assert.That(McpRig.Wait(opened[1000]).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
            rig.Mcp.Close(sessions[500]);
            var again = rig.Open("client 1000");
            Assert.That(again.Channel, Is.EqualTo(sessions[500].Channel));
            Assert.That(again.Generation, Is.Not.EqualTo(sessions[500].Generation));
        }
    }

    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _rig.Harness.Time.Advance(TimeSpan.FromSeconds(1));
            _rig.Harness.RunFrame();
        }
    }
}
