using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Inspection;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Inspection;

/// <summary>The rows of channels and of their packet types.</summary>
public sealed class ChannelRowTests
{
    [Test]
    public async Task A_row_says_what_went_over_its_channel_watched_or_not()
    {
        await using var rig = await InspectorRig.StartAsync();
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var peers = Enumerable.Range(0, 10).Select(_ => rig.Harness.ConnectWithHello()).ToList();
        peers.ForEach(peer => rig.Harness.Subscribe(peer, channel.Id));
        Send(rig, channel, peers);
        var watcher = rig.Watch();
        Assert.That(rig.Next(watcher).Channel(channel.Id)["types"].Items, Is.Empty, "counted from when somebody watches");
        Send(rig, channel, peers);
        var told = rig.Next(watcher);
        var row = told.Channel(channel.Id);
        Assert.Multiple(() =>
        {
            Assert.That((row["name"].Text, row["isSystem"].Flag, row["owner"].Text, row.N("subscribers")), Is.EqualTo(("x", false, (string?)null, 10UL)));
            Assert.That((row.N("packetsIn"), row.N("bytesIn")), Is.EqualTo((2UL * 3, 2UL * 3 * 17)));
            Assert.That((row.N("packetsOut"), row.N("bytesOut")), Is.EqualTo((2UL * 22, 2 * ((10UL * 20) + (10 * 20) + 20 + (20_000 + 24)))));
            Assert.That((row.N("waiting"), row.N("inboxDropped")), Is.EqualTo(((ulong)channel.WaitingCount, 0UL)));
            Assert.That(row.N("waiting"), Is.GreaterThan(0));
            var types = row["types"].Items.Select(t => (t.N("type"), t.N("packetsIn"), t.N("packetsOut"), t.N("bytesIn"), t.N("bytesOut")));
            Assert.That(types, Is.EquivalentTo(new[]
            {
                (1UL, 3UL, 10UL, 51UL, 200UL), (2UL, 0UL, 10UL, 0UL, 200UL), (3UL, 0UL, 1UL, 0UL, 20UL), (4UL, 0UL, 1UL, 0UL, 20_024UL),
            }));
        });
    }

    [Test]
    public async Task Rows_are_all_channels_by_id_the_control_channel_first()
    {
        await using var rig = await InspectorRig.StartAsync(new InspectorOptions { ChannelRowsMax = 3 }, new NetworkingOptions { Mcp = null, AllowClientChannels = true });
        var watcher = rig.Watch();
        var owner = rig.Harness.ConnectWithHello();
        owner.SendControl(new RegisterChannel(1, "of a client", 1_001));
        rig.Harness.Step();
        var told = rig.Next(watcher);
        Assert.That(
            told.Channels!["rows"].Items.Select(row => (row.N("id"), row["name"].Text, row["isSystem"].Flag, row["owner"].Text)),
            Is.EqualTo(new[] { (0UL, "control", true, null), (102UL, "inspector", true, null), (1_001UL, "of a client", false, owner.PeerId) }));
        rig.System.RegisterPlugin("one too many").Unwrap();
        Assert.That(rig.Next(watcher).Channels!.N("total"), Is.EqualTo(4));
        Assert.That(rig.Next(watcher).Channels!["rows"].Items, Has.Count.EqualTo(3));
        owner.Send(1_001, 5, [1]);
        watcher.Send(1_001, 6, [1, 2]);
        var later = rig.Next(watcher);
        Assert.That((later.Channel(1_001).N("packetsIn"), later.Channel(1_001).N("packetsOut")), Is.EqualTo((2UL, 1UL)), "what is forwarded to the owner leaves too");
        Assert.That(later.Type(0, Welcome.WireType).N("packetsOut"), Is.EqualTo(1), "the owner's");
        Assert.That(later.Type(0, RegisterChannel.WireType).N("packetsIn"), Is.EqualTo(1));
    }

    [Test]
    public async Task Types_beyond_thirty_two_are_counted_together()
    {
        await using var rig = await InspectorRig.StartAsync();
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var watcher = rig.Watch();
        for (ushort type = 0; type < 50; type++) watcher.Send(channel.Id, type, []);
        var types = rig.Next(watcher).Channel(channel.Id)["types"].Items;
        Assert.That(types.Select(t => (int)t.N("type")), Is.EqualTo(Enumerable.Range(0, 32).Append(65_535)));
        Assert.That(types.Select(t => t.N("packetsIn")), Is.EqualTo(Enumerable.Repeat(1UL, 32).Append(18UL)));
    }

    [Test]
    public async Task A_number_that_is_given_again_begins_at_nothing()
    {
        await using var rig = await InspectorRig.StartAsync();
        var first = rig.System.RegisterSystem("first", 500).Unwrap();
        var watcher = rig.Watch();
        watcher.Send(first.Id, 1, []);
        Assert.That(rig.Next(watcher).Channel(500).N("packetsIn"), Is.EqualTo(1));
        (await rig.System.UnregisterAsync(first.Id)).Unwrap();
        rig.System.RegisterSystem("second", 500).Unwrap();
        var row = rig.Next(watcher).Channel(500);
        Assert.That((row["name"].Text, row.N("packetsIn"), row["types"].Items.Count), Is.EqualTo(("second", 0UL, 0)));
    }

    [Test]
    public async Task A_request_to_a_channel_that_cannot_be_is_answered_all_the_same()
    {
        await using var rig = await InspectorRig.StartAsync();
        var watcher = rig.Watch(packets: true);
        watcher.Send(64_000, Request.WireType, InspectorRig.Encode(new Request(5, 1, default)));
        watcher.Send(65_535, 1, []);
        rig.Harness.Step();
        var answer = watcher.All().Single(p => p.Type == Response.WireType);
        Assert.That(Response.TryRead(answer.Data, out var response));
        Assert.That((response.Id, response.Error), Is.EqualTo((5u, ErrorCode.ChannelNotFound)));
    }

    private static void Send(InspectorRig rig, Channel channel, List<TestPeer> peers)
    {
        var entity = rig.Harness.EntityOfAsync(peers[0].PeerId).Result;
        for (var i = 0; i < 3; i++) peers[i].Send(channel.Id, 1, new byte[5]);
        channel.Send(1, new byte[8]).Unwrap();
        channel.SendReliable(2, new byte[8]).Unwrap();
        channel.SendTo(entity, 3, new byte[8]).Unwrap();
        channel.SendReliableTo(entity, 4, new byte[20_000]).Unwrap();
        rig.Harness.Step(2);
    }
}
