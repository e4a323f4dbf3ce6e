using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Network;
using Playground.Ecs.Networking.Simulation.Peers;
using Playground.Ecs.Networking.Simulation.Running;

namespace Playground.Ecs.Networking.Simulation.Tests.Checks;

/// <summary>Somebody tampers with a run in which all is well: entities, queues, acknowledgements, buffers.</summary>
[TestFixture]
public sealed class RunCheckTests
{
    private SimulatedRun _run = null!;
    private Dictionary<string, SimulatedLink> _links = null!;

    [SetUp]
    public void Begin()
    {
        _run = new SimulatedRun(new RunSettings { Seed = 1, Clients = 2, Server = new NetworkingOptions { FrameRate = 20 } });
        _run.StepFor(3 * TimeSpan.TicksPerSecond);
        _run.Rest();
        _run.StepFor(TimeSpan.TicksPerSecond);
        _links = _run.Links.ToDictionary(static link => link.Wire.Name);
    }

    private SimulatedServer Server => _run.Server!;

    private ServerApplication.Peer Peer => Server.Application.Peers[0];

    [Test]
    public void All_is_well()
    {
        Server.CheckLinks(_links);
        Server.CheckFrame(_links);
        _run.Rest();
        _run.End();
        Assert.That((_run.Counts.Sessions, _run.Counts.Resumes), Is.EqualTo((2, 0)));
    }

    [Test]
    public void Entity_that_is_gone_while_its_session_lives_is_missed()
    {
        Server.World.Destroy(Peer.Entity);
        Assert.That(() => Server.CheckFrame(_links), Fails.Saying("ended after 00:00:00 without a link"));
    }

    [Test]
    public void Session_that_never_gets_an_entity_is_missed()
    {
        var session = new SessionTrace(Server.Life, "nobody", 0, static name => new ReliableTrace(name, default, 8, 8));
        _run.Context.Wire.Add(session);
        Assert.That(() => Server.CheckFrame(_links), Fails.Saying("session nobody of server 1 was welcomed and has no entity"));
    }

    [Test]
    public void Second_entity_of_a_session_is_found()
    {
        Server.World.Create(new ConnectionComponent { PeerId = Peer.Session.PeerId }, default(ConnectionHandle));
        Assert.That(() => Server.CheckFrame(_links), Fails.Saying("two entities are called"));
    }

    [Test]
    public void Entity_that_comes_back_is_found()
    {
        Peer.Session.IsOver = true;
        Assert.That(() => Server.CheckFrame(_links), Fails.Saying("is back"));
    }

    [Test]
    public void Entity_that_outlives_its_window_is_found()
    {
        _links.Clear();
        Assert.That(() => CheckFor(Server.Options.ResumeWindow + TimeSpan.FromSeconds(1)), Fails.Saying("has been away for"));
    }

    [Test]
    public void Entity_within_its_window_is_fine()
    {
        _links.Clear();
        CheckFor(Server.Options.ResumeWindow - TimeSpan.FromSeconds(1));
    }

    [Test]
    public void Connected_that_is_wrong_for_long_is_found() =>
        Assert.That(() => CheckFor(Server.Options.FullInboxTimeout + TimeSpan.FromSeconds(1)), Fails.Saying("Connected is False"));

    [Test]
    public void Resume_that_was_refused_though_the_session_lives_is_found()
    {
        _run.Context.Wire.Refused.Add(Peer.Session);
        Assert.That(() => Server.CheckFrame(_links), Fails.Saying("was not resumed though it lives"));
    }

    [Test]
    public void Queue_beyond_its_limit_is_found()
    {
        var limits = Server.Options;
        Assert.That(() => Check(limits with { SendQueueBytes = -1 }), Fails.Saying("bytes wait for"));
        Assert.That(() => Check(limits with { MaxPacketBytes = -1 }), Fails.Saying("bytes of partial trains"));
        Assert.That(() => Check(limits with { ReliableWindowBytes = -1 }), Fails.Saying("bytes in the window"));
        Assert.That(() => Check(limits with { InboxPacketsMax = -1 }), Fails.Saying("packets in the inbox"));
        Assert.That(() => Check(limits with { InboxBytesMax = -1 }), Fails.Saying("bytes in the inbox"));
        Check(limits);
    }

    [Test]
    public void Queue_of_a_client_beyond_its_limit_is_found()
    {
        var (session, options) = (_run.Clients[0].Session, _run.Clients[0].Options);
        ClientCheck.CheckLimits(session, options, "client");
        Assert.That(() => ClientCheck.CheckLimits(session, options with { SendQueueBytes = -1 }, "client"), Fails.Saying("bytes wait to be sent"));
        Assert.That(() => ClientCheck.CheckLimits(session, options with { InboxPackets = -256 }, "client"), Fails.Saying("packets wait for the application"));
        Assert.That(() => ClientCheck.CheckLimits(session, options with { InboxBytes = -2 * options.MaxPacketBytes }, "client"), Fails.Saying("bytes wait for the application"));
    }

    [Test]
    public void Acknowledgement_that_does_not_go_out_is_found()
    {
        var check = new LinkCheck(Server, Server.Options);
        Peer.Connection.Session!.Receiver.Drop();
        check.Check(_links);
        Assert.That(() => check.Check(_links), Fails.Saying("was not told"));
    }

    [Test]
    public void Acknowledgement_that_a_client_does_not_give_is_found()
    {
        var wire = Peer.Session.Link!;
        ClientCheck.CheckAck(wire);
        long? arrived = Peer.Session.Down.Arrived + 1;
        Peer.Session.Down.Arrives(ref arrived, new(100, 1, Protocol.Priority.Low, Protocol.PacketFlags.Reliable, (ushort)arrived.Value));
        Assert.That(() => ClientCheck.CheckAck(wire), Fails.Saying("and acknowledged"));
    }

    [Test]
    public void Buffer_that_is_kept_is_found()
    {
        Server.System.Buffers.Rent(100);
        Assert.That(_run.End, Fails.Saying("kept 1 buffers"));
    }

    [Test]
    public void Entity_that_is_left_is_found()
    {
        Server.World.Create(default(ConnectionHandle));
        Assert.That(_run.End, Fails.Saying("left 1 entities"));
    }

    [Test]
    public void Client_that_never_comes_back_is_missed()
    {
        _run.AwayUntil[0] = long.MaxValue;
        foreach (var link in _run.Links) link.Reset(_run.Context.Time.Now);
        _run.StepFor(TimeSpan.TicksPerSecond);
        Assert.That(_run.Rest, Fails.Saying("client 0: it is not connected").And.Message.Contains("long after the last fault"));
    }

    [Test]
    public void Packet_that_never_arrives_is_missed()
    {
        Peer.Session.Owed[0].Add(1_000_000);
        Assert.That(_run.Rest, Fails.Saying("1 packets are missing"));
    }

    private void Check(NetworkingOptions limits) => new LinkCheck(Server, limits).Check(_links);

    // Frames without the server's own doing.
    private void CheckFor(TimeSpan time)
    {
        for (var end = _run.Context.Time.Now + time.Ticks; _run.Context.Time.Now < end;)
        {
            _run.Context.Time.Advance(TimeSpan.TicksPerSecond / 20);
            Server.World.Get<ConnectionComponent>(Peer.Entity).Connected = false;
            foreach (var peer in Server.Application.Peers.Skip(1)) Server.World.Get<ConnectionComponent>(peer.Entity).Connected = _links.Count > 0;
            Server.CheckFrame(_links);
        }
    }
}
