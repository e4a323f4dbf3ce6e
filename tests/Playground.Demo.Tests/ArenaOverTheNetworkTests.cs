using System.Buffers.Binary;
using MessagePack;
using Playground.Demo.Arena;
using Playground.Demo.Tests.Interop;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Demo.Tests;

[TestFixtureSource(typeof(RunningDemo), nameof(RunningDemo.Transports))]
public sealed class ArenaOverTheNetworkTests(string transport)
{
    private DemoHost _demo = null!;

    [SetUp]
    public async Task StartDemo() => _demo = await RunningDemo.StartAsync(new DemoOptions { Bots = 200, Transport = transport });

    [TearDown]
    public async Task StopDemo() => await _demo.DisposeAsync();

    [Test]
    public async Task Subscribers_get_a_snapshot_of_every_frame_at_Low_priority()
    {
        await using var peer = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        var arena = await peer.SubscribeAsync("arena");
        Assert.That(arena.Value, Is.InRange(1100, 1199));
        var frames = new List<uint>();
        for (var i = 0; i < 20; i++)
        {
            var packet = await ReceiveSnapshotAsync(peer, arena);
            Assert.That(packet.Priority, Is.EqualTo(Priority.Low));
            Assert.That(BinaryPrimitives.ReadUInt16LittleEndian(packet.Payload.AsSpan(4)), Is.EqualTo(201));
            Assert.That(packet.Payload, Has.Length.EqualTo(8 + (201 * 8)));
            frames.Add(BinaryPrimitives.ReadUInt32LittleEndian(packet.Payload));
        }

        Assert.That(frames, Is.EqualTo(Enumerable.Range(0, 20).Select(i => frames[0] + (uint)i)));
    }

    [Test]
    public async Task Others_get_none()
    {
        await using var watching = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        await using var other = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        var arena = await watching.SubscribeAsync("arena");
        for (var i = 0; i < 10; i++)
        {
            await ReceiveSnapshotAsync(watching, arena);
        }

        // An answer that was asked for later than ten snapshots is the first thing that reaches the other one.
        var echo = await other.FindAsync("echo");
        await other.SendAsync(new Packet(echo, 1, Priority.Low, [1]));
        var first = await other.ReceiveAsync(p => p.Channel != ChannelId.Control);
        Assert.That(first.Channel, Is.EqualTo(echo));
    }

    [Test]
    public async Task A_player_is_told_its_body_and_moves_it()
    {
        await using var peer = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        var arena = await peer.SubscribeAsync("arena");
        await peer.SendAsync(new Packet(arena, ArenaPackets.Join, Priority.Normal, []));
        var told = await peer.ReceiveAsync(p => p.Channel == arena && p.Type == ArenaPackets.You);
        var you = MessagePackSerializer.Deserialize<ArenaIdentity>(told.Payload);
        Assert.That((you.Width, you.Height), Is.EqualTo((ArenaField.Width, ArenaField.Height)));

        var before = Find(await ReceiveSnapshotAsync(peer, arena), you.Body)!.Value;
        var away = before.X < ushort.MaxValue / 2 ? 1f : -1f;
        await SendInputAsync(peer, arena, new ArenaInput { MoveX = away, Sequence = 1 });
        // Half a second at full speed: far enough that no rounding explains it, and the wall is farther.
        await ReceiveUntilAsync(peer, arena, you.Body, at => Math.Abs(at.X - before.X) > 4_000 && at.Y == before.Y);
    }

    [Test]
    public async Task Input_that_cannot_be_read_or_is_old_is_ignored()
    {
        await using var peer = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        var arena = await peer.SubscribeAsync("arena");
        await peer.SendAsync(new Packet(arena, ArenaPackets.Input, Priority.Normal, [0xC1, 0xFF]));
        await SendInputAsync(peer, arena, new ArenaInput { MoveX = float.NaN, Sequence = 1 });
        await peer.SendAsync(new Packet(arena, 77, Priority.Normal, [1, 2, 3]));
        await SendInputAsync(peer, arena, new ArenaInput { Sequence = 5 });
        await SendInputAsync(peer, arena, new ArenaInput { MoveX = 1, Sequence = 5 });
        await SendInputAsync(peer, arena, new ArenaInput { MoveX = 1, Sequence = 4 });
        await peer.SendAsync(new Packet(arena, ArenaPackets.Join, Priority.Normal, []));
        await peer.ReceiveAsync(p => p.Type == ArenaPackets.You && p.Channel == arena);

        await peer.Socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, peer.Token);
        await _demo.Loop.StopAsync();
        var input = _demo.Arena.Input;
        Assert.That((input.Accepted, input.Refused, input.Stale), Is.EqualTo((1L, 3L, 2L)));
    }

    [Test]
    public async Task A_body_goes_when_its_peers_session_is_over()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { ResumeSeconds = 1, Transport = transport });
        await using var watching = await ClientPeer.JoinAsync(demo.WebSocketUri);
        var arena = await watching.SubscribeAsync("arena");
        await using (var guest = await ClientPeer.JoinAsync(demo.WebSocketUri))
        {
            await ReceiveUntilAsync(watching, arena, bodies: 202);
            await guest.Socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, guest.Token);
        }

        await ReceiveUntilAsync(watching, arena, bodies: 201);
        await using (await ClientPeer.JoinAsync(demo.WebSocketUri))
        {
            await ReceiveUntilAsync(watching, arena, bodies: 202);
            // Disposed without a close: the link breaks.
        }

        await ReceiveUntilAsync(watching, arena, bodies: 201);
    }

    private static Task<Packet> ReceiveSnapshotAsync(ClientPeer peer, ChannelId arena) =>
        peer.ReceiveAsync(p => p.Channel == arena && p.Type == ArenaPackets.Snapshot);

    private static Task SendInputAsync(ClientPeer peer, ChannelId arena, ArenaInput input) =>
        peer.SendAsync(new Packet(arena, ArenaPackets.Input, Priority.High, MessagePackSerializer.Serialize(input)));

    private static Task<Packet> ReceiveUntilAsync(ClientPeer peer, ChannelId arena, int bodies) => peer.ReceiveAsync(p =>
        p.Channel == arena && p.Type == ArenaPackets.Snapshot && BinaryPrimitives.ReadUInt16LittleEndian(p.Payload.AsSpan(4)) == bodies);

    private static Task<Packet> ReceiveUntilAsync(ClientPeer peer, ChannelId arena, ushort body, Predicate<(ushort X, ushort Y)> where) =>
        peer.ReceiveAsync(p => p.Channel == arena && p.Type == ArenaPackets.Snapshot && Find(p, body) is { } at && where(at));

    private static (ushort X, ushort Y)? Find(Packet snapshot, ushort body)
    {
        for (var at = 8; at < snapshot.Payload.Length; at += 8)
        {
            var bytes = snapshot.Payload.AsSpan(at, 8);
            if (BinaryPrimitives.ReadUInt16LittleEndian(bytes) == body)
            {
                return (BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]));
            }
        }

        return null;
    }
}
