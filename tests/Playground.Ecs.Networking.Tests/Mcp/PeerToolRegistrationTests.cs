using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>Remote peers offer tools and withdraw them, by control packets 100 and 101.</summary>
public sealed class PeerToolRegistrationTests
{
    private McpRig _rig = null!;
    private ToolPeer _peer = null!;
    private ChannelId _channel;

    [SetUp]
    public async Task Start()
    {
        _rig = await McpRig.StartAsync(
            new McpOptions { ClientToolsMax = 2, ToolsMax = 4, DescriptionCharsMax = 40, SchemaBytesMax = 60, JsonDepthMax = 4 },
            new NetworkingOptions { AllowClientChannels = true, AllowClientTools = true });
        _peer = new ToolPeer(_rig.Harness);
        _channel = _peer.Own("far");
    }

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public async Task It_is_off_by_default()
    {
        await using var rig = await McpRig.StartAsync(network: new NetworkingOptions { AllowClientChannels = true });
        Assert.That(OfferTo(rig), Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(rig.System.ListMcpTools(), Is.Empty);

        static ErrorCode OfferTo(McpRig rig)
        {
            var peer = new ToolPeer(rig.Harness);
            return peer.Offer("far", peer.Own("far")).Error;
        }
    }

    [Test]
    public void A_tool_is_registered_on_a_channel_of_its_peer_and_withdrawn_by_name()
    {
        var offered = _peer.Offer("far", _channel);
        Assert.That((offered.Error, ChannelOf(offered)), Is.EqualTo((ErrorCode.None, _channel)));
        var tool = _rig.System.ListMcpTools().Single();
        Assert.That((tool.Name, tool.Description, tool.HandlerChannel), Is.EqualTo(("far", "Does far.", _channel)));
        Assert.That(_peer.Offer("far", _channel).Error, Is.EqualTo(ErrorCode.AlreadyExists));
        Assert.That(_peer.Withdraw("far").Error, Is.EqualTo(ErrorCode.None));
        Assert.That(_rig.System.ListMcpTools(), Is.Empty);
        Assert.That(_peer.Withdraw("far").Error, Is.EqualTo(ErrorCode.InvalidArgument));
    }

    [Test]
    public void What_cannot_be_registered_is_refused_with_the_reason()
    {
        var stranger = new ToolPeer(_rig.Harness, "stranger");
        var theirs = stranger.Own("theirs");
        var session = _rig.Open();
        Assert.That(_peer.Offer("t", 1999).Error, Is.EqualTo(ErrorCode.ChannelNotFound));
        Assert.That(_peer.Offer("t", 0).Error, Is.EqualTo(ErrorCode.ChannelNotFound));
        Assert.That(_peer.Offer("t", theirs).Error, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(_peer.Offer("t", _rig.Channel.Id).Error, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(_peer.Offer("t", session.Channel).Error, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(_peer.Offer("bad name", _channel).Error, Is.EqualTo(ErrorCode.InvalidArgument));
        Assert.That(_peer.Offer("t", _channel, description: " ").Error, Is.EqualTo(ErrorCode.InvalidArgument));
        Assert.That(_peer.Offer("t", _channel, description: new string('d', 41)).Error, Is.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(_peer.Offer("t", _channel, "{").Error, Is.EqualTo(ErrorCode.InvalidArgument));
        Assert.That(_peer.Offer("t", _channel, "[]").Error, Is.EqualTo(ErrorCode.InvalidArgument));
        Assert.That(_peer.Offer("t", _channel, """{"type":"object","frobnicate":1}""").Message, Does.Contain("frobnicate"));
        Assert.That(_peer.Offer("t", _channel, """{"a":{"b":{"c":{"d":1}}}}""").Error, Is.EqualTo(ErrorCode.InvalidArgument));
        Assert.That(_peer.Offer("t", _channel, new string(' ', 61)).Error, Is.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(_rig.System.ListMcpTools(), Is.Empty);
        Assert.That(_peer.Session.IsOpen);
    }

    [Test]
    public void A_peer_registers_so_many_and_all_together_so_many()
    {
        for (var i = 0; i < 2; i++) Assert.That(_peer.Offer($"t{i}", _channel).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(_peer.Offer("t2", _channel).Error, Is.EqualTo(ErrorCode.LimitExceeded));
        _rig.Offer("t3");
        var second = new ToolPeer(_rig.Harness, "second");
        var theirs = second.Own("theirs");
        Assert.That(second.Offer("t4", theirs).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(second.Offer("t5", theirs).Error, Is.EqualTo(ErrorCode.LimitExceeded), "ToolsMax");
        _peer.Withdraw("t0");
        Assert.That(_peer.Offer("t2", _channel).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Nobody_withdraws_what_is_anothers()
    {
        _peer.Offer("far", _channel);
        _rig.Offer("near");
        var stranger = new ToolPeer(_rig.Harness, "stranger");
        Assert.That(stranger.Withdraw("far").Error, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(_peer.Withdraw("near").Error, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(_rig.System.UnregisterMcpTool("far").Error, Is.InstanceOf<NetworkError.Forbidden>());
        Assert.That(_rig.System.ListMcpTools(), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_tool_goes_with_its_channel_and_with_its_session()
    {
        var second = _peer.Own("second");
        _peer.Offer("far", _channel);
        _peer.Offer("far_two", second);
        _peer.Unregister(second);
        Assert.That(_rig.System.ListMcpTools().Select(static t => t.Name), Is.EqualTo(new[] { "far" }));
        _peer.Session.SayGoodbye();
        _rig.Harness.Step();
        Assert.That(_rig.System.ListMcpTools(), Is.Empty);
    }

    [Test]
    public void A_tool_is_kept_over_a_resume()
    {
        _peer.Offer("far", _channel);
        _peer.Session.Cut();
        _rig.Harness.Step(60);
        Assert.That(_rig.System.ListMcpTools(), Has.Count.EqualTo(1));
        Assert.That(_peer.Session.Resume().Resumed);
        Assert.That(_rig.System.ListMcpTools(), Has.Count.EqualTo(1));
        Assert.That(_peer.Withdraw("far").Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_malformed_packet_closes_with_4501([Values(100, 101)] int type)
    {
        _peer.Offer("far", _channel);
        _peer.Session.Send(ChannelRanges.Control, (ushort)type, [0x91, 0x01]);
        _rig.Harness.Step(2);
        Assert.That((int)_peer.Session.Code, Is.EqualTo(4501));
        Assert.That(_rig.System.ListMcpTools(), Is.Empty);
    }

    [Test]
    public void Without_the_flag_it_is_served_and_answered_without_it()
    {
        var peer = _rig.Harness.ConnectWithHello("unreliable");
        peer.SendControl(new RegisterChannel(1, "unreliable", default));
        _rig.Harness.Step();
        var channel = ChannelOf(peer.NextReply());
        peer.SendControl(new RegisterMcpTool(2, "t", "Does t.", """{"type":"object"}""", channel));
        _rig.Harness.Step();
        var packet = peer.Next()!;
        Assert.That((packet.IsControl<Reply>(), packet.IsReliable), Is.EqualTo((true, false)));
        Assert.That(_rig.System.ListMcpTools(), Has.Count.EqualTo(1));
    }

    private static ChannelId ChannelOf(Reply reply) =>
        reply.TryReadChannel(out var channel) ? channel : throw new InvalidOperationException($"No channel: {reply.Message}.");
}
