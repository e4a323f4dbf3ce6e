using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>The sessions of language models are entities with a channel each.</summary>
public sealed class LlmSessionTests
{
    private McpRig _rig = null!;

    [SetUp]
    public async Task Start()
    {
        _rig = await McpRig.StartAsync();
        _rig.Offer("now", static (_, _) => new(ToolOutput.Text("done")));
    }

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void A_session_has_a_channel_of_2000_2999_and_an_entity_like_any_peer()
    {
        using var meter = new MeterReading(_rig.System);
        var session = _rig.Open("claude");
        Assert.That(session.Channel.Value, Is.InRange(2000, 2999));
        var component = _rig.Harness.World.Get<LlmSessionComponent>(session.Entity);
        Assert.That(
            (component.ChannelId, component.ClientName, component.ClientVersion, component.Calls, component.LastTool),
            Is.EqualTo((session.Channel, "claude", "1.0", 0ul, string.Empty)));
        var peer = Connections().Single();
        Assert.That((peer.Entity, peer.PeerId, peer.Connected), Is.EqualTo((session.Entity, $"llm-{session.Channel}", true)));
        Assert.That(_rig.Result(_rig.System.GetStatsAsync().AsTask()).Unwrap().ConnectionsActive, Is.EqualTo(1));
        Assert.That(meter.Read("playground.llm.sessions"), Is.EqualTo(1));
    }

    [Test]
    public void The_same_identity_has_the_same_session_and_another_another()
    {
        var session = _rig.Open("claude");
        Assert.That(_rig.Open("claude"), Is.SameAs(session));
        LlmSession[] others =
        [
            _rig.Open("cursor"), _rig.Open("claude", agent: "two"), _rig.Open("claude", principal: "ann"),
            _rig.Open("claude", sessionId: "s1"), _rig.Open("claude", sessionId: "s2"),
        ];
        Assert.That(others.Append(session).Select(static s => s.Channel).Distinct().Count(), Is.EqualTo(6));
        Assert.That(_rig.Open("other name", sessionId: "s1"), Is.SameAs(others[3]), "the older protocol's session is the identity");
        Assert.That(Connections().Select(static c => c.PeerId), Has.Some.EqualTo($"ann/llm-{others[2].Channel}"));
    }

    [Test]
    public void Two_that_open_the_same_at_once_share_one()
    {
        var identity = new LlmIdentity(null, null, "claude", "1", null);
        var opened = Enumerable.Range(0, 5).Select(_ => _rig.Mcp.OpenAsync(identity, default).AsTask()).ToList();
        _rig.Harness.Step();
        Assert.That(opened.Select(McpRig.Wait).Select(static s => s.Unwrap()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_rig.Counters.Sessions, Is.EqualTo(1));
    }

    [Test]
    public void Calls_bring_the_components_up_to_date()
    {
        var session = _rig.Open();
        var before = _rig.Harness.World.Get<ConnectionComponent>(session.Entity).LastActivity;
        _rig.Harness.Step(60);
        _rig.CallNow("now", session: session);
        _rig.CallNow("now", session: session);
        _rig.Harness.Step();
        var component = _rig.Harness.World.Get<LlmSessionComponent>(session.Entity);
        var connection = _rig.Harness.World.Get<ConnectionComponent>(session.Entity);
        Assert.That((component.Calls, component.LastTool), Is.EqualTo((2ul, "now")));
        Assert.That((connection.PacketsReceived, connection.PacketsSent), Is.EqualTo((2ul, 2ul)));
        Assert.That(connection.LastActivity - before, Is.InRange(990ul, 1010ul));
    }

    [Test]
    public void What_is_sent_to_its_entity_or_channel_comes_with_the_next_result()
    {
        var session = _rig.Open();
        _rig.Channel.SendTo(session.Entity, 7, "to you"u8).Unwrap();
        _rig.Channel.SendTo(session.Entity, 8, new Note { Text = "hello", Count = 3 }).Unwrap();
        _rig.Result(_rig.System.SendPacketAsync(session.Channel, 9, new byte[] { 0xFF, 0xFE }).AsTask()).Unwrap();
        _rig.Harness.Step(2);
        var output = _rig.CallNow("now", session: session);
        Assert.That(McpRig.Texts(output), Is.EqualTo(new[]
        {
            "done",
            $$$"""{"message":{"channel":{{{_rig.Channel.Id}}},"type":7,"name":"x","data":"to you"}}""",
            $$$"""{"message":{"channel":{{{_rig.Channel.Id}}},"type":8,"name":"x","data":["hello",3]}}""",
            $$$"""{"message":{"channel":{{{session.Channel}}},"type":9,"base64":"//4="}}""",
        }));
        Assert.That(_rig.CallNow("now", session: session).Content, Has.Count.EqualTo(1), "once only");
        _rig.Harness.Step();
        Assert.That(_rig.Harness.World.Get<ConnectionComponent>(session.Entity).PacketsSent, Is.EqualTo(5));
    }

    [Test]
    public async Task What_waits_is_bounded_and_the_oldest_is_dropped_and_counted()
    {
        await using var rig = await McpRig.StartAsync(new McpOptions { MessagesPendingMax = 3 });
        Check(rig);

        static void Check(McpRig rig)
        {
            rig.Offer("now", static (_, _) => new(ToolOutput.Text("done")));
            using var meter = new MeterReading(rig.System);
            var session = rig.Open();
            for (ushort i = 1; i <= 5; i++) rig.Channel.SendTo(session.Entity, i, "text"u8).Unwrap();
            rig.Harness.Step(2);
            Assert.That(McpRig.Texts(rig.CallNow("now", session: session)).Skip(1).Select(static t => t[t.IndexOf("\"type\"", StringComparison.Ordinal)..][7]), Is.EqualTo("345"));
            Assert.That(meter.Read("playground.llm.messages.dropped"), Is.EqualTo(2));
            for (var i = 0; i < 3; i++) rig.Channel.SendTo(session.Entity, 1, new byte[40_000]).Unwrap();
            rig.Harness.Step(2);
            Assert.That(rig.CallNow("now", session: session).Content, Has.Count.EqualTo(2), "64 KiB at most");
            Assert.That(meter.Read("playground.llm.messages.dropped"), Is.EqualTo(4));
        }
    }

    [Test]
    public void Remote_peers_neither_subscribe_nor_send_nor_register_nor_unregister()
    {
        var session = _rig.Open();
        var peer = new ToolPeer(_rig.Harness);
        Assert.That(peer.Subscribe(session.Channel).Error, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(peer.Subscribe($"llm-{session.Channel}").Error, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(peer.Unregister(session.Channel).Error, Is.EqualTo(ErrorCode.Forbidden));
        peer.Session.Send(session.Channel, 1, [1]);
        peer.Step(2);
        Assert.That(peer.Errors.Single().Error, Is.EqualTo(ErrorCode.NotSubscribed));
        Assert.That(_rig.CallNow("now", session: session).Content, Has.Count.EqualTo(1));
        Assert.That(_rig.Result(_rig.System.UnregisterAsync(session.Channel).AsTask()).Error, Is.InstanceOf<NetworkError.Forbidden>());
    }

    [Test]
    public void Close_frees_channel_and_entities_and_ends_its_calls()
    {
        var tokens = new List<CancellationToken>();
        _rig.OfferLater("slow", tokens);
        var before = Entities();
        var session = _rig.Open();
        var other = _rig.Open("other");
        var answers = new[] { _rig.Call("slow", session: session), _rig.Call("slow", session: other) };
        _rig.Harness.Step();
        _rig.Mcp.Close(session);
        _rig.Mcp.Close(session);
        _rig.Harness.Step();
        Assert.That(McpRig.Problem(McpRig.Wait(answers[0])), Does.Contain("session is over"));
        _rig.Until(() => tokens[0].IsCancellationRequested);
        Assert.That((answers[1].IsCompleted, tokens[1].IsCancellationRequested), Is.EqualTo((false, false)));
        Assert.That(McpRig.Problem(_rig.CallNow("now", session: session)), Does.Contain("session is over"));
        Assert.That(_rig.Channel.SendTo(session.Entity, 1, [1]).Error, Is.InstanceOf<NetworkError.NotConnected>());
        Assert.That(_rig.Harness.World.IsAlive(session.Entity), Is.False);
        _rig.Mcp.Close(other);
        _rig.Harness.Step();
        Assert.That(Entities(), Is.EqualTo(before));
        Assert.That(_rig.Open(), Is.Not.SameAs(session));
    }

    [Test]
    public void Another_thread_may_close()
    {
        var session = _rig.Open();
        Task.Run(() => _rig.Mcp.Close(session)).Wait();
        _rig.Harness.Step();
        Assert.That((session.IsOver, _rig.Counters.Sessions), Is.EqualTo((true, 0)));
    }

    [Test]
    public void A_game_may_destroy_a_sessions_entity()
    {
        var session = _rig.Open();
        _rig.Harness.World.Destroy(session.Entity);
        Assert.That(_rig.CallNow("now", session: session).IsError, Is.False);
        Assert.That(_rig.Channel.SendTo(session.Entity, 1, [1]).IsOk, Is.False);
        _rig.Mcp.Close(session);
        _rig.Harness.Step();
        Assert.That(_rig.Counters.Sessions, Is.Zero);
    }

    [Test]
    public void A_thousand_opened_and_closed_leave_nothing_and_generations_differ()
    {
        _rig.Harness.Step();
        var before = Entities();
        var seen = new HashSet<(ChannelId, uint)>();
        for (var round = 0; round < 10; round++)
        {
            var sessions = Enumerable.Range(0, 100).Select(i => _rig.Open($"client {i}")).ToList();
            foreach (var session in sessions)
            {
                Assert.That(seen.Add((session.Channel, session.Generation)));
                _rig.Channel.SendTo(session.Entity, 1, "waits"u8).Unwrap();
                _rig.CallNow("now", session: session);
            }

            foreach (var session in sessions) _rig.Mcp.Close(session);
            _rig.Harness.Step();
        }

        _rig.Harness.Step(2);
        Assert.That(Entities(), Is.EqualTo(before));
        Assert.That(_rig.Counters.Sessions, Is.Zero);
    }

    private IReadOnlyList<ConnectionSnapshot> Connections() => _rig.Result(_rig.System.QueryConnectionsAsync().AsTask()).Unwrap();

    private int Entities() => _rig.Harness.World.CountEntities(new QueryDescription());

    [MessagePack.MessagePackObject]
    public struct Note
    {
        [MessagePack.Key(0)]
        public string Text;

        [MessagePack.Key(1)]
        public int Count;
    }
}
