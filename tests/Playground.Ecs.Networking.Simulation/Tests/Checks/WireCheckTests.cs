using System.Buffers;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Network;
using Playground.Ecs.Networking.Simulation.Randomness;

namespace Playground.Ecs.Networking.Simulation.Tests.Checks;

/// <summary>The handshake, trains and lanes on the wire.</summary>
[TestFixture]
public sealed class WireCheckTests
{
    private const int MaxPacketBytes = 20_000;

    private WireCheck _wire = null!;
    private int _links;

    [SetUp]
    public void Begin()
    {
        _wire = new WireCheck(Sequence.BeforeFirst, 64 * 1024, MaxPacketBytes, static _ => { });
        _wire.BeginLife(1);
    }

    [Test]
    public void Client_that_begins_without_Hello_fails() =>
        Assert.That(() => _wire.ClientWrote(NewLink(0), Control(new Ping(1))), Fails.Saying("client 0 began a link with"));

    [Test]
    public void Client_that_goes_on_before_Welcome_fails()
    {
        var link = NewLink(0);
        _wire.ClientWrote(link, HelloFor(0));
        Assert.That(() => _wire.ClientWrote(link, Control(new Ping(1))), Fails.Saying("sent before it was welcomed"));
    }

    [Test]
    public void Server_that_sends_something_reliable_before_Welcome_fails() =>
        Assert.That(() => _wire.ServerWrote(NewLink(0), Packet(1, Priority.High), 0), Fails.Saying("before its Welcome"));

    [Test]
    public void Second_Welcome_on_a_link_fails()
    {
        var link = Open(0, "a", 1);
        Assert.That(() => _wire.ServerWrote(link, WelcomeTo("b", 2), 0), Fails.Saying("welcomed twice on one link"));
    }

    [Test]
    public void Token_that_was_given_before_fails()
    {
        Open(0, "a", 1);
        Assert.That(() => Open(1, "b", 1), Fails.Saying("token that was used before"));
    }

    [Test]
    public void Two_sessions_of_one_name_fail()
    {
        Open(0, "a", 1);
        Assert.That(() => Open(1, "a", 2), Fails.Saying("two sessions are called a"));
    }

    [Test]
    public void Session_of_another_client_cannot_be_resumed()
    {
        Open(0, "a", 1);
        Open(1, "b", 2);
        var link = NewLink(1);
        _wire.ClientWrote(link, HelloFor(0, token: 2));
        Assert.That(() => _wire.ServerWrote(link, WelcomeTo("a", 3, resumed: true), 0), Fails.Saying("cannot be its own"));
    }

    [Test]
    public void Session_that_is_over_cannot_be_resumed()
    {
        Open(0, "a", 1);
        _wire.EndLife();
        var link = NewLink(0);
        _wire.ClientWrote(link, HelloFor(0, token: 1));
        Assert.That(() => _wire.ServerWrote(link, WelcomeTo("a", 2, resumed: true), 0), Fails.Saying("cannot be its own"));
    }

    [Test]
    public void New_session_begins_with_nothing_received()
    {
        var link = NewLink(0);
        _wire.ClientWrote(link, HelloFor(0));
        Assert.That(() => _wire.ServerWrote(link, WelcomeTo("a", 1, lastReceived: 1), 0), Fails.Saying("begins at 1"));
    }

    [Test]
    public void Refused_resume_is_kept_to_be_asked_about()
    {
        Open(0, "a", 1);
        var link = NewLink(0);
        _wire.ClientWrote(link, HelloFor(0, token: 1));
        _wire.ServerWrote(link, WelcomeTo("b", 2), 0);
        Assert.That(_wire.Refused.Select(static session => session.PeerId), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void Hello_and_Welcome_that_say_what_has_not_arrived_fail()
    {
        Open(0, "a", 1);
        var link = NewLink(0);
        Assert.That(() => _wire.ClientWrote(link, HelloFor(1, token: 1)), Fails.Saying("1 was acknowledged, but only 0 has arrived"));
        link = NewLink(0);
        _wire.ClientWrote(link, HelloFor(0, token: 1));
        Assert.That(() => _wire.ServerWrote(link, WelcomeTo("a", 2, resumed: true, lastReceived: 1), 0), Fails.Saying("1 was acknowledged, but only 0 has arrived"));
    }

    [Test]
    public void Unfinished_trains_above_twice_the_largest_packet_fail()
    {
        var link = Open(0, "a", 1);
        _wire.ServerWrote(link, Packet(1, Priority.High, 16_000, more: true), 0);
        _wire.ServerWrote(link, Packet(0, Priority.Normal, 16_000, more: true), 0);
        _wire.ServerWrote(link, Packet(0, Priority.Low, 8_000), 0);
        Assert.That(() => _wire.ServerWrote(link, Packet(0, Priority.Low, 8_001, more: true), 0), Fails.Saying("unfinished trains have 40001 bytes"));
    }

    [Test]
    public void Lanes_out_of_order_fail_on_both_sides()
    {
        var link = Open(0, "a", 1);
        link.Wire.Frames.EndFrame(1, 100_000, 0, true);
        _wire.ServerWrote(link, Packet(1, Priority.Low), 0);
        Assert.That(() => _wire.ServerWrote(link, Packet(2, Priority.High), 0), Fails.Saying("server to client 0: a packet of lane High was sent behind one of lane Low"));
        _wire.ClientWrote(link, Packet(0, Priority.Normal));
        Assert.That(() => _wire.ClientWrote(link, Packet(1, Priority.Critical)), Fails.Saying("client 0: a packet of lane Critical was sent behind one of lane Normal"));
    }

    [Test]
    public void Train_that_had_to_wait_for_the_end_of_a_lower_one_may_begin_behind_it()
    {
        var link = Open(0, "a", 1);
        _wire.ClientFrame = 1;
        _wire.ClientWrote(link, Packet(1, Priority.Low, 16_000, more: true));
        _wire.ClientFrame = 2;
        _wire.ClientWrote(link, Packet(2, Priority.Low, 100));
        _wire.ClientWrote(link, Packet(3, Priority.High, 16_000, more: true));
        _wire.ClientWrote(link, Packet(4, Priority.High, 100));
        _wire.ClientFrame = 3;
        _wire.ClientWrote(link, Packet(5, Priority.Low));
        Assert.That(() => _wire.ClientWrote(link, Packet(6, Priority.High, 16_000, more: true)), Fails.Saying("behind one of lane Low"), "no train ended");
    }

    [Test]
    public void Lanes_begin_anew_behind_what_is_repeated()
    {
        var link = Open(0, "a", 1);
        _wire.ClientWrote(link, Packet(1, Priority.Low));
        link = NewLink(0);
        _wire.ClientWrote(link, HelloFor(0, token: 1));
        _wire.ServerWrote(link, WelcomeTo("a", 2, resumed: true), 0);
        _wire.ClientGets(link, WelcomeTo("a", 2, resumed: true));
        _wire.ClientWrote(link, Packet(1, Priority.Low));
        _wire.ClientWrote(link, Packet(2, Priority.High));
        Assert.That(_wire.SessionOf(0)!.Up.Replayed, Is.EqualTo(1));
    }

    [Test]
    public void Hello_and_Welcome_can_be_lowered_to_what_the_other_side_knows_of_and_no_further()
    {
        var link = Open(0, "a", 1);
        for (ushort i = 1; i <= 3; i++)
        {
            _wire.ServerWrote(link, Packet(i, Priority.High), 0);
            _wire.ClientGets(link, Packet(i, Priority.High));
        }

        var down = _wire.SessionOf(0)!.Down;
        down.Learns(1);
        var lowered = Enumerable.Range(0, 100).Select(i => Understatement.OfHello(HelloFor(3, token: 1), down, new Rng((ulong)i))!);
        Assert.That(lowered.Select(LastReceivedOf).Distinct().Order(), Is.EqualTo(new ushort[] { 1, 2 }));
        Assert.That(Understatement.OfHello(HelloFor(1, token: 1), down, new Rng(1)), Is.Null);
        Assert.That(Understatement.OfWelcome(WelcomeTo("a", 1, resumed: false, lastReceived: 3), down, new Rng(1)), Is.Null);
        Assert.That(Understatement.OfWelcome(WelcomeTo("a", 1, resumed: true, lastReceived: 3), down, new Rng(1)), Is.Not.Null);
    }

    private static ushort LastReceivedOf(byte[] message) =>
        Hello.TryRead(message.AsMemory(PacketHeader.Size), out var hello) ? hello.LastReceived : throw new InvalidOperationException("no Hello");

    private SimulatedLink Open(int client, string peerId, byte token)
    {
        var link = NewLink(client);
        _wire.ClientWrote(link, HelloFor(0));
        _wire.ServerWrote(link, WelcomeTo(peerId, token), 0);
        _wire.ClientGets(link, WelcomeTo(peerId, token));
        return link;
    }

    private SimulatedLink NewLink(int client)
    {
        var pipes = Enumerable.Range(0, 2).Select(static i => new Pipe(new LinkConditions(), new Rng((ulong)i))).ToArray();
        return new SimulatedLink(client, $"link-{++_links}", new MemoryClient(1024), pipes[0], pipes[1], _wire);
    }

    private static byte[] HelloFor(ushort lastReceived, byte? token = null) =>
        Control(new Hello(ProtocolLimits.Version, "test", null, token is { } secret ? new[] { secret } : default, lastReceived));

    private static byte[] WelcomeTo(string peerId, byte token, bool resumed = false, ushort lastReceived = 0) =>
        Control(new Welcome(ProtocolLimits.Version, peerId, new[] { token }, resumed, lastReceived, 20, 1000, MaxPacketBytes));

    private static byte[] Control<T>(in T message)
        where T : struct, IMessage<T>
    {
        var payload = new ArrayBufferWriter<byte>();
        message.WriteTo(payload);
        return Packet(new PacketHeader(ChannelId.Control, T.WireType, Priority.High), payload.WrittenSpan);
    }

    // Sequence 0: unreliable.
    private static byte[] Packet(ushort sequence, Priority lane, int bytes = 20, bool more = false)
    {
        var flags = (sequence > 0 ? PacketFlags.Reliable : PacketFlags.None) | (more ? PacketFlags.MoreFragments : PacketFlags.None);
        return Packet(new PacketHeader(100, 1, lane, flags, sequence), new byte[bytes]);
    }

    private static byte[] Packet(in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        var packet = new byte[PacketWriter.SizeOf(payload.Length)];
        PacketWriter.Write(packet, header, payload);
        return packet;
    }
}
