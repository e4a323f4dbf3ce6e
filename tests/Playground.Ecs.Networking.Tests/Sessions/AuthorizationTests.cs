using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Sessions;

/// <summary>What the application's hook allows on which channel.</summary>
public sealed class AuthorizationTests
{
    private readonly HashSet<ChannelAction> _denied = [];
    private readonly List<AuthorizationRequest> _asked = [];

    [SetUp]
    public void AllowEverything()
    {
        _denied.Clear();
        _asked.Clear();
    }

    [Test]
    public async Task It_is_asked_with_who_what_and_where()
    {
        await using var harness = await StartAsync(new NetworkingOptions { Authenticate = static (_, _) => new(AuthenticationResult.Accept("alice")) });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.Connect();
        peer.Hello();
        harness.RunUntil(() => peer.Next() is not null);
        peer.Send(channel.Id, 1, []);
        harness.Step();
        var entity = await harness.EntityOfAsync("alice");
        Assert.That(_asked.Single(), Is.EqualTo(new AuthorizationRequest(entity, "alice", ChannelAction.Send, channel.Id, "x")));
    }

    [Test]
    public async Task A_permission_taken_back_refuses_from_the_next_packet_on()
    {
        await using var harness = await StartAsync();
        using var meter = new MeterReading(harness.System);
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        peer.Send(channel.Id, 1, []);
        harness.Step();
        _denied.Add(ChannelAction.Send);
        peer.Send(channel.Id, 2, []);
        harness.Step();
        Assert.That(channel.Receive().ToArray().Select(p => p.PacketType), Is.EqualTo(new ushort[] { 1 }));
        var error = peer.NextError();
        Assert.That((error.Error, error.Channel, error.PacketType), Is.EqualTo((ErrorCode.Forbidden, channel.Id, (ushort)2)));
        Assert.That(meter.Read("playground.packets.refused", nameof(ErrorCode.Forbidden)), Is.EqualTo(1));
    }

    [Test]
    public async Task Requests_are_sends_too()
    {
        await using var harness = await StartAsync();
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        _denied.Add(ChannelAction.Send);
        var body = new System.Buffers.ArrayBufferWriter<byte>();
        new Request(7, 1, default).WriteTo(body);
        peer.Send(channel.Id, Request.WireType, body.WrittenSpan);
        harness.Step();
        Assert.That(Response.TryRead(peer.Next()!.Data, out var response));
        Assert.That((response.Id, response.Error), Is.EqualTo((7u, ErrorCode.Forbidden)));
    }

    [Test]
    public async Task Subscribing_registering_and_broadcasting_need_permission()
    {
        await using var harness = await StartAsync(new NetworkingOptions { AllowClientChannels = true, AllowClientBroadcast = true });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        foreach (var isAllowed in new[] { false, true })
        {
            _denied.Clear();
            if (!isAllowed) _denied.UnionWith([ChannelAction.Subscribe, ChannelAction.Register, ChannelAction.Broadcast]);
            var expected = isAllowed ? ErrorCode.None : ErrorCode.Forbidden;
            peer.SendControl(new Subscribe(1, channel.Id));
            peer.SendControl(new RegisterChannel(2, "mine", default));
            peer.Send(0, (ushort)ControlType.Broadcast, [1]);
            harness.Step();
            if (!isAllowed) Assert.That(peer.NextError().Error, Is.EqualTo(ErrorCode.Forbidden), "the broadcast's, which is Critical");
            Assert.That((peer.NextReply().Error, peer.NextReply().Error), Is.EqualTo((expected, expected)));
            Assert.That(channel.SubscriberCount, Is.EqualTo(isAllowed ? 1 : 0));
            Assert.That(harness.System.FindChannel(ChannelRanges.Control).Value.Receive().Length, Is.EqualTo(isAllowed ? 1 : 0));
        }

        Assert.That(_asked.Last(a => a.Action == ChannelAction.Register), Has.Property("Name").EqualTo("mine").And.Property("Channel").EqualTo(default(ChannelId)));
    }

    [Test]
    public async Task What_was_granted_for_good_is_taken_back_by_a_review()
    {
        await using var harness = await StartAsync(new NetworkingOptions { AllowClientChannels = true });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        harness.Subscribe(peer, channel.Id);
        peer.SendControl(new RegisterChannel(9, "mine", default));
        harness.Step();
        peer.Clear();
        _denied.UnionWith([ChannelAction.Subscribe, ChannelAction.Register]);
        (await harness.System.ReviewPermissionsAsync()).Unwrap();
        harness.Step();
        Assert.That(channel.SubscriberCount, Is.Zero);
        Assert.That(harness.System.FindChannel("mine").IsOk, Is.False);
        Assert.That((peer.NextError().Error, peer.NextError().Error), Is.EqualTo((ErrorCode.Forbidden, ErrorCode.Forbidden)));
        Assert.That(peer.End, Is.Null);
    }

    [Test]
    public async Task Permissions_are_checked_again_when_a_session_is_resumed()
    {
        await using var harness = await StartAsync();
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = SessionPeer.Connect(harness);
        peer.Send(new Subscribe(1, channel.Id));
        peer.Step();
        Assert.That(channel.SubscriberCount, Is.EqualTo(1));
        peer.Cut();
        _denied.Add(ChannelAction.Subscribe);
        Assert.That(peer.Resume().Resumed);
        peer.Step(2);
        Assert.That(channel.SubscriberCount, Is.Zero);
        var packet = peer.Packets.Single(p => p.IsControl<ErrorMessage>());
        Assert.That(ErrorMessage.TryRead(packet.Data, out var error));
        Assert.That((error.Error, error.Channel), Is.EqualTo((ErrorCode.Forbidden, channel.Id)));
    }

    [Test]
    public async Task A_hook_that_throws_refuses_and_costs_the_frame_nothing()
    {
        var log = new LogLines();
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions
        {
            LoggerFactory = log,
            Authorize = static (in _) => throw new InvalidOperationException("no rules"),
        });
        using var meter = new MeterReading(harness.System);
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        peer.SendBatch([.. Enumerable.Repeat(TestPeer.Packet(channel.Id, 1, []), 10)]);
        harness.Step();
        Assert.That(peer.All().Count(p => p.IsControl<ErrorMessage>()), Is.EqualTo(10));
        Assert.That(meter.Read("playground.handlers.failed"), Is.EqualTo(10));
        Assert.That(log.Exceptions.Count(e => e.Message == "no rules"), Is.EqualTo(1), "logged once a second");
    }

    [Test]
    public async Task Refused_control_requests_count_towards_4504_and_questions_do_not()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { RefusalsMax = 5 });
        var curious = harness.ConnectWithHello();
        curious.SendBatch([.. Enumerable.Range(0, 20).Select(i => TestPeer.Control(new QueryChannel((uint)i, "later")))]);
        var abusive = harness.ConnectWithHello();
        abusive.SendBatch([.. Enumerable.Range(0, 5).Select(i => TestPeer.Control(new Subscribe((uint)i, (ChannelId)1_999)))]);
        harness.Step();
        Assert.That(curious.End, Is.Null);
        Assert.That(abusive.All().Count(p => p.IsControl<Reply>()), Is.EqualTo(5));
        abusive.SendControl(new Subscribe(6, (ChannelId)1_999));
        harness.Step();
        Assert.That((CloseCode)abusive.End!.Code, Is.EqualTo(CloseCode.PersistentRefusals));
    }

    private Task<NetworkHarness> StartAsync(NetworkingOptions? options = null) => NetworkHarness.StartAsync((options ?? new NetworkingOptions()) with
    {
        Authorize = (in request) =>
        {
            _asked.Add(request);
            return !_denied.Contains(request.Action);
        },
    });
}
