using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>Reliable delivery on one link, both directions (PROTOCOL.md, section 8).</summary>
public sealed class ReliableTests
{
    private readonly List<NetworkResult> _results = [];

    [SetUp]
    public void Forget() => _results.Clear();

    [Test]
    public void Sequences_follow_the_order_of_batches_over_all_lanes()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(3, Priority.Low);
        harness.SendReliable(2);
        harness.SendReliable(1, Priority.Critical);
        var written = harness.Take();
        Assert.That(SessionHarness.Contents(written), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(written.Select(static p => p.Header.Sequence), Is.EqualTo(new ushort[] { 1, 2, 3 }));
    }

    [Test]
    public void Acknowledgement_completes_what_it_covers()
    {
        using var harness = SessionHarness.Connected();
        for (byte i = 1; i <= 3; i++) harness.SendReliable(i, acknowledged: _results.Add);
        harness.Take();
        Assert.That(_results, Is.Empty);
        harness.Give(Wire.Message(new Ack(2)));
        Assert.That(_results, Is.EqualTo(new[] { NetworkResult.Ok, NetworkResult.Ok }));
        harness.Give(Wire.Message(new Ack(3)));
        Assert.That(_results, Has.Count.EqualTo(3));
    }

    [Test]
    public void Train_is_acknowledged_with_its_last_packet()
    {
        using var harness = SessionHarness.Connected();
        Assert.That(harness.Session.SendReliable(1000, 1, new byte[40_000], Priority.Normal, _results.Add).IsOk);
        Assert.That(harness.Take().Select(static p => (p.Header.Sequence, p.Header.HasMoreFragments)), Is.EqualTo(new[] { ((ushort)1, true), ((ushort)2, true), ((ushort)3, false) }));
        harness.Give(Wire.Message(new Ack(2)));
        Assert.That(_results, Is.Empty);
        harness.Give(Wire.Message(new Ack(3)));
        Assert.That(_results.Single().IsOk);
    }

    [Test]
    public void Acknowledgement_of_what_was_never_sent_closes_with_4505()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1);
        harness.Take();
        harness.Give(Wire.Message(new Ack(2)));
        harness.AssertFinalClose(CloseCode.SequenceViolation);
    }

    [Test]
    public void Acknowledgement_below_an_earlier_one_is_ignored_and_counted()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1);
        harness.SendReliable(2);
        harness.Take();
        harness.Give(Wire.Message(new Ack(2)), Wire.Message(new Ack(1)));
        Assert.That(harness.TakeClose(), Is.Null);
        Assert.That(harness.Session.Counters.StaleAcks, Is.EqualTo(1));
    }

    [Test]
    public void Delivery_times_out_and_what_was_not_begun_is_not_sent()
    {
        using var harness = SessionHarness.Connected();
        harness.Session.LinkClosed(1006, string.Empty, harness.Now);
        harness.SendReliable(1, acknowledged: _results.Add, timeout: TimeSpan.FromSeconds(1));
        harness.SendReliable(2);
        harness.Pass(TimeSpan.FromSeconds(1.1));
        Assert.That(_results.Single().Error, Is.InstanceOf<NetworkError.Timeout>());
        harness.WaitForLink();
        harness.OpenLink();
        harness.Welcome(resumed: true, 0);
        Assert.That(SessionHarness.Contents(harness.Take()), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void Delivery_that_was_written_times_out_once()
    {
        using var harness = SessionHarness.Connected();
        harness.SendReliable(1, acknowledged: _results.Add, timeout: TimeSpan.FromSeconds(1));
        harness.Take();
        harness.Pass(TimeSpan.FromSeconds(1.1));
        Assert.That(_results.Single().Error, Is.InstanceOf<NetworkError.Timeout>());
        harness.Give(Wire.Message(new Ack(1)));
        Assert.That(_results, Has.Count.EqualTo(1));
    }

    [Test]
    public void Full_window_holds_back_reliable_packets_alone()
    {
        using var harness = SessionHarness.Connected();
        for (var i = 0; i < 1025; i++) harness.SendReliable(1);
        harness.Send(2, Priority.Low);
        var written = harness.Take();
        Assert.That(written.Count(static p => p.Header.IsReliable), Is.EqualTo(1024));
        Assert.That(written.Last().Data[0], Is.EqualTo(2));
        Assert.That(harness.Take(), Is.Empty);
        harness.Give(Wire.Message(new Ack(1)));
        Assert.That(harness.Take().Single().Header.Sequence, Is.EqualTo(1025));
    }

    [Test]
    public void Bytes_of_the_window_hold_back_smaller_packets_behind_a_larger_one()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { ReliableWindowBytes = 16_396 });
        Assert.That(harness.Session.SendReliable(1000, 1, new byte[1000], Priority.Normal).IsOk);
        Assert.That(harness.Session.SendReliable(1000, 2, new byte[16_000], Priority.Normal).IsOk);
        Assert.That(harness.Session.SendReliable(1000, 3, new byte[10], Priority.Low).IsOk);
        Assert.That(harness.Take().Select(static p => p.Type), Is.EqualTo(new ushort[] { 1 }));
        harness.Give(Wire.Message(new Ack(1)));
        Assert.That(harness.Take().Select(static p => p.Type), Is.EqualTo(new ushort[] { 2, 3 }));
    }

    [Test]
    public void What_arrives_reliably_is_acknowledged_at_once_and_before_all_else()
    {
        using var harness = SessionHarness.Connected();
        harness.Send(9, Priority.Critical);
        harness.Give(Wire.Reliable(1, 1000, 5, [1]), Wire.Reliable(2, 1000, 6, [2]));
        Assert.That(harness.Packets.Select(static e => (e.Type, e.IsReliable)), Is.EqualTo(new[] { ((ushort)5, true), ((ushort)6, true) }));
        Assert.That(harness.Session.WantsToWrite);
        var written = harness.Take();
        Assert.That(written[0].Read<Ack>().Sequence, Is.EqualTo(2));
        Assert.That(written, Has.Count.EqualTo(2));
    }

    [Test]
    public void Duplicate_is_dropped_and_acknowledged_again()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Reliable(1, 1000, 5, [1]));
        Assert.That(harness.Take().Single().Read<Ack>().Sequence, Is.EqualTo(1));
        harness.Give(Wire.Reliable(1, 1000, 5, [1]));
        Assert.That(harness.Packets.Count(), Is.EqualTo(1));
        Assert.That(harness.Session.Counters.Duplicates, Is.EqualTo(1));
        Assert.That(harness.Take().Single().Read<Ack>().Sequence, Is.EqualTo(1), "the server does not know that it arrived");
    }

    [Test]
    public void Gap_closes_with_4505()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Reliable(1, 1000, 5, [1]));
        harness.Give(Wire.Reliable(3, 1000, 5, [1]));
        Assert.That(harness.Packets.Count(), Is.EqualTo(1));
        harness.AssertFinalClose(CloseCode.SequenceViolation);
    }

    [Test]
    public void Sequences_wrap_around_in_both_directions()
    {
        using var harness = SessionHarness.Connected(new ClientOptions { InitialSequence = new Sequence(65_533) });
        for (byte i = 1; i <= 4; i++) harness.SendReliable(i, acknowledged: _results.Add);
        Assert.That(harness.Take().Select(static p => p.Header.Sequence), Is.EqualTo(new ushort[] { 65_534, 65_535, 0, 1 }));
        harness.Give(Wire.Message(new Ack(0)));
        Assert.That(_results, Has.Count.EqualTo(3));
        foreach (var sequence in new ushort[] { 65_534, 65_535, 0, 1 }) harness.Give(Wire.Reliable(sequence, 1000, sequence, []));
        Assert.That(harness.Packets.Select(static e => e.Type), Is.EqualTo(new ushort[] { 65_534, 65_535, 0, 1 }));
        Assert.That(harness.Take().Single().Read<Ack>().Sequence, Is.EqualTo(1));
    }

    [Test]
    public void Control_packets_that_are_never_reliable_are_malformed_when_they_are()
    {
        using var harness = SessionHarness.Connected();
        harness.Give(Wire.Message(new Ping(1), sequence: 1));
        harness.AssertFinalClose(CloseCode.Malformed);
    }

    [Test]
    public void Packets_may_be_sent_reliably_before_there_is_any_link()
    {
        using var harness = new SessionHarness();
        harness.SendReliable(1, acknowledged: _results.Add);
        harness.Session.Start(harness.Now);
        harness.OpenLink();
        harness.Welcome();
        harness.Take();
        harness.Give(Wire.Message(new Ack(1)));
        Assert.That(_results.Single().IsOk);
    }
}
