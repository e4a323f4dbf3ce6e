using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Sessions;

public sealed class HelloTests
{
    private NetworkHarness _harness = null!;

    [SetUp]
    public async Task Start() => _harness = await NetworkHarness.StartAsync();

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public void Hello_is_answered_by_Welcome_in_the_same_frame()
    {
        var peer = _harness.Connect();
        peer.Hello("browser");
        _harness.Step();
        peer.TakeWelcome();
        var welcome = peer.Welcome;
        Assert.That((welcome.Version, welcome.PeerId, welcome.Resumed, welcome.LastReceived), Is.EqualTo((ProtocolLimits.Version, "peer-1", false, (ushort)0)));
        Assert.That((welcome.FrameRate, welcome.HeartbeatMs, welcome.MaxPacketBytes), Is.EqualTo(((ushort)60, 1_000u, 262_144u)));
    }

    [Test]
    public async Task A_client_that_speaks_without_a_Hello_is_served_as_a_plain_connection()
    {
        var channel = _harness.System.RegisterPlugin("plain").Unwrap();
        var peer = _harness.Connect();
        peer.Send(channel.Id, 1, [7]);
        _harness.Step();
        Assert.That(channel.Receive()[0].Data.Span[0], Is.EqualTo(7));
        _harness.Subscribe(peer, channel.Id);
        channel.Send(2, [8]).Unwrap();
        _harness.Step();
        Assert.That(peer.Next()!.Type, Is.EqualTo(2));
        var snapshot = (await _harness.System.QueryConnectionsAsync()).Unwrap().Single();
        Assert.That((snapshot.PeerId, snapshot.Connected), Is.EqualTo(("peer-1", true)));
    }

    [Test]
    public void A_late_Hello_of_a_plain_connection_is_malformed()
    {
        var peer = _harness.Connect();
        peer.SendControl(new Ping(1));
        _harness.Step();
        peer.Hello();
        _harness.Step();
        ExpectClosed(peer, CloseCode.Malformed, ErrorCode.MalformedPacket);
    }

    [Test]
    public void A_second_Hello_is_malformed()
    {
        var peer = _harness.ConnectWithHello();
        peer.Hello();
        _harness.Step();
        ExpectClosed(peer, CloseCode.Malformed, ErrorCode.MalformedPacket);
    }

    [Test]
    public async Task Packets_behind_Hello_in_its_batch_are_malformed_and_none_is_delivered()
    {
        var channel = _harness.System.RegisterPlugin("x").Unwrap();
        var peer = _harness.Connect();
        peer.SendBatch(TestPeer.Control(new Hello(ProtocolLimits.Version, "x", null, default, 0)), TestPeer.Packet(channel.Id, 1, []));
        _harness.Step();
        ExpectClosed(peer, CloseCode.Malformed, ErrorCode.MalformedPacket);
        Assert.That(channel.WaitingCount, Is.Zero);
        Assert.That((await _harness.System.QueryConnectionsAsync()).Unwrap(), Is.Empty);
    }

    [Test]
    public void Hello_behind_another_packet_of_its_batch_is_malformed()
    {
        var peer = _harness.Connect();
        peer.SendBatch(TestPeer.Control(new Ping(1)), TestPeer.Control(new Hello(ProtocolLimits.Version, "x", null, default, 0)));
        _harness.Step();
        ExpectClosed(peer, CloseCode.Malformed, ErrorCode.MalformedPacket);
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(255)]
    public void Another_version_is_refused_by_name(int version)
    {
        var peer = _harness.Connect();
        peer.SendControl(new Hello((byte)version, "x", null, default, 0));
        _harness.Step();
        ExpectClosed(peer, CloseCode.UnsupportedVersion, ErrorCode.UnsupportedVersion);
        Assert.That(peer.Goodbyes[0].Reason, Does.Contain($"version {version}"));
    }

    [Test]
    public void A_Hello_needs_a_name_without_control_characters_of_at_most_255_bytes(
        [Values("", "a\n", "\u007f", "\u0085", 256)] object name)
    {
        var peer = _harness.Connect();
        peer.Hello(name as string ?? new string('x', (int)name));
        _harness.Step();
        ExpectClosed(peer, CloseCode.Malformed, ErrorCode.MalformedPacket);
    }

    [Test]
    public void Names_of_255_bytes_and_of_any_script_are_fine([Values("λόγος 🎮", 255)] object name)
    {
        var peer = _harness.ConnectWithHello(name as string ?? new string('x', (int)name));
        Assert.That(peer.PeerId, Is.EqualTo("peer-1"));
    }

    [Test]
    public void A_malformed_Hello_is_4501()
    {
        var peer = _harness.Connect();
        peer.SendRaw(TestPeer.Packet(0, Hello.WireType, [0x91, 1]));
        _harness.Step();
        ExpectClosed(peer, CloseCode.Malformed, ErrorCode.MalformedPacket);
    }

    [Test]
    public async Task A_listener_that_says_nothing_is_let_in_and_its_Hello_may_still_come()
    {
        var peer = _harness.Connect();
        _harness.StepFor(TimeSpan.FromSeconds(1.1));
        Assert.That((await _harness.System.GetStatsAsync()).Unwrap().ConnectionsActive, Is.EqualTo(1));
        peer.Hello();
        _harness.Step();
        peer.TakeWelcome();
        Assert.That((await _harness.System.QueryConnectionsAsync()).Unwrap().Single().PeerId, Is.EqualTo(peer.PeerId));
    }

    [Test]
    public async Task Peers_get_names_of_their_own_and_names_are_not_taken_over()
    {
        await _harness.System.CreateConnectionAsync("peer-2");
        var names = Enumerable.Range(0, 3).Select(_ => _harness.ConnectWithHello("same").PeerId).ToArray();
        Assert.That(names, Is.EqualTo(new[] { "peer-1", "peer-3", "peer-4" }));
    }

    [Test]
    public async Task The_peers_Goodbye_ends_its_session_without_an_answer()
    {
        var peer = _harness.ConnectWithHello();
        peer.SendControl(new Goodbye(ErrorCode.None, "done", 0));
        _harness.Step();
        Assert.That((peer.End!.Code, peer.Goodbyes.Count), Is.EqualTo(((ushort)1000, 0)));
        Assert.That((await _harness.System.QueryConnectionsAsync()).Unwrap(), Is.Empty);
    }

    [Test]
    public async Task A_plain_connections_link_that_closes_or_is_lost_takes_its_entity_with_it([Values] bool lost)
    {
        var peer = _harness.Connect();
        peer.SendControl(new Ping(1));
        _harness.Step();
        var entity = await _harness.EntityOfAsync("peer-1");
        if (lost) peer.Client.Abort();
        else peer.Client.Close(1000);
        _harness.Step();
        Assert.That(_harness.World.IsAlive(entity), Is.False);
        _harness.Step();
        Assert.That(_harness.Transport.LinkCount, Is.Zero);
    }

    [Test]
    public async Task Above_its_limit_the_transport_takes_no_more_links_until_one_has_gone()
    {
        await using var small = await NetworkHarness.StartAsync(new NetworkingOptions { ConnectionsMax = 2 });
        var first = small.ConnectWithHello();
        small.ConnectWithHello();
        Assert.That(small.Transport.Connect().Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        first.Client.Close(1000);
        small.Step(2);
        Assert.That(small.Transport.Connect().IsOk);
    }

    private static void ExpectClosed(TestPeer peer, CloseCode code, ErrorCode error)
    {
        Assert.That(peer.End, Is.Not.Null);
        Assert.That(((CloseCode)peer.End!.Code, peer.Goodbyes.Single().Error), Is.EqualTo((code, error)));
    }
}
