using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Row 32: tools for language models that peers register.</summary>
public sealed class ToolFaults
{
    private const string Schema = """{"type":"object"}""";

    private static readonly NetworkingOptions Allowing = new() { AllowClientChannels = true, AllowClientTools = true, ControlRequestsPerSecond = 1_000 };

    [Test]
    public async Task Row_32_a_flood_of_tools_gets_LimitExceeded_and_then_4504()
    {
        await using var harness = await FaultHarness.StartAsync(Allowing);
        var attacker = harness.ConnectWithHello();
        var channel = Channel(harness, attacker);
        var replies = Enumerable.Range(0, 90).Select(i => Offer(harness, attacker, $"tool_{i}", channel)).ToList();
        Assert.That(replies[..16], Is.All.EqualTo(ErrorCode.None));
        Assert.That(replies[16..80], Is.All.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(attacker.End?.Code, Is.EqualTo((ushort)CloseCode.PersistentRefusals));
        Assert.That(harness.Ended(DisconnectReason.PersistentRefusals), Is.EqualTo(1));
        ExpectGone(harness);
    }

    [Test]
    public async Task Row_32_a_huge_schema_gets_LimitExceeded()
    {
        await using var harness = await FaultHarness.StartAsync(Allowing);
        var attacker = harness.ConnectWithHello();
        var channel = Channel(harness, attacker);
        var huge = $$"""{"type":"object","description":"{{new string('x', 20_000)}}"}""";
        Assert.That(Offer(harness, attacker, "huge", channel, huge), Is.EqualTo(ErrorCode.LimitExceeded));
        var deep = string.Concat(Enumerable.Repeat("""{"type":"object","properties":{"a":""", 200)) + "{}" + new string('}', 400);
        Assert.That(Offer(harness, attacker, "deep", channel, deep), Is.EqualTo(ErrorCode.InvalidArgument));
        ExpectGone(harness);
    }

    [Test]
    public async Task Row_32_anothers_name_gets_AlreadyExists_and_its_tool_stays()
    {
        await using var harness = await FaultHarness.StartAsync(Allowing);
        var owner = harness.ConnectWithHello("owner");
        Assert.That(Offer(harness, owner, "mine", Channel(harness, owner)), Is.EqualTo(ErrorCode.None));
        var attacker = harness.ConnectWithHello();
        Assert.That(Offer(harness, attacker, "mine", Channel(harness, attacker, "other")), Is.EqualTo(ErrorCode.AlreadyExists));
        Assert.That(Ask(harness, attacker, new UnregisterMcpTool(attacker.NextRequestId(), "mine")), Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(harness.System.ListMcpTools().Select(static tool => tool.Name), Is.EqualTo(new[] { "mine" }));
        Assert.That(harness.Meter.Read("playground.packets.refused", nameof(ErrorCode.Forbidden)), Is.EqualTo(1));
        ExpectGone(harness);
    }

    [Test]
    public async Task Row_32_tools_are_gone_with_their_owner()
    {
        await using var harness = await FaultHarness.StartAsync(Allowing);
        var owner = harness.ConnectWithHello("owner");
        Assert.That(Offer(harness, owner, "left_behind", Channel(harness, owner)), Is.EqualTo(ErrorCode.None));
        Assert.That(harness.Meter.Read("playground.tools.registered"), Is.EqualTo(1));
        owner.SendControl(new Goodbye(ErrorCode.None, "bye", 0));
        harness.Step(2);
        Assert.That(harness.System.ListMcpTools(), Is.Empty);
        ExpectGone(harness);
    }

    // What was left of them goes with their sessions at the end.
    private static void ExpectGone(FaultHarness harness)
    {
        harness.ExpectUnharmed();
        Assert.That(harness.System.ListMcpTools(), Is.Empty);
        Assert.That(harness.Meter.Read("playground.tools.registered"), Is.Zero);
    }

    private static ChannelId Channel(FaultHarness harness, TestPeer peer, string name = "tools")
    {
        peer.SendControl(new RegisterChannel(peer.NextRequestId(), name, default));
        harness.Step();
        return peer.NextReply().TryReadChannel(out var channel) ? channel : throw new InvalidOperationException("No channel.");
    }

    private static ErrorCode? Offer(FaultHarness harness, TestPeer peer, string name, ChannelId channel, string schema = Schema) =>
        Ask(harness, peer, new RegisterMcpTool(peer.NextRequestId(), name, "Does nothing.", schema, channel));

    private static ErrorCode? Ask<T>(FaultHarness harness, TestPeer peer, T request)
        where T : struct, IMessage<T>
    {
        if (peer.End is not null) return null;
        peer.SendControl(request);
        harness.Step();
        return peer.End is null ? peer.NextReply().Error : null;
    }
}
