using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Inspection;

/// <summary>The totals, lanes, budgets and stages of a known load.</summary>
public sealed class OverviewTests
{
    [Test]
    public async Task Totals_are_the_servers_own()
    {
        await using var rig = await InspectorRig.StartAsync(options: new NetworkingOptions { Mcp = null, FrameRate = 60, InboxPacketsMax = 5 });
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var watcher = rig.Watch();
        var gone = rig.Harness.Connect();
        gone.Send(channel.Id, 1, [1]);
        var away = SessionPeer.Connect(rig.Harness);
        gone.Client.Close(1000);
        away.Cut();
        var asker = rig.Harness.ConnectWithHello();
        asker.SendBatch(TestPeer.Packet(channel.Id, 1, [1, 2]), TestPeer.Packet(1_999, 1, []), TestPeer.Packet(channel.Id, Request.WireType, InspectorRig.Encode(new Request(1, 1, default))));
        for (var i = 0; i < 10; i++) asker.Send(channel.Id, 1, [1]);
        rig.Harness.Step();
        var stats = (await rig.System.GetStatsAsync()).Unwrap();
        var told = rig.Next(watcher);
        var totals = told.Totals;
        Assert.Multiple(() =>
        {
            Assert.That((totals.N("active"), totals.N("away"), totals.N("models")), Is.EqualTo((2UL, 1UL, 0UL)));
            Assert.That((totals.N("accepted"), totals.N("ended")), Is.EqualTo((4UL, 2UL)));
            Assert.That(totals.N("refused"), Is.EqualTo(1), "the channel that is not");
            Assert.That(totals.N("inboxDropped"), Is.EqualTo((ulong)channel.Inbox.Dropped).And.GreaterThan(0));
            Assert.That(totals.N("requestsPending"), Is.EqualTo(1));
            Assert.That(totals.N("resumed"), Is.Zero);
            Assert.That(totals.N("dropped"), Is.Zero);
            Assert.That(totals.N("packetsIn"), Is.GreaterThanOrEqualTo(stats.PacketsReceived));
            Assert.That(totals.N("batchesIn"), Is.EqualTo(totals.N("packetsIn") - 2), "one batch had three packets");
            Assert.That(totals.N("bytesIn"), Is.GreaterThanOrEqualTo(stats.BytesReceived).And.GreaterThan(100));
            Assert.That(totals.N("packetsOut"), Is.GreaterThanOrEqualTo(stats.PacketsSent));
            Assert.That(totals.N("sendsOut"), Is.InRange(5, totals.N("packetsOut")));
            Assert.That(totals.N("bytesOut"), Is.GreaterThanOrEqualTo(stats.BytesSent));
            Assert.That(totals.N("rentedBytes"), Is.GreaterThan(0));
        });
        var overview = told.Overview!;
        Assert.That((overview.N("version"), overview.N("frameRate"), overview.N("intervalMs")), Is.EqualTo((1UL, 60UL, 250UL)));
        Assert.That(overview.N("frame"), Is.EqualTo((ulong)rig.System.Sends.Frame - 1));
        Assert.That(overview.N("uptimeMs"), Is.EqualTo((overview.N("frame") + 1) * 1000.0 / 60).Within(1.0));
    }

    [Test]
    public async Task Packets_count_in_their_lane_once_for_each_receiver()
    {
        await using var rig = await InspectorRig.StartAsync();
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var receivers = Enumerable.Range(0, 3).Select(_ => rig.Harness.ConnectWithHello()).ToList();
        receivers.ForEach(peer => rig.Harness.Subscribe(peer, channel.Id));
        var watcher = rig.Watch();
        var before = rig.Next(watcher);
        for (var lane = Priority.Critical; lane <= Priority.Low; lane++)
        {
            for (var i = 0; i <= (int)lane; i++) channel.Send(1, new byte[10], lane).Unwrap();
        }

        channel.Send(1, new byte[20_000], Priority.Low).Unwrap();
        var after = rig.Next(watcher);
        for (var lane = Priority.Critical; lane <= Priority.High; lane++)
        {
            // The watcher's own messages are Normal; pings and replies, which are High, have their time elsewhere.
            var packets = after.Lane(lane).N("packetsOut") - before.Lane(lane).N("packetsOut");
            var bytes = after.Lane(lane).N("bytesOut") - before.Lane(lane).N("bytesOut");
            Assert.That((packets, bytes), Is.EqualTo((3 * ((ulong)lane + 1), 3 * ((ulong)lane + 1) * 22)), lane.ToString());
        }

        Assert.That(after.Lane(Priority.Low).N("packetsOut") - before.Lane(Priority.Low).N("packetsOut"), Is.EqualTo(3 * 5));
        Assert.That(after.Lane(Priority.Low).N("bytesOut") - before.Lane(Priority.Low).N("bytesOut"), Is.EqualTo(3 * ((4 * 22) + 20_024)), "two fragments have two headers");
    }

    [Test]
    public async Task What_waits_and_what_is_dropped_shows_by_lane_and_in_the_budget()
    {
        await using var rig = await InspectorRig.StartAsync();
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var deaf = rig.Harness.ConnectWithHello(receiveBytesMax: 4 * 1024);
        rig.Harness.Subscribe(deaf, channel.Id);
        var watcher = rig.Watch();
        rig.Next(watcher);
        for (var i = 0; i < 50; i++)
        {
            channel.Send(1, new byte[15_988], Priority.Low).Unwrap();
            rig.Harness.RunFrame();
        }

        var told = rig.Next(watcher);
        var outbox = rig.System.Sends.Find(await rig.Harness.EntityOfAsync(deaf.PeerId))!.Outbox;
        var low = told.Lane(Priority.Low);
        var budget = told.Overview!["budget"];
        Assert.Multiple(() =>
        {
            Assert.That(low.N("dropped"), Is.EqualTo((ulong)outbox.Dropped).And.GreaterThan(0));
            Assert.That(low.N("waitingPackets"), Is.EqualTo((ulong)outbox.WaitingIn(Priority.Low).Packets).And.GreaterThan(10));
            Assert.That(low.N("waitingBytes"), Is.EqualTo(low.N("waitingPackets") * 16_000));
            Assert.That(told.Totals.N("dropped"), Is.EqualTo(low.N("dropped")));
            Assert.That(budget.N("sendBudgetBytes"), Is.EqualTo(256 * 1024));
            Assert.That(budget.N("queueBytesMax"), Is.EqualTo(512 * 1024));
            Assert.That(budget.N("largestQueueBytes"), Is.GreaterThanOrEqualTo(low.N("waitingBytes")));
            var peer = told.Peer(deaf.PeerId);
            Assert.That((peer.N("dropped"), peer.N("queueBytes")), Is.EqualTo((low.N("dropped"), budget.N("largestQueueBytes"))));
            Assert.That(peer.N("queuePackets"), Is.GreaterThanOrEqualTo(low.N("waitingPackets")));
        });
    }

    [Test]
    public async Task A_link_whose_share_was_used_up_counts_once_between_two_overviews()
    {
        await using var rig = await InspectorRig.StartAsync(options: new NetworkingOptions { Mcp = null, SendBudgetBytes = 64 * 1024 });
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var peer = rig.Harness.ConnectWithHello();
        var entity = await rig.Harness.EntityOfAsync(peer.PeerId);
        var watcher = rig.Watch();
        rig.Next(watcher);
        for (var i = 0; i < 20; i++) channel.SendTo(entity, 1, new byte[16_000]).Unwrap();
        var budget = rig.Next(watcher).Overview!["budget"];
        Assert.That(budget.N("linksAtBudget"), Is.EqualTo(1));
        Assert.That(budget.N("largestSendBytes"), Is.InRange(48_000, 64 * 1024 + 16));
        var next = rig.Next(watcher).Overview!["budget"];
        Assert.That((next.N("linksAtBudget"), next.N("largestSendBytes") < 16_000), Is.EqualTo((0UL, true)), "begun anew");
    }

    [Test]
    public async Task Stages_have_the_time_that_was_spent_in_them()
    {
        await using var rig = await InspectorRig.StartAsync();
        var harness = rig.Harness;
        var channel = rig.System.RegisterPlugin("x", new PluginOptions { Handler = (_, in _) => harness.Time.Advance(TimeSpan.FromMilliseconds(3)) }).Unwrap();
        harness.OnUpdate = () => harness.Time.Advance(TimeSpan.FromMilliseconds(5));
        var watcher = rig.Watch();
        rig.Next(watcher);
        watcher.Send(channel.Id, 1, []);
        var first = rig.Next(watcher).Overview!;
        var stages = first["stages"].Items.ToDictionary(row => row["name"].Text!);
        Assert.That(stages.Keys, Is.EqualTo(new[] { "receive", "calls", "handlers", "models", "heartbeats", "statistics", "send", "networking", "frame" }));
        foreach (var name in new[] { "handlers", "networking" })
        {
            Assert.That((stages[name]["maxUs"].Real, stages[name]["p99Us"].Real), Is.EqualTo((3_000f, 3_000f)), name);
            Assert.That(stages[name]["meanUs"].Real, Is.InRange(100f, 500f), name);
        }

        Assert.That((stages["frame"]["maxUs"].Real, stages["receive"]["maxUs"].Real, stages["send"]["maxUs"].Real), Is.EqualTo((8_000f, 0f, 0f)));
        Assert.That(first.N("framesBehind"), Is.Zero);
        harness.OnUpdate = () => harness.Time.Advance(TimeSpan.FromMilliseconds(20));
        var frame = (ulong)rig.System.Sends.Frame;
        rig.Next(watcher);
        var slow = rig.Next(watcher).Overview!;
        Assert.That(slow.N("framesBehind"), Is.InRange(6, slow.N("frame") - frame));
    }
}
