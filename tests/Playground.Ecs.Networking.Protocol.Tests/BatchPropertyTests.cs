using System.Buffers.Binary;
using CsCheck;

namespace Playground.Ecs.Networking.Protocol.Tests;

public class BatchPropertyTests
{
    private const int Iterations = 20_000;

    [Test]
    public void What_is_written_is_read_back() =>
        Generators.Packets.Sample(packets =>
        {
            var batch = Generators.Write(packets);
            if (BatchValidator.Validate(batch, out var count) != BatchStatus.Valid || count != packets.Length) return false;
            var reader = new PacketReader(batch);
            foreach (var (header, payload) in packets)
            {
                if (!reader.TryRead(out var read, out _) || read != header.WithPayloadLength(payload.Length)) return false;
                if (!reader.Payload.SequenceEqual(payload)) return false;
            }

            return !reader.TryRead(out _, out _);
        }, iter: Iterations);

    [Test]
    public void Any_bytes_are_judged_as_a_plain_reading_of_the_rules_judges_them() =>
        Gen.OneOf(Generators.MutatedBatch, Gen.Byte.Array[0, 200], Gen.Int[0, 5].Select(x => (byte)x).Array[0, 200])
            .Sample(IsJudgedAndReadAsByTheRules, iter: Iterations);

    [Test]
    public void Header_fields_are_kept_by_the_with_methods() =>
        Gen.Select(Generators.Header, Gen.UShort, Gen.Int[0, 3], Gen.Int[0, 65524]).Sample((header, sequence, flags, length) =>
        {
            var changed = header.WithSequence(sequence).WithFlags((PacketFlags)flags).WithPayloadLength(length);
            return changed == new PacketHeader(header.Channel, header.Type, header.Priority, (PacketFlags)flags, sequence, length);
        }, iter: Iterations);

    private static bool IsJudgedAndReadAsByTheRules(byte[] batch)
    {
        var (expectedStatus, expectedCount) = ByTheRules(batch);
        var status = BatchValidator.Validate(batch, out var count);
        var reader = new PacketReader(batch);
        var (found, end) = (0, 0);
        while (reader.TryRead(out var header, out var offset))
        {
            if (offset != end + PacketHeader.Size || header.PayloadLength != reader.Payload.Length) return false;
            end = offset + header.PayloadLength;
            if (end > batch.Length) return false;
            found++;
        }

        return status == expectedStatus && count == expectedCount && found == expectedCount;
    }

    private static (BatchStatus Status, int Count) ByTheRules(byte[] batch)
    {
        var (offset, count) = (0, 0);
        for (; offset < batch.Length; count++)
        {
            if (batch.Length - offset < 12) return (BatchStatus.HeaderCut, count);
            if (batch[offset + 4] > 3) return (BatchStatus.UnknownPriority, count);
            if (batch[offset + 5] > 3) return (BatchStatus.UnknownFlags, count);
            var sequence = BinaryPrimitives.ReadUInt16LittleEndian(batch.AsSpan(offset + 6));
            if (sequence != 0 && batch[offset + 5] % 2 == 0) return (BatchStatus.SequenceWithoutReliable, count);
            long end = offset + 12L + BinaryPrimitives.ReadUInt32LittleEndian(batch.AsSpan(offset + 8));
            if (end > batch.Length) return (BatchStatus.PayloadBeyondBatch, count);
            offset = (int)end;
        }

        return (BatchStatus.Valid, count);
    }
}
