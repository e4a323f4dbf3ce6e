using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>Models call tools whose calls wait in the inbox of their channel.</summary>
public sealed class ToolInboxTests
{
    private McpRig _rig = null!;

    [SetUp]
    public async Task Start()
    {
        _rig = await McpRig.StartAsync(network: new NetworkingOptions { InboxPacketsMax = 4 });
        _rig.Offer("inbox");
    }

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void A_call_is_a_packet_from_its_callers_entity_and_completed_by_its_number()
    {
        var session = _rig.Open();
        var answer = _rig.Call("inbox", """{"a":1}""", session);
        _rig.Harness.Step();
        var (packet, call) = TakeCall();
        Assert.That((packet.Sender, packet.ChannelId, packet.PacketType, packet.IsReliable), Is.EqualTo((session.Entity, _rig.Channel.Id, (ushort)0xFF02, true)));
        Assert.That(
            (call.LlmChannel, call.Generation, call.Tool, call.Arguments, call.TimeoutMs),
            Is.EqualTo((session.Channel, session.Generation, "inbox", """{"a":1}""", 30_000u)));
        _rig.Channel.CompleteTool(call.Id, ToolOutput.Text("done")).Unwrap();
        Assert.That(McpRig.Text(McpRig.Wait(answer)), Is.EqualTo("done"));
        Assert.That(_rig.Channel.CompleteTool(call.Id, ToolOutput.Text("again")).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(_rig.Channel.ReportToolProgress(call.Id, 1).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
    }

    [Test]
    public void The_applications_own_call_has_no_sender()
    {
        var answer = _rig.System.CallMcpToolAsync("inbox", McpRig.AnySchema);
        _rig.Harness.Step();
        var (packet, call) = TakeCall();
        Assert.That((packet.Sender, call.LlmChannel, call.Generation), Is.EqualTo((Entity.Null, default(ChannelId), 0u)));
        _rig.Channel.CompleteTool(call.Id, ToolOutput.Error("no")).Unwrap();
        Assert.That(McpRig.Problem(McpRig.Wait(answer)), Is.EqualTo("no"));
    }

    [Test]
    public void Progress_comes_before_the_result()
    {
        var heard = new List<ToolNote>();
        var answer = _rig.Call("inbox", listener: (note, _) =>
        {
            heard.Add(note);
            return default;
        });
        _rig.Harness.Step();
        var (_, call) = TakeCall();
        for (var i = 1; i <= 5; i++) _rig.Channel.ReportToolProgress(call.Id, i, 5, $"step {i}").Unwrap();
        _rig.Channel.CompleteTool(call.Id, ToolOutput.Text("done")).Unwrap();
        McpRig.Wait(answer);
        Assert.That(heard, Is.EqualTo(Enumerable.Range(1, 5).Select(static i => ToolNote.Of(i, 5, $"step {i}"))));
    }

    [Test]
    public void Only_its_own_channel_completes_a_call_and_a_handlers_call_nobody_but_the_handler()
    {
        var other = _rig.System.RegisterPlugin("y").Unwrap();
        var gate = _rig.OfferLater("handled");
        var answer = _rig.Call("inbox");
        var handled = _rig.Call("handled");
        _rig.Harness.Step();
        var (_, call) = TakeCall();
        Assert.That(other.CompleteTool(call.Id, ToolOutput.Text("stolen")).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(other.ReportToolProgress(call.Id, 1).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(_rig.Channel.CompleteTool(call.Id + 1, ToolOutput.Text("handled too")).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        _rig.Channel.CompleteTool(call.Id, ToolOutput.Text("mine")).Unwrap();
        gate.SetResult(ToolOutput.Text("by its handler"));
        Assert.That(McpRig.Text(McpRig.Wait(answer)), Is.EqualTo("mine"));
        Assert.That(McpRig.Text(_rig.Result(handled)), Is.EqualTo("by its handler"));
    }

    [Test]
    public void A_full_inbox_refuses_the_next_call_with_a_sentence()
    {
        var answers = Enumerable.Range(0, 5).Select(_ => _rig.Call("inbox")).ToList();
        _rig.Harness.Step();
        Assert.That(McpRig.Problem(McpRig.Wait(answers[4])), Does.Contain("too many calls waiting"));
        Assert.That(_rig.Channel.WaitingCount, Is.EqualTo(4));
        foreach (var packet in _rig.Channel.Receive())
        {
            _rig.Channel.CompleteTool(Read(packet).Id, ToolOutput.Text("done")).Unwrap();
        }

        Assert.That(answers.Take(4).Select(McpRig.Wait).Select(McpRig.Text), Is.All.EqualTo("done"));
    }

    [Test]
    public void A_packet_handler_receives_calls_too_and_may_answer_at_once()
    {
        var channel = _rig.System.RegisterPlugin("y", new PluginOptions
        {
            Handler = static (channel, in packet) => channel.CompleteTool(Read(packet).Id, ToolOutput.Text("handled")).Unwrap(),
        }).Unwrap();
        _rig.Offer("packet", channel: channel);
        var answer = _rig.Call("packet");
        _rig.Harness.Step();
        Assert.That(McpRig.Text(McpRig.Wait(answer)), Is.EqualTo("handled"));
    }

    [Test]
    public void A_packet_handler_that_throws_at_a_models_call_costs_nobody_anything()
    {
        var channel = _rig.System.RegisterPlugin("y", new PluginOptions { Handler = static (_, in _) => throw new InvalidOperationException("thirteen") }).Unwrap();
        _rig.Offer("packet", channel: channel);
        var session = _rig.Open();
        var answer = _rig.Call("packet", session: session);
        _rig.Harness.Step();
        Assert.That(_rig.Log.Exceptions.Single().Message, Is.EqualTo("thirteen"));
        _rig.Harness.StepFor(TimeSpan.FromSeconds(31));
        Assert.That(McpRig.Problem(McpRig.Wait(answer)), Does.Contain("did not answer within 30 s"));
    }

    [Test]
    public void A_result_must_be_there() => Assert.Throws<ArgumentNullException>(() => _rig.Channel.CompleteTool(1, null!));

    private (ReceivedPacket Packet, ToolCall Call) TakeCall()
    {
        var packet = _rig.Channel.Receive().ToArray().Single();
        return (packet, Read(packet));
    }

    private static ToolCall Read(in ReceivedPacket packet) =>
        ToolCall.TryRead(packet.Data, out var call) ? call : throw new InvalidOperationException($"Not a ToolCall: {packet.PacketType}.");
}
