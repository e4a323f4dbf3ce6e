using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>Sessions that outlive their links (PROTOCOL.md, sections 7 and 8).</summary>
public sealed class ResumeTests
{
    private readonly List<NetworkResult> _results = [];

    [SetUp]
    public void Forget() => _results.Clear();

    [Test]
    public void Hello_resumes_with_the_newest_token_and_the_last_sequence_received()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Reliable(1, 1000, 5, []), Wire.Reliable(2, 1000, 5, []));
        var hello = harness.Resume(0);
        Assert.That(hello.ResumeToken.ToArray(), Is.EqualTo(new byte[] { 1 }));
        Assert.That(hello.LastReceived, Is.EqualTo(2));
        Assert.That(harness.States.Last(), Is.EqualTo(new ClientState.Resumed("peer-1")));
        Assert.That(harness.Reconnect().ResumeToken.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public void Hello_acknowledges_so_that_no_ack_follows()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Reliable(1, 1000, 5, []));
        harness.Resume(0);
        Assert.That(harness.Take().Any(static p => p.Is<Ack>()), Is.False);
    }

    [Test]
    public void Lost_welcome_locks_nobody_out()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1, acknowledged: _results.Add);
        harness.Take();
        harness.Reconnect();

        // The server welcomed this link, and its answer was lost: the client knows only the token before.
        var hello = harness.Reconnect();
        Assert.That(hello.ResumeToken.ToArray(), Is.EqualTo(new byte[] { 1 }));
        harness.Welcome(resumed: true, 1);
        Assert.That(_results.Single().IsOk);
    }

    [Test]
    public void Welcome_acknowledges_and_the_rest_is_repeated_with_its_old_sequences()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(3, Priority.Low, _results.Add);
        harness.SendReliable(2, Priority.Normal, _results.Add);
        harness.Take();
        harness.SendReliable(1, Priority.High, _results.Add);
        harness.Take();
        harness.Resume(1);
        Assert.That(_results, Has.Count.EqualTo(1));
        var repeated = harness.Take().Where(static p => p.Header.IsReliable).ToList();
        Assert.That(repeated.Select(static p => (p.Header.Sequence, p.Data[0])), Is.EqualTo(new[] { ((ushort)2, (byte)3), ((ushort)3, (byte)1) }));
        harness.Give(Wire.Message(new Ack(3)));
        Assert.That(_results, Has.Count.EqualTo(3).And.All.EqualTo(NetworkResult.Ok));
    }

    [Test]
    public void What_was_queued_meanwhile_follows_the_repeated_packets_whatever_its_lane()
    {
        using var harness = SessionHarness.Connected();
        for (byte i = 1; i <= 3; i++) harness.SendReliable(i, Priority.Low);
        harness.Take();
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        harness.SendReliable(4, Priority.Critical);
        harness.WaitForLink();
        harness.OpenLink();
        harness.Welcome(resumed: true, 1);
        harness.Send(9, Priority.Critical);
        var written = harness.Take();
        Assert.That(SessionHarness.Contents(written.Where(static p => p.Header.IsReliable)), Is.EqualTo(new[] { 2, 3, 4 }));
        Assert.That(written.Where(static p => p.Header.IsReliable).Select(static p => p.Header.Sequence), Is.EqualTo(new ushort[] { 2, 3, 4 }));
        Assert.That(SessionHarness.Contents(written), Does.Contain(9));
    }

    [Test]
    public void Replay_of_more_than_one_message_holds_new_packets_back_and_lets_unreliable_ones_pass()
    {
        using var harness = SessionHarness.Connected();
        for (var i = 0; i < 600; i++) harness.SendReliable(1);
        harness.Take();
        harness.Resume(0);
        harness.SendReliable(2, Priority.Critical);
        harness.Send(3, Priority.Critical);
        var batches = harness.TakeBatches();
        Assert.That(batches.Select(static b => b.Count), Has.All.AtMost(256));
        var reliable = batches.SelectMany(static b => b).Where(static p => p.Header.IsReliable).ToList();
        Assert.That(reliable.Select(static p => (int)p.Header.Sequence), Is.EqualTo(Enumerable.Range(1, 601)));
        Assert.That(reliable[^1].Data[0], Is.EqualTo(2));
        Assert.That(SessionHarness.Contents(batches.SelectMany(static b => b)).Count(static c => c == 3), Is.EqualTo(1));
    }

    [Test]
    public void Both_sides_with_data_waiting_deliver_each_packet_once()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1, acknowledged: _results.Add);
        harness.SendReliable(2, acknowledged: _results.Add);
        harness.Take();
        harness.Give(Wire.Reliable(1, 1000, 11, []), Wire.Reliable(2, 1000, 12, []));

        // The server got 1 of this side, and knows of none of its own: its acknowledgement was on the way.
        var hello = harness.Reconnect();
        Assert.That(hello.LastReceived, Is.EqualTo(2));
        harness.Give(
            Wire.Message(new Welcome(1, "peer-1", new byte[] { 9 }, true, 1, 60, 1000, 262_144)),
            Wire.Reliable(3, 1000, 13, []));
        Assert.That(harness.Packets.Select(static e => e.Type), Is.EqualTo(new ushort[] { 11, 12, 13 }));
        var written = harness.Take();
        Assert.That(written.Single(static p => p.Header.IsReliable).Header.Sequence, Is.EqualTo(2));
        Assert.That(written.Single(static p => p.Is<Ack>()).Read<Ack>().Sequence, Is.EqualTo(3));
    }

    [Test]
    public void Session_resumes_ten_times_across_the_wrap_around()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { InitialSequence = new Sequence(65_530) });
        for (var round = 0; round < 10; round++)
        {
            harness.SendReliable((byte)round, acknowledged: _results.Add);
            harness.Take();
            var sequence = unchecked((ushort)(65_531 + round));
            harness.Give(Wire.Reliable(sequence, 1000, (ushort)round, []));
            var hello = harness.Resume(unchecked((ushort)(sequence - (round % 2))));
            Assert.That(hello.LastReceived, Is.EqualTo(sequence));
            Assert.That(hello.ResumeToken.ToArray(), Is.EqualTo(new[] { (byte)(round + 1) }));
            var repeated = harness.Take().Where(static p => p.Header.IsReliable).Select(static p => p.Header.Sequence);
            Assert.That(repeated, Is.EqualTo(round % 2 == 0 ? [] : new[] { sequence }));
            harness.Give(Wire.Message(new Ack(sequence)));
        }

        Assert.That(_results, Has.Count.EqualTo(10).And.All.EqualTo(NetworkResult.Ok));
        Assert.That(harness.Packets.Select(static e => (int)e.Type), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(harness.States.Count(static s => s is ClientState.Resumed), Is.EqualTo(10));
        Assert.That(harness.Session.Counters.Links, Is.EqualTo(11));
    }

    [TestCase((ushort)1)]
    [TestCase((ushort)4)]
    public void Welcome_below_what_was_acknowledged_or_beyond_what_was_sent_is_final(ushort lastReceived)
    {
        using var harness = SessionHarness.Connected();
        for (byte i = 1; i <= 3; i++) harness.SendReliable(i);
        harness.Take();
        harness.Give(Wire.Message(new Ack(2)));
        harness.Resume(lastReceived);
        harness.AssertFinalClose(CloseCode.SequenceViolation);
    }

    [Test]
    public void New_session_acknowledges_nothing()
    {
        using var harness = new SessionHarness();
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Welcome(lastReceived: 1);
        harness.AssertFinalClose(CloseCode.SequenceViolation);
    }

    [Test]
    public void Unreliable_packets_go_with_their_link()
    {
        using var harness = SessionHarness.Connected();
        harness.Send(1);
        harness.Resume(0);
        Assert.That(SessionHarness.Contents(harness.Take()), Is.Empty);
        Assert.That(harness.Session.Counters.PacketsDiscarded, Is.EqualTo(1));
    }

    [Test]
    public void Train_that_was_cut_goes_on_where_it_was_if_it_is_reliable()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { ReliableWindowBytes = 40_000 });
        Assert.That(harness.Session.SendReliable(1000, 1, Numbered(80_000), Priority.Normal, _results.Add).IsOk);
        var received = harness.Take();
        Assert.That(received, Has.Count.EqualTo(2), "The window holds two fragments.");
        harness.Resume(1);
        received.AddRange(harness.Take().Where(static p => p.Header is { IsReliable: true, Sequence: > 2 }));
        for (ushort ack = 2; ack <= 5; ack++)
        {
            harness.Give(Wire.Message(new Ack(ack)));
            received.AddRange(harness.Take().Where(static p => p.Header.IsReliable));
        }

        Assert.That(received.Select(static p => p.Header.Sequence), Is.EqualTo(new ushort[] { 1, 2, 3, 4, 5 }));
        Assert.That(received.SelectMany(static p => p.Data), Is.EqualTo(Numbered(80_000)));
        Assert.That(_results.Single().IsOk);
    }

    [Test]
    public void Partial_payloads_that_arrived_go_on_if_they_are_reliable_and_are_forgotten_otherwise()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(
            Wire.Reliable(1, 1000, 5, [1], more: true),
            Wire.Packet(1000, 6, [9], flags: PacketFlags.MoreFragments));
        Assert.That(harness.Packets, Is.Empty);
        harness.Resume(0);
        harness.Give(Wire.Reliable(2, 1000, 5, [2]), Wire.Packet(1000, 6, [7]));
        Assert.That(harness.Packets.Select(static e => e.Data.ToArray()), Is.EqualTo(new[] { new byte[] { 1, 2 }, [7] }));
    }

    [Test]
    public void Reliable_packets_that_wait_for_a_link_are_bounded()
    {
        using var harness = SessionHarness.Connected();
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        var payload = new byte[100_000];
        var queued = Enumerable.Range(0, 10).Count(_ => harness.Session.SendReliable(1000, 1, payload, Priority.Normal).IsOk);
        Assert.That(queued, Is.EqualTo(5));
        Assert.That(harness.Session.SendReliable(1000, 1, payload, Priority.Normal).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That(harness.Session.Send(1000, 1, [1], Priority.Normal).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    private static byte[] Numbered(int length) => [.. Enumerable.Range(0, length).Select(static i => (byte)(i / 1000))];
}
