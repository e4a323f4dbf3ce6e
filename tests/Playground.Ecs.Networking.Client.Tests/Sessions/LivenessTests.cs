using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>Heartbeat, timeouts and round trip (PROTOCOL.md, section 9).</summary>
public sealed class LivenessTests
{
    [Test]
    public void Silence_of_the_client_is_broken_by_a_ping_every_heartbeat()
    {
        using var harness = SessionHarness.Connected();
        Assert.That(harness.PassAlive(TimeSpan.FromSeconds(5.5)).Select(static p => p.Type), Is.EqualTo(Enumerable.Repeat(Ping.WireType, 5)));
    }

    [Test]
    public void While_it_sends_it_pings_every_five_seconds()
    {
        using var harness = SessionHarness.Connected();
        var written = new List<WirePacket>();
        for (var i = 0; i < 110; i++)
        {
            written.AddRange(harness.PassAlive(TimeSpan.FromSeconds(0.1)));
            harness.Send(1);
            written.AddRange(harness.Take());
        }

        Assert.That(written.Count(static p => p.Is<Ping>()), Is.EqualTo(2));
    }

    [Test]
    public void Ping_is_answered_in_the_next_batch_and_before_all_else()
    {
        using var harness = SessionHarness.Connected();
        harness.Send(1, Priority.Critical);
        harness.Give(Wire.Message(new Ping(77)));
        Assert.That(harness.Take()[0].Read<Pong>().Stamp, Is.EqualTo(77));
    }

    [Test]
    public void Flood_of_pings_earns_no_flood_of_pongs()
    {
        using var harness = SessionHarness.Connected();
        harness.Give([.. Enumerable.Range(0, 200).Select(static i => Wire.Message(new Ping((ulong)i)))]);
        Assert.That(harness.Take().Select(static p => p.Read<Pong>().Stamp), Is.EqualTo(Enumerable.Range(184, 16)));
    }

    [Test]
    public void Round_trip_is_smoothed_by_an_eighth()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Welcome();
        Answer(harness, harness.Take().Single(), TimeSpan.FromMilliseconds(80));
        Assert.That(harness.Session.RoundTripTicks, Is.EqualTo(TimeSpan.FromMilliseconds(80).Ticks));
        Answer(harness, harness.StepToDeadline().Single(), TimeSpan.FromMilliseconds(160));
        Assert.That(harness.Session.RoundTripTicks, Is.EqualTo(TimeSpan.FromMilliseconds(90).Ticks));
        harness.Give(Wire.Message(new Pong(ulong.MaxValue)), Wire.Message(new Pong(long.MaxValue)));
        Assert.That(harness.Session.RoundTripTicks, Is.EqualTo(TimeSpan.FromMilliseconds(90).Ticks), "Nobody here wrote these stamps.");
    }

    [Test]
    public void Link_on_which_nothing_is_received_for_ten_seconds_is_aborted_and_resumed()
    {
        using var harness = SessionHarness.Connected();
        harness.Pass(TimeSpan.FromSeconds(9.9));
        Assert.That(harness.TakeClose(), Is.Null);
        harness.Pass(TimeSpan.FromSeconds(0.1));
        Assert.That(harness.TakeClose()?.Code, Is.EqualTo(1006));
        Assert.That(harness.TakeClose(), Is.Null, "It is said once.");
        Assert.That(harness.Session.Send(1000, 1, [], Priority.Normal).Error, Is.InstanceOf<NetworkError.NotConnected>());
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        Assert.That(harness.Session.State, Is.InstanceOf<ClientState.Reconnecting>());
        Assert.That(((ClientState.Reconnecting)harness.Session.State).Error, Is.InstanceOf<NetworkError.Timeout>());
        harness.WaitForLink();
        Assert.That(harness.OpenLink().ResumeToken.IsEmpty, Is.False);
    }

    [Test]
    public void Five_seconds_without_progress_of_acknowledgements_end_the_link_with_4000()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1);
        harness.SendReliable(2);
        harness.Take();
        harness.PassAlive(TimeSpan.FromSeconds(4));
        harness.Give(Wire.Message(new Ack(1)));
        harness.PassAlive(TimeSpan.FromSeconds(4.9));
        Assert.That(harness.TakeClose(), Is.Null, "The timer restarts with an ack that advances.");
        harness.Give(Wire.Message(new Ack(1)));
        harness.PassAlive(TimeSpan.FromSeconds(0.2));
        Assert.That(harness.TakeClose()?.Code, Is.EqualTo(4000));
        Assert.That(harness.Take(), Is.Empty, "A Goodbye would end the session.");
        harness.Session.LinkClosed(1005, string.Empty, harness.Now);
        harness.WaitForLink();
        harness.OpenLink();
        harness.Welcome(resumed: true, 1);
        Assert.That(SessionHarness.Contents(harness.Take()), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void What_is_repeated_has_five_seconds_of_its_own()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1);
        harness.Take();
        harness.PassAlive(TimeSpan.FromSeconds(4));
        harness.Resume(0);
        harness.PassAlive(TimeSpan.FromSeconds(4.9));
        Assert.That(harness.TakeClose(), Is.Null);
        harness.PassAlive(TimeSpan.FromSeconds(0.2));
        Assert.That(harness.TakeClose()?.Code, Is.EqualTo(4000));
    }

    [Test]
    public void Nothing_unacknowledged_is_no_reason_to_hurry()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1);
        harness.Take();
        harness.Give(Wire.Message(new Ack(1)));
        harness.PassAlive(TimeSpan.FromMinutes(1));
        Assert.That(harness.TakeClose(), Is.Null);
    }

    [Test]
    public void Link_that_is_not_read_is_not_called_silent()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { InboxPackets = 1 });
        harness.SendReliable(1);
        harness.Take();
        harness.Session.Receive(Wire.Reliable(1, 1000, 5, []), harness.Now);
        Assert.That(harness.Session.CanReceive, Is.False);
        for (var i = 0; i < 30; i++)
        {
            harness.Skip(TimeSpan.FromSeconds(1));
            harness.Session.Tick(harness.Now);
        }

        Assert.That(harness.TakeClose(), Is.Null);
    }

    [Test]
    public void Heartbeat_of_zero_makes_no_flood()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Give(Wire.Message(new Welcome(1, "peer-1", new byte[] { 1 }, false, 0, 60, 0, 262_144)));
        Assert.That(harness.PassAlive(TimeSpan.FromSeconds(2)), Has.Count.AtMost(21));
    }

    private static void Answer(SessionHarness harness, WirePacket ping, TimeSpan after)
    {
        harness.Skip(after);
        harness.Give(Wire.Message(new Pong(ping.Read<Ping>().Stamp)));
    }
}
