using Playground.Ecs.Networking.Inspection;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Inspection;

/// <summary>The rows of connections, models and expected peers.</summary>
public sealed class PeerRowTests
{
    [Test]
    public async Task A_row_says_what_its_peer_did()
    {
        await using var rig = await InspectorRig.StartAsync();
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var watcher = rig.Watch();
        var peer = rig.Harness.Connect(InspectorRig.From("192.0.2.7:1234"));
        peer.Hello("a game");
        rig.Harness.Step(2);
        peer.TakeWelcome();
        rig.Harness.Subscribe(peer, channel.Id);
        for (var i = 0; i < 5; i++) peer.Send(channel.Id, 1, new byte[10]);
        for (var i = 0; i < 7; i++) channel.Send(1, new byte[20]).Unwrap();
        var row = rig.Next(watcher).Peer(peer.PeerId);
        var entity = await rig.Harness.EntityOfAsync(peer.PeerId);
        Assert.Multiple(() =>
        {
            Assert.That(row.N("entity"), Is.EqualTo((ulong)entity.Id));
            Assert.That((row["clientName"].Text, row["address"].Text), Is.EqualTo(("a game", "192.0.2.7:1234")));
            Assert.That(row.N("state"), Is.EqualTo(2));
            Assert.That(row.N("packetsIn"), Is.EqualTo(5 + 2), "Hello and Subscribe");
            Assert.That(row.N("packetsOut"), Is.EqualTo(7 + 2), "Welcome and Reply");
            Assert.That(row.N("bytesIn"), Is.GreaterThan(5 * 22).And.LessThan(400));
            Assert.That(row.N("bytesOut"), Is.GreaterThan(7 * 32).And.LessThan(500));
            Assert.That((row.N("queuePackets"), row.N("queueBytes"), row.N("dropped")), Is.EqualTo((0UL, 0UL, 0UL)));
            Assert.That(row.N("subscriptions"), Is.EqualTo(1));
            Assert.That(row.N("ageMs"), Is.InRange(40, 400));
            Assert.That(row.N("idleMs"), Is.LessThan(row.N("ageMs")));
        });
        for (var seconds = 0; seconds < 3; seconds++)
        {
            // Taking what has arrived answers the pings: a second late.
            rig.Harness.StepFor(TimeSpan.FromSeconds(1));
            peer.All();
        }

        var later = rig.Next(watcher).Peer(peer.PeerId);
        Assert.That(later.N("ageMs"), Is.InRange(row.N("ageMs") + 3_000, row.N("ageMs") + 3_600));
        Assert.That(later.N("latencyMs"), Is.GreaterThan(0));
    }

    [Test]
    public async Task Bytes_and_drops_are_a_peers_over_all_its_links()
    {
        await using var rig = await InspectorRig.StartAsync();
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var watcher = rig.Watch();
        var peer = SessionPeer.Connect(rig.Harness);
        peer.Send(new Subscribe(1, channel.Id));
        peer.Step(2);
        var before = rig.Next(watcher).Peer(peer.PeerId);
        peer.Cut();
        channel.Send(1, [1]).Unwrap();
        channel.Send(1, [1], Priority.Critical).Unwrap();
        var away = rig.Next(watcher).Peer(peer.PeerId);
        Assert.That((away.N("state"), away.N("dropped"), away["address"].Text), Is.EqualTo((4UL, 2UL, "")));
        Assert.That((away.N("bytesIn"), away.N("bytesOut")), Is.EqualTo((before.N("bytesIn"), before.N("bytesOut"))));
        peer.Resume();
        var after = rig.Next(watcher);
        Assert.That(after.Peer(peer.PeerId).N("state"), Is.EqualTo(2));
        Assert.That(after.Peer(peer.PeerId).N("bytesIn"), Is.GreaterThan(before.N("bytesIn")));
        Assert.That(after.Peer(peer.PeerId).N("ageMs"), Is.GreaterThan(before.N("ageMs")));
        var rows = after.Connections!["rows"].Items;
        Assert.That(rows.Sum(row => (long)row.N("bytesIn")), Is.EqualTo((long)after.Totals.N("bytesIn")), "nothing is counted twice or lost");
        Assert.That(after.Totals.N("resumed"), Is.EqualTo(1));
    }

    [Test]
    public async Task Every_state_shows()
    {
        await using var rig = await InspectorRig.StartAsync(options: new NetworkingOptions
        {
            Authenticate = static (request, _) => request.ClientName == "slow" ? Never() : new(AuthenticationResult.Accept(request.ClientName)),
        });
        (await rig.System.CreateConnectionAsync("expected")).Unwrap();
        (await rig.System.CreateConnectionAsync("bound")).Unwrap();
        var model = rig.System.Mcp.OpenAsync(new LlmIdentity(null, null, "Some model", "1.0", null), default).AsTask();
        rig.Harness.RunUntil(() => model.IsCompleted);
        var bound = Greet(rig, "bound");
        var watcher = Greet(rig, "watcher");
        Assert.That(rig.Subscribe(watcher), Is.EqualTo(ErrorCode.None));
        Greet(rig, "away").Client.Abort();
        rig.Harness.Connect();
        rig.Harness.Connect().Hello("slow");
        rig.Harness.Step();
        var told = rig.Next(watcher);
        var rows = told.Connections!["rows"].Items;
        Assert.That(rows.Select(row => (row["peerId"].Text, row["clientName"].Text, row.N("state"))), Is.EquivalentTo(new[]
        {
            ("bound", "bound", 2UL), ("watcher", "watcher", 2UL), ("away", "away", 4UL), ("", "", 0UL), ("", "slow", 1UL),
            ("llm-2000", "Some model", 5UL), ("expected", "", 6UL),
        }));
        Assert.That(told.Connections.N("total"), Is.EqualTo(7));
        Assert.That((told.Totals.N("active"), told.Totals.N("away"), told.Totals.N("models")), Is.EqualTo((2UL, 1UL, 1UL)));
        Assert.That(bound.End, Is.Null);
    }

    [Test]
    public async Task A_listener_without_a_hello_is_plain()
    {
        await using var rig = await InspectorRig.StartAsync();
        rig.Harness.Connect().Send(rig.System.RegisterPlugin("x").Unwrap().Id, 1, []);
        rig.Harness.Step();
        Assert.That(rig.Next(rig.Watch()).Peer("peer-1").N("state"), Is.EqualTo(3));
    }

    [Test]
    public async Task Of_many_the_busiest_are_told()
    {
        await using var rig = await InspectorRig.StartAsync(new InspectorOptions { ConnectionRowsMax = 5 });
        var channel = rig.System.RegisterPlugin("x").Unwrap();
        var peers = Enumerable.Range(0, 50).Select(_ => rig.Harness.ConnectWithHello()).ToList();
        var watcher = rig.Watch();
        (await rig.System.CreateConnectionAsync("expected")).Unwrap();
        rig.Next(watcher);
        int[] busy = [30, 4, 17, 41];
        for (var i = 0; i < busy.Length; i++)
        {
            for (var n = 0; n < 200 * (i + 1); n++) peers[busy[i]].Send(channel.Id, 1, []);
        }

        var told = rig.Next(watcher);
        var rows = told.Connections!["rows"].Items;
        Assert.That(rows, Has.Count.EqualTo(5));
        Assert.That(rows.Take(4).Select(row => row["peerId"].Text), Is.EqualTo(busy.Reverse().Select(i => peers[i].PeerId)));
        Assert.That(told.Connections.N("total"), Is.EqualTo(52));
    }

    [Test]
    public async Task A_message_holds_as_many_rows_as_a_packet()
    {
        await using var rig = await InspectorRig.StartAsync(options: new NetworkingOptions { Mcp = null, MaxPacketBytes = 1_000, InboxBytesMax = 65_536 });
        for (var i = 0; i < 40; i++) rig.Harness.ConnectWithHello(new string('n', 60));
        var told = rig.Next(rig.Watch());
        Assert.That(told.All.Max(p => p.Data.Length), Is.InRange(500, 1_000));
        Assert.That(told.Connections!["rows"].Items, Has.Count.InRange(5, 12));
        Assert.That(told.Connections.N("total"), Is.EqualTo(41));
    }

    private static ValueTask<AuthenticationResult> Never() => new(new TaskCompletionSource<AuthenticationResult>().Task);

    private static TestPeer Greet(InspectorRig rig, string name)
    {
        var peer = rig.Harness.Connect();
        peer.Hello(name);
        rig.Harness.RunUntil(() => peer.Next()?.IsControl<Welcome>() == true);
        return peer;
    }
}
