using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>Models call tools of remote peers.</summary>
public sealed class ToolPeerTests
{
    private McpRig _rig = null!;
    private ToolPeer _peer = null!;
    private ChannelId _channel;

    [SetUp]
    public async Task Start()
    {
        _rig = await McpRig.StartAsync(network: new NetworkingOptions { AllowClientChannels = true, AllowClientTools = true, MaxPacketBytes = 65_536 });
    }

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void A_call_travels_reliably_on_the_peers_channel_and_its_result_comes_back()
    {
        Connect();
        var session = _rig.Open();
        var answer = _rig.Call("far", """{"a":1}""", session);
        _peer.Step();
        var (channel, isReliable, call) = _peer.Calls.Single();
        Assert.That((channel, isReliable), Is.EqualTo((_channel, true)));
        Assert.That(
            (call.LlmChannel, call.Generation, call.Tool, call.Arguments, call.TimeoutMs),
            Is.EqualTo((session.Channel, session.Generation, "far", """{"a":1}""", 30_000u)));
        _peer.Answer(_channel, call.Id, """{"content":[{"type":"text","text":"hi"}],"structuredContent":{"n":3}}""");
        var output = _rig.Result(answer);
        Assert.That((McpRig.Text(output), output.Structured?.GetRawText(), output.IsError), Is.EqualTo(("hi", """{"n":3}""", false)));
    }

    [Test]
    public void An_error_of_the_peer_is_the_models_to_mend()
    {
        Connect();
        var (answer, id) = CallFar();
        _peer.Answer(_channel, id, "\"no such player\"", isError: true);
        Assert.That(McpRig.Problem(_rig.Result(answer)), Is.EqualTo("no such player"));
    }

    [Test]
    public void Progress_arrives_in_order_and_all_of_it_before_the_result()
    {
        Connect();
        var heard = new List<ToolNote>();
        var (answer, id) = CallFar((note, _) =>
        {
            heard.Add(note);
            return default;
        });
        for (var i = 1; i <= 5; i++) _peer.Progress(_channel, id, i, 5, $"step {i}");
        _peer.Answer(_channel, id);
        _rig.Result(answer);
        Assert.That(heard, Is.EqualTo(Enumerable.Range(1, 5).Select(static i => ToolNote.Of(i, 5, $"step {i}"))));
    }

    [Test]
    public void A_result_that_is_none_fails_the_call_and_says_why()
    {
        Connect();
        var (answer, id) = CallFar();
        _peer.Answer(_channel, id, "nonsense");
        Assert.That(McpRig.Problem(_rig.Result(answer)), Does.Contain("'far'").And.Contain("no JSON"));
        Assert.That(_peer.Session.IsOpen);
    }

    [Test]
    public void Results_and_progress_of_another_peer_or_on_another_channel_are_Forbidden()
    {
        Connect();
        var thief = new ToolPeer(_rig.Harness, "thief");
        var theirs = thief.Own("theirs");
        var mine = _peer.Own("mine too");
        var (answer, id) = CallFar();
        thief.Answer(theirs, id, "\"stolen\"");
        thief.Answer(_channel, id, "\"stolen\"");
        thief.Progress(_channel, id, 1);
        thief.Step();
        _peer.Answer(mine, id, "\"elsewhere\"");
        _peer.Step(2);
        thief.Take();
        Assert.That(thief.Errors.Select(static e => (e.Error, e.PacketType)), Is.EqualTo(new[]
        {
            (ErrorCode.Forbidden, ToolResult.WireType), (ErrorCode.Forbidden, ToolResult.WireType), (ErrorCode.Forbidden, ToolProgress.WireType),
        }));
        Assert.That(_peer.Errors.Select(static e => (e.Error, e.Channel)), Is.EqualTo(new[] { (ErrorCode.Forbidden, mine) }));
        Assert.That(answer.IsCompleted, Is.False);
        _peer.Answer(_channel, id, "\"mine\"");
        Assert.That(McpRig.Text(_rig.Result(answer)), Is.EqualTo("mine"));
    }

    [Test]
    public void Nobody_answers_for_a_plugin()
    {
        Connect();
        _rig.Offer("inbox");
        var answer = _rig.Call("inbox");
        _rig.Harness.Step();
        Assert.That(ToolCall.TryRead(_rig.Channel.Receive()[0].Data, out var call));
        _peer.Answer(_rig.Channel.Id, call.Id, "\"stolen\"");
        _peer.Step(2);
        Assert.That(_peer.Errors.Single().Error, Is.EqualTo(ErrorCode.Forbidden));
        _rig.Channel.CompleteTool(call.Id, ToolOutput.Text("the plugin's")).Unwrap();
        Assert.That(McpRig.Text(_rig.Result(answer)), Is.EqualTo("the plugin's"));
    }

    [Test]
    public void A_peer_calls_no_tools_and_cancels_none()
    {
        Connect();
        _rig.Offer("inbox");
        _peer.Send(_rig.Channel.Id, new ToolCall(1, default, 0, "inbox", "{}", 1000));
        _peer.Send(_rig.Channel.Id, new ToolCancel(1, null));
        _peer.Step(2);
        Assert.That(_peer.Errors.Select(static e => (e.Error, e.PacketType)), Is.EqualTo(new[]
        {
            (ErrorCode.Forbidden, ToolCall.WireType), (ErrorCode.Forbidden, ToolCancel.WireType),
        }));
        Assert.That(_rig.Channel.WaitingCount, Is.Zero);
        Assert.That(_peer.Session.IsOpen);
    }

    [Test]
    public void Unknown_and_late_numbers_are_counted_and_ignored()
    {
        Connect();
        using var meter = new MeterReading(_rig.System);
        var (answer, id) = CallFar();
        _peer.Answer(_channel, id);
        _peer.Answer(_channel, id);
        _peer.Progress(_channel, id, 1);
        _peer.Answer(_channel, 4711);
        _rig.Result(answer);
        _peer.Step(2);
        Assert.That(meter.Read("playground.tools.late"), Is.EqualTo(3));
        Assert.That(_peer.Errors, Is.Empty);
    }

    [Test]
    public void A_malformed_packet_about_tools_closes_with_4501([Values(0xFF03, 0xFF04)] int type)
    {
        Connect();
        var (answer, _) = CallFar();
        _peer.Session.Send(_channel, (ushort)type, [0x93, 0xC1]);
        _rig.Harness.Step(2);
        Assert.That((int)_peer.Session.Code, Is.EqualTo(4501));
        Assert.That(McpRig.Problem(_rig.Result(answer)), Does.Contain("withdrawn"), "a final close ends the session, whose tools go with it");
        Assert.That(_rig.System.ListMcpTools(), Is.Empty);
    }

    [Test]
    public void An_owner_without_a_link_gets_the_call_when_it_comes_back()
    {
        Connect();
        _peer.Session.Cut();
        var answer = _rig.Call("far");
        _rig.Harness.StepFor(TimeSpan.FromSeconds(2));
        Assert.That(answer.IsCompleted, Is.False);
        Assert.That(_peer.Session.Resume().Resumed);
        _peer.Step(2);
        _peer.Answer(_channel, _peer.Calls.Single().Call.Id, "\"back\"");
        Assert.That(McpRig.Text(_rig.Result(answer)), Is.EqualTo("back"));
    }

    [Test]
    public void A_result_that_was_under_way_when_the_link_ended_arrives_on_the_next_one()
    {
        Connect();
        var (answer, id) = CallFar();
        _peer.Session.Stamp(_channel, ToolResult.WireType, [0x93, (byte)id, 0xC2, 0xA4, .. "\"ok\""u8]);
        _peer.Session.Cut();
        Assert.That(_peer.Session.Resume().Resumed);
        Assert.That(McpRig.Text(_rig.Result(answer)), Is.EqualTo("ok"));
    }

    [Test]
    public void Arguments_beyond_a_packet_are_an_error_for_the_model()
    {
        Connect();
        var answer = _rig.Result(_rig.Mcp.CallAsync(
            null, "far", System.Text.Json.JsonElement.Parse($$"""{"text":"{{new string('x', 100_000)}}"}"""), null, default));
        Assert.That(answer.IsError, "the test's packets are smaller");
        Assert.That(McpRig.Text(answer), Does.Contain("MaxPacketBytes is 65536"));
        Assert.That(_peer.Session.IsOpen);
    }

    [Test]
    public void An_owner_whose_queue_is_full_goes_on_and_the_model_tries_again()
    {
        Connect();
        _peer.Session.Cut();
        var arguments = $$"""{"text":"{{new string('x', 60_000)}}"}""";
        var problem = string.Empty;
        for (var i = 0; i < 1000 && problem.Length == 0; i++)
        {
            var answer = _rig.Call("far", arguments);
            _rig.Harness.RunFrame();
            if (_rig.Counters.Pending == i) problem = McpRig.Problem(McpRig.Wait(answer));
        }

        Assert.That(problem, Does.Contain("too much waiting"));
        Assert.That(_peer.Session.Resume().Resumed, "no model ends a peer's session");
    }

    [Test]
    public void A_plain_peers_tool_is_called_without_the_flag_and_goes_with_its_link()
    {
        var link = _rig.Harness.Connect();
        link.SendControl(new RegisterChannel(1, "plain", default));
        _rig.Harness.Step(2);
        link.NextReply().TryReadChannel(out var channel);
        link.SendControl(new RegisterMcpTool(2, "plain", "Does it.", """{"type":"object"}""", channel));
        _rig.Harness.Step();
        Assert.That(link.NextReply().Error, Is.EqualTo(ErrorCode.None));
        var answered = _rig.Call("plain");
        _rig.Harness.Step();
        var packet = link.Next()!;
        Assert.That(ToolCall.TryRead(packet.Data, out var call));
        Assert.That((packet.Channel, packet.Type, packet.IsReliable), Is.EqualTo((channel, (ushort)0xFF02, false)));
        link.Send(channel, ToolResult.WireType, [0x93, (byte)call.Id, 0xC2, 0xA4, .. "\"ok\""u8]);
        Assert.That(McpRig.Text(_rig.Result(answered)), Is.EqualTo("ok"));
        var lost = _rig.Call("plain");
        _rig.Harness.Step();
        link.Client.Abort();
        Assert.That(McpRig.Problem(_rig.Result(lost)), Does.Contain("withdrawn"));
        Assert.That(_rig.System.ListMcpTools(), Is.Empty);
    }

    private void Connect()
    {
        _peer = new ToolPeer(_rig.Harness);
        _channel = _peer.Own("far");
        Assert.That(_peer.Offer("far", _channel).Error, Is.EqualTo(ErrorCode.None));
    }

    private (Task<ToolOutput> Answer, uint Id) CallFar(ToolListener? listener = null)
    {
        var answer = _rig.Call("far", listener: listener);
        _peer.Step();
        var id = _peer.Calls.Single().Call.Id;
        _peer.Calls.Clear();
        return (answer, id);
    }
}
