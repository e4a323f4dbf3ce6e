using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Sessions;

/// <summary>A session has one link at every moment, and the newest wins (PROTOCOL.md, section 7).</summary>
public sealed class NewestLinkTests
{
    private NetworkHarness _harness = null!;
    private Channel _channel = null!;
    private MeterReading _meter = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync();
        _channel = _harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
        _meter = new MeterReading(_harness.System);
    }

    [TearDown]
    public async Task Stop()
    {
        _meter.Dispose();
        await _harness.DisposeAsync();
        Assert.That((_harness.System.Buffers.RentedCount, _harness.Transport.LinkCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public void A_resume_while_the_old_link_lives_closes_that_with_4503()
    {
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        var old = peer.Link;
        Assert.That(peer.Resume().Resumed);
        Assert.That((CloseCode)old.End!.Code, Is.EqualTo(CloseCode.Replaced));
        _harness.Step();
        Assert.That((peer.IsOpen, peer.Entity(), _harness.World.Get<ConnectionComponent>(entity).Connected), Is.EqualTo((true, entity, true)));
        Assert.That(_meter.Read("playground.connections.active"), Is.EqualTo(1));
        Assert.That(_meter.Read("playground.connections.ended", nameof(DisconnectReason.Replaced)), Is.EqualTo(1));
        Assert.That(_meter.Read("playground.sessions.expired"), Is.Zero);
    }

    // The order in which links are read turns from frame to frame: either the old link's packets are accepted and Welcome says so, or
    // they are discarded and repeated.
    [Test]
    public void What_the_old_link_still_holds_is_accepted_before_Welcome_or_not_at_all()
    {
        var seen = new HashSet<ushort>();
        for (var round = 0; round < 12; round++)
        {
            var others = Enumerable.Range(0, round % 4).Select(_ => SessionPeer.Connect(_harness)).ToList();
            var peer = SessionPeer.Connect(_harness);
            peer.Step(round / 4);
            for (ushort i = 1; i <= 3; i++) peer.Send(_channel.Id, i, []);
            Assert.That(peer.Resume().Resumed);
            seen.Add(peer.Welcome.LastReceived);
            peer.Step();
            Assert.That(_channel.Receive().ToArray().Select(p => (int)p.PacketType), Is.EqualTo(new[] { 1, 2, 3 }), $"round {round}");
            others.Append(peer).ToList().ForEach(p => p.SayGoodbye());
            _harness.Step();
        }

        Assert.That(seen, Is.EquivalentTo(new ushort[] { 0, 3 }));
        Assert.That(_meter.Read("playground.packets.duplicate"), Is.Zero, "Welcome knew of all that was accepted");
    }

    [Test]
    public void What_the_old_link_did_not_get_out_is_repeated_on_the_new_one()
    {
        var peer = new SessionPeer(_harness);
        peer.Resume(receiveBytesMax: 1_024);
        var entity = peer.Entity();
        for (ushort i = 1; i <= 20; i++) _channel.SendReliableTo(entity, i, new byte[10_000]).Unwrap();
        _harness.Step(3);
        peer.Resume();
        peer.Step(2);
        Assert.That(peer.Packets.Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(1, 20)));
    }

    [Test]
    public void Packets_on_the_old_link_after_the_resume_change_nothing([Values] bool goodbye)
    {
        var peer = SessionPeer.Connect(_harness);
        var old = peer.Link;
        peer.Open();
        peer.Hello();
        _harness.Step();
        if (goodbye) old.Client.TrySend(TestPeer.Control(new Goodbye(ErrorCode.None, "", 0)));
        else old.Client.TrySend(TestPeer.Packet(_channel.Id, 9, []));
        peer.Step(3);
        Assert.That((peer.IsOpen, peer.Welcome.Resumed, _channel.WaitingCount), Is.EqualTo((true, true, 0)));
    }

    [Test]
    public void Of_two_resumes_at_once_the_newer_link_has_the_session([Values(0, 1, 2, 3)] int others, [Values] bool isAway)
    {
        for (var i = 0; i < others; i++) SessionPeer.Connect(_harness);
        var peer = SessionPeer.Connect(_harness);
        var token = peer.Token;
        if (isAway) peer.Cut();
        var older = new SessionPeer(_harness) { Token = token };
        var newer = new SessionPeer(_harness) { Token = token };
        older.Open();
        newer.Open();
        newer.Hello();
        older.Hello();
        _harness.Step();
        newer.Take();
        Assert.That(newer.Welcome.Resumed);
        Assert.That(older.Code, Is.EqualTo(CloseCode.Replaced));
        newer.Step(5);
        Assert.That((newer.IsOpen, newer.PeerId), Is.EqualTo((true, peer.PeerId)));
        Assert.That(_meter.Read("playground.connections.active"), Is.EqualTo(1 + others));
    }

    [Test]
    public void A_link_that_takes_its_time_with_its_Hello_does_not_take_the_session_from_a_newer_one()
    {
        var peer = SessionPeer.Connect(_harness);
        var stale = new SessionPeer(_harness) { Token = peer.Token };
        stale.Open();
        _harness.Step();
        peer.Resume();
        stale.Hello();
        peer.Step(2);
        Assert.That(stale.Code, Is.EqualTo(CloseCode.Replaced));
        Assert.That(peer.End, Is.Null);
        peer.Cut();
        Assert.That(peer.Resume().Resumed);
    }

    [Test]
    public async Task Of_two_resumes_that_are_authenticated_at_once_the_newer_link_has_the_session_whichever_is_accepted_first([Values] bool olderFirst)
    {
        var answers = new List<TaskCompletionSource<AuthenticationResult>>();
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions
        {
            Authenticate = (_, _) =>
            {
                var answer = new TaskCompletionSource<AuthenticationResult>();
                lock (answers) answers.Add(answer);
                return new(answer.Task);
            },
        });
        SessionPeer peer = new(harness), older = new(harness), newer = new(harness);
        Open(peer, 1);
        Answer(0, () => peer.Wire.Count > 0);
        older.Token = newer.Token = peer.Token;
        Open(older, 2);
        Open(newer, 3);
        Answer(olderFirst ? 1 : 2, () => (olderFirst ? older : newer).Wire.Count > 0);
        Assert.That((olderFirst ? older : newer).Welcome.Resumed);
        Answer(olderFirst ? 2 : 1, () => older.End is not null);
        newer.Take();
        Assert.That((newer.Welcome.Resumed, newer.IsOpen, older.Code), Is.EqualTo((true, true, CloseCode.Replaced)));

        void Open(SessionPeer opening, int count)
        {
            opening.Open();
            opening.Hello();
            harness.RunUntil(() =>
            {
                lock (answers) return answers.Count == count;
            });
        }

        void Answer(int index, Func<bool> isDone)
        {
            answers[index].SetResult(AuthenticationResult.Accept("alice"));
            harness.RunUntil(() =>
            {
                foreach (var taking in new[] { peer, older, newer }.Where(p => p.HasLink)) taking.Take();
                return isDone();
            });
        }
    }

    [Test]
    public void A_storm_of_resumes_leaves_one_owner_and_loses_nothing()
    {
        var random = new Random(5);
        var peer = SessionPeer.Connect(_harness);
        var entity = peer.Entity();
        var received = new List<int>();
        ushort down = 0;
        for (ushort up = 0; up < 300; up++)
        {
            peer.Send(_channel.Id, up, []);
            _harness.StepWith(() => _channel.SendReliableTo(entity, down++, new byte[random.Next(2_000)], (Priority)random.Next(1, 2)).Unwrap());
            foreach (ref readonly var packet in _channel.Receive()) received.Add(packet.PacketType);
            if (random.Next(3) > 0) peer.Take();
            if (random.Next(3) == 0) Assert.That(peer.Resume().Resumed);
            foreach (ref readonly var packet in _channel.Receive()) received.Add(packet.PacketType);
            Assert.That(_meter.Read("playground.connections.active"), Is.EqualTo(1));
        }

        peer.Step(3);
        foreach (ref readonly var packet in _channel.Receive()) received.Add(packet.PacketType);
        Assert.That(received, Is.EqualTo(Enumerable.Range(0, 300)));
        Assert.That(peer.Packets.Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, down)));
    }
}
