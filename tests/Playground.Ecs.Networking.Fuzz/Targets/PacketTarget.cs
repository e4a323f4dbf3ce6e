using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Fuzz.Targets;

/// <summary>
/// The packet reader: BatchValidator, PacketReader, TrainAssembler. The first byte picks the largest payload, the rest is a batch, which
/// arrives over two links of a session.
/// </summary>
internal static class PacketTarget
{
    // Of the trains: arrays that double, twice. Judging and walking allocate nothing.
    private const int AllocatedBytesPerByte = 16;
    private const int AllocatedBytesMore = 2 * 1024;

    private static readonly int[] PacketBytesMax = [16, 300, 4096, ProtocolLimits.DefaultMaxPacketBytes];

    public static void Run(byte[] input)
    {
        var (limit, batch) = FuzzTarget.Cut(input);
        var status = Judge(batch, out var count);
        CheckPackets(batch, status, count);
        AddTrains(batch, PacketBytesMax[limit % PacketBytesMax.Length]);
    }

    private static BatchStatus Judge(byte[] batch, out int count)
    {
        var gauge = default(AllocationGauge);
        gauge.Start();
        var status = BatchValidator.Validate(batch, out count);
        var reader = new PacketReader(batch);
        var found = 0;
        while (reader.TryRead(out _, out _)) found++;
        gauge.Stop();
        gauge.StaysWithin(0);

        Invariant.Holds(found <= batch.Length / PacketHeader.Size, "more packets than headers fit");
        Invariant.Holds(count <= ProtocolLimits.MaxPacketsPerMessage, "more packets counted than a message has");
        Invariant.Holds(status is BatchStatus.MessageTooLarge or BatchStatus.TooManyPackets || found == count, "validator and reader disagree");
        Invariant.Holds(status.ToCloseCode() == CloseCode.None == (status == BatchStatus.Valid), "only a valid batch keeps the link");
        return status;
    }

    // Whatever was read is written back as the bytes that it was read from, without a gap.
    private static void CheckPackets(byte[] batch, BatchStatus status, int count)
    {
        var reader = new PacketReader(batch);
        var end = 0;
        while (reader.TryRead(out var header, out var offset))
        {
            Invariant.Holds(offset == end + PacketHeader.Size && reader.Payload.Length == header.PayloadLength, "a gap between packets");
            Invariant.Holds(header.PayloadLength > ProtocolLimits.MaxPayloadBytes || (PacketHeader.TryRead(batch.AsSpan(end), out var again) && again == header), "two readers, two headers");
            var written = new byte[PacketWriter.SizeOf(header.PayloadLength)];
            PacketWriter.Write(written, header, reader.Payload);
            Invariant.Holds(batch.AsSpan(end, written.Length).SequenceEqual(written), "a packet is not written as it was read");
            end += written.Length;
        }

        Invariant.Holds(reader.Payload.IsEmpty, "a payload behind the end");
        Invariant.Holds(status != BatchStatus.Valid || end == batch.Length, "a valid batch was not read to its end");
        Invariant.Holds(status != BatchStatus.Valid || count > 0 == batch.Length > 0, "a valid batch without packets has bytes");
    }

    private static void AddTrains(byte[] batch, int packetBytesMax)
    {
        var gauge = default(AllocationGauge);
        var pool = new ExactPool();
        var reference = new ReferenceTrains(packetBytesMax);
        gauge.Start();
        var trains = new TrainAssembler(packetBytesMax, pool);
        gauge.Stop();
        for (var link = 0; link < 2 && Deliver(batch, trains, reference, pool, ref gauge); link++)
        {
            trains.DiscardUnreliable();
            reference.DiscardUnreliable();
            Invariant.Holds(trains.PendingBytes == reference.PendingBytes, "other bytes pending after the link's end");
        }

        trains.Dispose();
        Invariant.Holds(trains.PendingBytes == 0 && pool.RentedBytes == 0 && pool.RentedCount == 0, "arrays left behind");
        gauge.StaysWithin((AllocatedBytesPerByte * (long)batch.Length) + AllocatedBytesMore);
    }

    private static bool Deliver(byte[] batch, TrainAssembler trains, ReferenceTrains reference, ExactPool pool, ref AllocationGauge gauge)
    {
        var reader = new PacketReader(batch);
        while (reader.TryRead(out var header, out _))
        {
            gauge.Start();
            var status = trains.Add(header, reader.Payload, out var complete);
            gauge.Stop();
            var (expected, whole) = reference.Add(header, reader.Payload);
            Invariant.Holds(status == expected, "a train ends otherwise");
            Invariant.Holds(complete.Span.SequenceEqual(whole), "a train is not what its packets were");
            if (complete.Array is { } array) pool.Return(array);
            Invariant.Holds(trains.PendingBytes == reference.PendingBytes, "other bytes pending");
            Invariant.Holds(pool.RentedBytes <= 2 * trains.PendingBytes, "more rented than twice what arrived");
            if (status is TrainStatus.Malformed or TrainStatus.TooLarge) return false;
        }

        return true;
    }
}
