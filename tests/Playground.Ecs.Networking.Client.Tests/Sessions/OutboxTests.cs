using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Sessions;

/// <summary>Lanes, batches, trains and the full queue (PROTOCOL.md, sections 2, 4 and 11).</summary>
public sealed class OutboxTests
{
    [Test]
    public void Lanes_are_written_in_order_and_each_in_the_order_of_sending()
    {
        using var harness = SessionHarness.Connected();
        foreach (var priority in new[] { Priority.Low, Priority.Normal, Priority.High, Priority.Critical })
        {
            harness.Send((byte)((byte)priority * 10), priority);
            harness.SendReliable((byte)(((byte)priority * 10) + 1), priority);
            harness.Send((byte)(((byte)priority * 10) + 2), priority);
        }

        Assert.That(SessionHarness.Contents(harness.Take()), Is.EqualTo(new[] { 0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32 }));
    }

    [Test]
    public void Message_has_256_packets_at_most()
    {
        using var harness = SessionHarness.Connected();
        for (var i = 0; i < 600; i++) harness.Send(1);
        Assert.That(harness.TakeBatches().Select(static b => b.Count), Is.EqualTo(new[] { 256, 256, 88 }));
    }

    [Test]
    public void Message_has_64_KiB_at_most()
    {
        using var harness = SessionHarness.Connected();
        for (var i = 0; i < 20; i++) Assert.That(harness.Session.Send(1000, 1, new byte[16_384], Priority.Normal).IsOk);
        Assert.That(harness.TakeBatches().Select(static b => b.Count), Is.EqualTo(new[] { 3, 3, 3, 3, 3, 3, 2 }));
    }

    [Test]
    public void Large_payload_travels_as_a_train_that_others_pass_between_messages()
    {
        using var harness = SessionHarness.Connected();
        var payload = Enumerable.Range(0, 100_000).Select(static i => (byte)(i / 391)).ToArray();
        Assert.That(harness.Session.Send(1000, 7, payload, Priority.Low).IsOk);
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.That(harness.Session.TryTakeBatch(writer));
        harness.Send(1, Priority.Critical);
        var written = Wire.Read(writer.WrittenSpan);
        written.AddRange(harness.Take());
        Assert.That(written.Select(static p => (int)p.Type), Is.EqualTo(new[] { 7, 7, 7, 1, 7, 7, 7, 7 }));
        var train = written.Where(static p => p.Type == 7).ToList();
        Assert.That(train.Select(static p => p.Header.HasMoreFragments), Is.EqualTo(new[] { true, true, true, true, true, true, false }));
        Assert.That(train.SelectMany(static p => p.Data), Is.EqualTo(payload));
    }

    [Test]
    public void Acks_and_pongs_do_not_enter_the_middle_of_a_train()
    {
        using var harness = SessionHarness.Connected();
        Assert.That(harness.Session.Send(1000, 7, new byte[100_000], Priority.High).IsOk);
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        harness.Session.TryTakeBatch(writer);
        harness.Give(Wire.Message(new Ping(1)), Wire.Reliable(1, 1000, 5, []));
        using var trains = new TrainAssembler(262_144, System.Buffers.ArrayPool<byte>.Shared);
        var statuses = Wire.Read(writer.WrittenSpan).Concat(harness.Take())
            .Select(p => trains.Add(p.Header, p.Data, out _)).ToList();
        Assert.That(statuses, Has.None.EqualTo(TrainStatus.Malformed));
        Assert.That(statuses.Count(static s => s == TrainStatus.Single), Is.EqualTo(2));
        Assert.That(statuses.Count(static s => s == TrainStatus.Complete), Is.EqualTo(1));
    }

    [Test]
    public void Trains_in_all_four_lanes_let_acks_wait()
    {
        using var harness = SessionHarness.Connected();
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var priority in new[] { Priority.Low, Priority.Normal, Priority.High, Priority.Critical })
        {
            Assert.That(harness.Session.Send(1000, 7, new byte[60_000], priority).IsOk);
            harness.Session.TryTakeBatch(writer);
        }

        harness.Give(Wire.Message(new Ping(1)));
        using var trains = new TrainAssembler(262_144, System.Buffers.ArrayPool<byte>.Shared);
        var batches = new List<WirePacket>();
        var read = writer.WrittenSpan;
        var reader = new PacketReader(read);
        while (reader.TryRead(out var header, out _)) batches.Add(new WirePacket(header, reader.Payload.ToArray()));
        batches.AddRange(harness.Take());
        Assert.That(batches.Select(p => trains.Add(p.Header, p.Data, out _)), Has.None.EqualTo(TrainStatus.Malformed));
        Assert.That(batches.Count(static p => p.Is<Pong>()), Is.EqualTo(1));
    }

    [Test]
    public void Full_queue_drops_unreliable_Low_packets_first_then_Normal_oldest_first()
    {
        using var harness = SessionHarness.Connected();
        SendLarge(harness, 1, Priority.Normal);
        SendLarge(harness, 2, Priority.Low);
        SendLarge(harness, 3, Priority.Low);
        SendLarge(harness, 4, Priority.High);
        SendLarge(harness, 5, Priority.Critical);
        Assert.That(harness.Session.Counters.PacketsDropped, Is.Zero);
        SendLarge(harness, 6, Priority.High);
        Assert.That(harness.Session.Counters.PacketsDropped, Is.EqualTo(1));
        SendLarge(harness, 7, Priority.High);
        SendLarge(harness, 8, Priority.High);
        Assert.That(harness.Session.Counters.PacketsDropped, Is.EqualTo(3));
        Assert.That(harness.Session.Send(1000, 1, new byte[100_000], Priority.Critical).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        var whole = harness.Take().Where(static p => p.Channel != ChannelId.Control && !p.Header.HasMoreFragments).Select(static p => (int)p.Data[^1]);
        Assert.That(whole, Is.EqualTo(new[] { 5, 4, 6, 7, 8 }));
    }

    [Test]
    public void Low_packet_displaces_nothing_that_matters_more()
    {
        using var harness = SessionHarness.Connected();
        for (byte i = 1; i <= 5; i++) SendLarge(harness, i, Priority.Normal);
        Assert.That(harness.Session.Send(1000, 1, new byte[100_000], Priority.Low).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That(harness.Session.Counters.PacketsDropped, Is.Zero);
    }

    [Test]
    public void Nothing_is_dropped_when_that_would_not_make_enough_room()
    {
        using var harness = SessionHarness.Connected();
        for (byte i = 1; i <= 4; i++) Assert.That(harness.Session.SendReliable(1000, 1, new byte[125_000], Priority.Normal).IsOk);
        harness.Send(7, Priority.Low);
        Assert.That(harness.Session.SendReliable(1000, 1, new byte[100_000], Priority.Normal).Error, Is.InstanceOf<NetworkError.LimitExceeded>());
        Assert.That(SessionHarness.Contents(harness.Take()), Does.Contain(7));
    }

    [Test]
    public void Train_that_was_begun_is_not_dropped()
    {
        using var harness = SessionHarness.Connected();
        Assert.That(harness.Session.Send(1000, 7, new byte[200_000], Priority.Low).IsOk);
        harness.Session.TryTakeBatch(new System.Buffers.ArrayBufferWriter<byte>());
        SendLarge(harness, 1, Priority.Low);
        SendLarge(harness, 2, Priority.Low);
        SendLarge(harness, 3, Priority.Low);
        SendLarge(harness, 4, Priority.Low);
        var written = harness.Take();
        Assert.That(written.Count(static p => p.Type == 7), Is.EqualTo(10));
        Assert.That(harness.Session.Counters.PacketsDropped, Is.EqualTo(1));
    }

    [TestCase((ushort)0, (ushort)5, typeof(NetworkError.Forbidden))]
    [TestCase((ushort)1000, (ushort)0xFF00, typeof(NetworkError.InvalidArgument))]
    public void Address_that_is_not_the_applications_is_refused(ushort channel, ushort type, Type error)
    {
        using var harness = SessionHarness.Connected();
        Assert.That(harness.Session.Send(channel, type, [], Priority.Normal).Error, Is.InstanceOf(error));
        Assert.That(harness.Session.SendReliable(channel, type, [], Priority.Normal).Error, Is.InstanceOf(error));
    }

    [Test]
    public void Broadcast_is_what_applications_may_send_on_channel_0()
    {
        using var harness = SessionHarness.Connected();
        Assert.That(harness.Session.Send(0, 13, [1], Priority.Normal).IsOk);
        Assert.That(harness.Session.Send(1000, 1, [1], (Priority)4).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(harness.Take().Single().Type, Is.EqualTo(13));
    }

    // 100,000 bytes and seven headers; the queue holds five of them.
    private static void SendLarge(SessionHarness harness, byte content, Priority priority)
    {
        var payload = new byte[100_000];
        payload[^1] = content;
        Assert.That(harness.Session.Send(1000, 1, payload, priority).IsOk);
    }
}
