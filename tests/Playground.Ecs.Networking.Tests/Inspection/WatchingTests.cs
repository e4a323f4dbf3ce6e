using Playground.Ecs.Networking.Inspection;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Inspection;

/// <summary>Who may watch, how often whoever watches is told, and what ends it.</summary>
public sealed class WatchingTests
{
    [Test]
    public async Task It_is_a_system_channel_like_any_other()
    {
        await using var rig = await InspectorRig.StartAsync();
        var listed = (await rig.System.ListChannelsAsync()).Unwrap();
        Assert.That(listed, Is.EqualTo(new[] { new ChannelListing(InspectorRig.Inspector, "inspector", true) }));
    }

    [Test]
    public async Task Without_the_option_there_is_no_such_channel()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var peer = harness.ConnectWithHello();
        peer.SendControl(new Subscribe(1, "inspector"));
        harness.Step();
        Assert.That(peer.NextReply().Error, Is.EqualTo(ErrorCode.ChannelNotFound));
        Assert.That((await harness.System.ListChannelsAsync()).Unwrap(), Is.Empty);
        Assert.That(new NetworkingOptions().Inspector, Is.Null);
    }

    [TestCase(250)]
    [TestCase(1_000)]
    [TestCase(50)]
    public async Task Whoever_watches_is_told_once_an_interval(int milliseconds)
    {
        await using var rig = await InspectorRig.StartAsync(new InspectorOptions { Interval = TimeSpan.FromMilliseconds(milliseconds) });
        var peer = rig.Watch();
        peer.Clear();
        rig.Harness.Step(600);
        var told = InspectorRig.Take(peer);
        foreach (var type in new[] { InspectorType.Overview, InspectorType.Connections, InspectorType.Channels })
        {
            Assert.That(told.All.Count(p => p.Type == (ushort)type), Is.EqualTo(10_000 / milliseconds).Within(1), type.ToString());
        }

        Assert.That(told.All.Select(p => p.Priority).Distinct(), Is.EqualTo(new[] { Priority.Normal }));
        Assert.That(told.All.Exists(p => p.Type == (ushort)InspectorType.Packets || p.IsReliable), Is.False);
        Assert.That(told.Overview!.N("intervalMs"), Is.EqualTo((ulong)milliseconds));
    }

    [Test]
    public async Task Only_this_machine_watches_unless_others_may([Values("127.0.0.1:9", "[::1]:9", "[::ffff:127.0.0.1]:9", "192.0.2.1:9", "[2001:db8::1]:9")] string address, [Values] bool allowRemote)
    {
        await using var rig = await InspectorRig.StartAsync(new InspectorOptions { AllowRemote = allowRemote });
        var peer = rig.Harness.Connect(InspectorRig.From(address));
        peer.Hello();
        rig.Harness.Step();
        var may = allowRemote || !address.Contains('2', StringComparison.Ordinal) || address.Contains("127", StringComparison.Ordinal);
        Assert.That(rig.Subscribe(peer), Is.EqualTo(may ? ErrorCode.None : ErrorCode.Forbidden));
        Assert.That(rig.System.FindChannel("inspector").Unwrap().SubscriberCount, Is.EqualTo(may ? 1 : 0));
    }

    [Test]
    public async Task Authorize_has_the_last_word()
    {
        var denied = true;
        await using var rig = await InspectorRig.StartAsync(options: new NetworkingOptions
        {
            Mcp = null,
            Authorize = (in request) => !denied || request.Action != ChannelAction.Subscribe || request.Name != "inspector",
        });
        var peer = rig.Harness.ConnectWithHello();
        Assert.That(rig.Subscribe(peer), Is.EqualTo(ErrorCode.Forbidden));
        denied = false;
        Assert.That(rig.Subscribe(peer), Is.EqualTo(ErrorCode.None));
        denied = true;
        (await rig.System.ReviewPermissionsAsync()).Unwrap();
        rig.Harness.Step();
        Assert.That(rig.System.FindChannel("inspector").Unwrap().SubscriberCount, Is.Zero);
    }

    [Test]
    public async Task A_session_that_is_resumed_goes_on_watching_with_its_wish()
    {
        await using var rig = await InspectorRig.StartAsync();
        var peer = SessionPeer.Connect(rig.Harness);
        peer.Send(new Subscribe(1, InspectorRig.Inspector));
        InspectorRig.Wish(peer.Link, true);
        peer.StepFor(TimeSpan.FromSeconds(1));
        Assert.That(peer.TakeOf(InspectorRig.Inspector).Select(p => p.Type).Distinct(), Is.EquivalentTo(new ushort[] { 1, 2, 3, 4 }));
        peer.Cut();
        rig.Harness.StepFor(TimeSpan.FromSeconds(2));
        Assert.That(rig.System.SendCounters.DroppedAway, Is.Zero, "nobody is told while nobody is there");
        Assert.That(peer.Resume().Resumed);
        peer.StepFor(TimeSpan.FromSeconds(1));
        Assert.That(peer.TakeOf(InspectorRig.Inspector).Select(p => p.Type).Distinct(), Is.EquivalentTo(new ushort[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task A_session_that_is_resumed_from_another_machine_watches_no_longer()
    {
        await using var rig = await InspectorRig.StartAsync();
        var peer = SessionPeer.Connect(rig.Harness);
        peer.Send(new Subscribe(1, InspectorRig.Inspector));
        peer.Step(2);
        peer.Cut();
        var remote = rig.Harness.Connect(InspectorRig.From("192.0.2.1:9"));
        remote.SendControl(new Hello(ProtocolLimits.Version, "test", null, peer.Token, peer.Received));
        rig.Harness.Step(2);
        remote.TakeWelcome();
        Assert.That(remote.Welcome.Resumed);
        Assert.That(rig.System.FindChannel("inspector").Unwrap().SubscriberCount, Is.Zero);
        Assert.That(remote.All().Exists(p => p.IsControl<ErrorMessage>()));
    }

    [Test]
    public async Task Unsubscribing_ends_it_and_forgets_the_wish()
    {
        await using var rig = await InspectorRig.StartAsync();
        var peer = rig.Watch(packets: true);
        Assert.That(rig.Next(peer).Packets, Is.Not.Null);
        Assert.That(rig.System.Sends.Traffic!.IsWatched && rig.System.Sends.Traffic.Log is not null);
        peer.SendControl(new Unsubscribe(2, InspectorRig.Inspector));
        rig.Harness.Step(2);
        peer.Clear();
        rig.Harness.StepFor(TimeSpan.FromSeconds(1));
        Assert.That(InspectorRig.Take(peer).All, Is.Empty);
        Assert.That(rig.System.Sends.Traffic.IsWatched || rig.System.Sends.Traffic.Log is not null, Is.False);
        Assert.That(rig.Subscribe(peer), Is.EqualTo(ErrorCode.None));
        rig.Harness.StepFor(TimeSpan.FromSeconds(1));
        Assert.That(InspectorRig.Take(peer), Has.Property("Packets").Null.And.Property("Overview").Not.Null);
    }

    [Test]
    public async Task Leaving_and_coming_back_within_a_frame_forgets_the_wish()
    {
        await using var rig = await InspectorRig.StartAsync();
        var peer = rig.Watch(packets: true);
        rig.Next(peer);
        peer.SendBatch(TestPeer.Control(new Unsubscribe(2, InspectorRig.Inspector)), TestPeer.Control(new Subscribe(3, InspectorRig.Inspector)));
        rig.Harness.Step();
        peer.Clear();
        rig.Harness.StepFor(TimeSpan.FromSeconds(1));
        Assert.That(InspectorRig.Take(peer), Has.Property("Packets").Null.And.Property("Overview").Not.Null);
    }

    [Test]
    public async Task Whatever_else_is_sent_to_it_is_refused_and_counted()
    {
        await using var rig = await InspectorRig.StartAsync();
        using var meter = new MeterReading(rig.System);
        var peer = rig.Watch();
        byte[][] hostile = [[], [0xC0], [0x90], [0x91, 0x01], [0x91], [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0x91, 0xC3, 0xC3], [.. Enumerable.Repeat((byte)0x91, 1_000)]];
        foreach (var payload in hostile) peer.Send(InspectorRig.Inspector, (ushort)InspectorType.Watch, payload);
        peer.Send(InspectorRig.Inspector, (ushort)InspectorType.Overview, [0x91, 0xC3]);
        peer.Send(InspectorRig.Inspector, Request.WireType, InspectorRig.Encode(new Request(7, 1, default)));
        rig.Harness.Step();
        var answers = peer.All();
        var errors = answers.Where(p => p.IsControl<ErrorMessage>()).Select(p => ErrorMessage.TryRead(p.Data, out var error) ? error.Error : default).ToList();
        Assert.That(errors, Has.Count.EqualTo(hostile.Length + 1).And.All.EqualTo(ErrorCode.InvalidArgument));
        Assert.That(Response.TryRead(answers.Single(p => p.Channel == InspectorRig.Inspector && p.Type == Response.WireType).Data, out var response));
        Assert.That((response.Id, response.Error), Is.EqualTo((7u, ErrorCode.InvalidArgument)));
        Assert.That(meter.Read("playground.packets.refused", nameof(ErrorCode.InvalidArgument)), Is.EqualTo(hostile.Length + 2));
        Assert.That(peer.End, Is.Null);
        Assert.That(rig.Next(peer).Totals.N("refused"), Is.EqualTo((ulong)hostile.Length + 2));
    }

    [Test]
    public async Task Who_does_not_watch_may_not_wish()
    {
        await using var rig = await InspectorRig.StartAsync();
        var peer = rig.Harness.ConnectWithHello();
        InspectorRig.Wish(peer, true);
        rig.Harness.Step();
        Assert.That(peer.NextError().Error, Is.EqualTo(ErrorCode.NotSubscribed));
    }

    [TestCase(0, 1, 1, 1, "Interval")]
    [TestCase(65_536, 1, 1, 1, "Interval")]
    [TestCase(1, 0, 1, 1, "ConnectionRowsMax")]
    [TestCase(1, 1, 0, 1, "ChannelRowsMax")]
    [TestCase(1, 1, 1, -1, "PacketRowsMax")]
    public async Task Options_that_cannot_work_are_named(int interval, int connections, int channels, int packets, string name)
    {
        await using var system = new NetworkingSystem(new NetworkingOptions
        {
            Port = 0,
            Inspector = new InspectorOptions
            {
                Interval = TimeSpan.FromMilliseconds(interval),
                ConnectionRowsMax = connections,
                ChannelRowsMax = channels,
                PacketRowsMax = packets,
            },
        });
        var started = await system.InitializeAsync();
        Assert.That(started.Error, Is.InstanceOf<NetworkError.InvalidArgument>().With.Message.Contains($"InspectorOptions.{name}"));
    }
}
