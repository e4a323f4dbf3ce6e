namespace Playground.Ecs.Networking.Protocol.Tests;

public class BatchBoundaryTests
{
    private static readonly PacketHeader Header = new(1000, 7, Priority.High);

    [Test]
    public void A_header_cut_at_any_byte_is_refused([Range(1, 11)] int length)
    {
        var batch = Packet(3)[..length];

        Assert.That(BatchValidator.Validate(batch, out _), Is.EqualTo(BatchStatus.HeaderCut));
        Assert.That(PacketHeader.TryRead(batch, out var header), Is.False);
        Assert.That(header, Is.EqualTo(default(PacketHeader)));
        Assert.That(new PacketReader(batch).TryRead(out _, out _), Is.False);
    }

    [Test]
    public void An_empty_message_has_no_packets()
    {
        Assert.That(BatchValidator.Validate([], out var count), Is.EqualTo(BatchStatus.Valid));
        Assert.That(count, Is.Zero);
        Assert.That(new PacketReader([]).TryRead(out _, out _), Is.False);
        Assert.That(PacketHeader.TryRead([], out _), Is.False);
    }

    [Test]
    public void A_length_beyond_the_batch_is_refused([Values(4u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFF4u, 0xFFFFFFFFu)] uint claimed)
    {
        var batch = Packet(3);
        BitConverter.TryWriteBytes(batch.AsSpan(8), claimed);

        Assert.That(BatchValidator.Validate(batch, out _), Is.EqualTo(BatchStatus.PayloadBeyondBatch));
        Assert.That(new PacketReader(batch).TryRead(out _, out _), Is.False);
    }

    [TestCase(65536, BatchStatus.Valid)]
    [TestCase(65537, BatchStatus.MessageTooLarge)]
    public void A_message_may_have_64_KiB(int length, BatchStatus expected)
    {
        Assert.That(BatchValidator.Validate(Packet(length - PacketHeader.Size), out _), Is.EqualTo(expected));
    }

    [TestCase(256, BatchStatus.Valid)]
    [TestCase(257, BatchStatus.TooManyPackets)]
    public void A_message_may_have_256_packets(int packets, BatchStatus expected)
    {
        byte[] batch = [.. Enumerable.Repeat(Packet(1), packets).SelectMany(x => x)];

        Assert.That(BatchValidator.Validate(batch, out var count), Is.EqualTo(expected));
        Assert.That(count, Is.EqualTo(256));
    }

    [Test]
    public void Every_priority_above_3_is_refused()
    {
        for (var priority = 4; priority <= 255; priority++)
            Assert.That(StatusWith(4, (byte)priority), Is.EqualTo(BatchStatus.UnknownPriority), $"priority {priority}");
    }

    [Test]
    public void Every_flag_but_the_two_known_is_refused()
    {
        for (var flags = 4; flags <= 255; flags++)
            Assert.That(StatusWith(5, (byte)flags), Is.EqualTo(BatchStatus.UnknownFlags), $"flags {flags}");
    }

    [Test]
    public void A_sequence_needs_the_Reliable_flag()
    {
        Assert.That(StatusWith(6, 1), Is.EqualTo(BatchStatus.SequenceWithoutReliable));
        Assert.That(StatusWith(7, 1), Is.EqualTo(BatchStatus.SequenceWithoutReliable));
    }

    [Test]
    public void Every_status_has_a_text_that_fits_a_close_reason()
    {
        var texts = Enum.GetValues<BatchStatus>().Select(x => x.Describe()).ToList();

        Assert.That(texts, Is.Unique);
        Assert.That(texts, Has.All.Length.InRange(1, 123));
    }

    [Test]
    public void A_destination_that_is_too_short_throws()
    {
        Assert.That(() => PacketWriter.Write(new byte[11], Header, default), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => PacketWriter.Write(new byte[14], Header, new byte[3]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Header.WriteTo(new byte[11]), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void The_payload_of_a_reader_at_the_end_is_empty()
    {
        var reader = new PacketReader(Packet(3));
        Assert.That(reader.Payload.Length, Is.Zero);
        Assert.That(reader.TryRead(out _, out _), Is.True);
        Assert.That(reader.Payload.Length, Is.EqualTo(3));
        Assert.That(reader.TryRead(out _, out _), Is.False);
        Assert.That(reader.Payload.Length, Is.Zero);
        Assert.That(reader.TryRead(out _, out _), Is.False);
    }

    private static BatchStatus StatusWith(int offset, byte value)
    {
        var batch = Packet(3);
        batch[offset] = value;
        var status = BatchValidator.Validate(batch, out var count);
        Assert.That(count, Is.Zero);
        Assert.That(new PacketReader(batch).TryRead(out _, out _), Is.False);
        return status;
    }

    private static byte[] Packet(int payloadLength)
    {
        var packet = new byte[PacketWriter.SizeOf(payloadLength)];
        PacketWriter.Write(packet, Header, new byte[payloadLength]);
        return packet;
    }
}
