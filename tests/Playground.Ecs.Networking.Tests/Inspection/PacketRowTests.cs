using Playground.Ecs.Networking.Inspection;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Tests.Inspection;

/// <summary>The packets that are told one by one, to whoever wants them.</summary>
public sealed class PacketRowTests
{
    [Test]
    public async Task Only_whoever_wants_them_gets_them()
    {
        await using var rig = await InspectorRig.StartAsync();
        var wants = rig.Watch(packets: true);
        var wantsNot = rig.Watch();
        Assert.That(rig.Next(wants).Packets, Is.Not.Null);
        Assert.That(InspectorRig.Take(wantsNot), Has.Property("Overview").Not.Null.And.Property("Packets").Null);
        InspectorRig.Wish(wantsNot, true);
        InspectorRig.Wish(wants, false);
        rig.Harness.Step();
        Assert.That(rig.Next(wantsNot).Packets, Is.Not.Null);
        Assert.That(InspectorRig.Take(wants), Has.Property("Overview").Not.Null.And.Property("Packets").Null);
        Assert.That(rig.Next(wantsNot).All.Single(p => p.Type == (ushort)InspectorType.Packets).Priority, Is.EqualTo(Priority.Low));
    }

    [Test]
    public async Task A_row_has_the_header_and_who_it_is_from_or_for()
    {
        await using var rig = await InspectorRig.StartAsync();
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var peer = rig.Harness.ConnectWithHello();
        var other = rig.Harness.ConnectWithHello();
        foreach (var each in new[] { peer, other }) rig.Harness.Subscribe(each, channel.Id);
        var watcher = rig.Watch(packets: true);
        rig.Next(watcher);
        peer.Send(channel.Id, 5, new byte[20_000], Priority.Low);
        rig.Harness.Step();
        var frame = (ulong)rig.System.Sends.Frame;
        channel.Send(6, [1, 2, 3], Priority.Critical).Unwrap();
        channel.SendReliableTo(await rig.Harness.EntityOfAsync(other.PeerId), 7, [1]).Unwrap();
        var rows = rig.Next(watcher).Packets!["rows"].Items.Where(row => Header(row).Channel == channel.Id).ToList();
        Assert.That(rows.Select(row => (row.N("direction"), row["peer"].Text, row.N("receivers"))), Is.EqualTo(new[]
        {
            (0UL, peer.PeerId, 0UL), (1UL, "", 2UL), (1UL, other.PeerId, 1UL),
        }));
        Assert.That(rows.Select(row => row.N("frame")), Is.EqualTo(new[] { frame - 1, frame, frame }));
        Assert.That(rows.Select(Header), Is.EqualTo(new[]
        {
            new PacketHeader(channel.Id, 5, Priority.Low, payloadLength: 20_000),
            new PacketHeader(channel.Id, 6, Priority.Critical, payloadLength: 3),
            new PacketHeader(channel.Id, 7, Priority.Normal, PacketFlags.Reliable, payloadLength: 1),
        }));
    }

    [Test]
    public async Task The_inspectors_own_packets_are_not_among_them()
    {
        await using var rig = await InspectorRig.StartAsync();
        var watchers = Enumerable.Range(0, 5).Select(_ => rig.Watch(packets: true)).ToList();
        for (var i = 0; i < 20; i++)
        {
            InspectorRig.Wish(watchers[0], true);
            var told = rig.Next(watchers[0]);
            Assert.That(told.Packets!["rows"].Items.Select(row => (int)Header(row).Channel.Value), Has.None.EqualTo(102));
            Assert.That(told.Packets["rows"].Items, Has.Count.LessThan(20), "it does not grow by being looked at");
        }
    }

    [Test]
    public async Task Beyond_the_limit_they_are_counted()
    {
        await using var rig = await InspectorRig.StartAsync(new InspectorOptions { PacketRowsMax = 10 });
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var watcher = rig.Watch(packets: true);
        rig.Next(watcher);
        for (var i = 0; i < 35; i++) watcher.Send(channel.Id, (ushort)i, []);
        var packets = rig.Next(watcher).Packets!;
        Assert.That(packets["rows"].Items.Select(row => (int)Header(row).Type), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(packets.N("notShown"), Is.EqualTo(25));
        Assert.That(rig.Next(watcher).Packets!.N("notShown"), Is.Zero);
    }

    private static PacketHeader Header(Decoded row)
    {
        Assert.That(row["header"].Bytes, Has.Length.EqualTo(PacketHeader.Size));
        Assert.That(PacketHeader.TryRead(row["header"].Bytes, out var header));
        return header;
    }
}
