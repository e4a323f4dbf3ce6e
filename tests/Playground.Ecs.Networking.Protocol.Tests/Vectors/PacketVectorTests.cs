using System.Text.Json;

namespace Playground.Ecs.Networking.Protocol.Tests.Vectors;

public class PacketVectorTests
{
    private static IEnumerable<TestCaseData> Packets => VectorFile.Cases("packets");

    private static IEnumerable<TestCaseData> Batches => VectorFile.Cases("batches");

    [TestCaseSource(nameof(Packets))]
    public void A_packet_is_written_as_the_vector_says(JsonElement vector)
    {
        var payload = VectorFile.Hex(vector, "payload");
        var written = new byte[PacketWriter.SizeOf(payload.Length)];

        Assert.That(PacketWriter.Write(written, VectorFile.Header(vector), payload), Is.EqualTo(written.Length));
        Assert.That(Convert.ToHexStringLower(written), Is.EqualTo(VectorFile.Text(vector, "hex")));
    }

    [TestCaseSource(nameof(Packets))]
    public void A_packet_is_read_as_the_vector_says(JsonElement vector)
    {
        var bytes = VectorFile.Bytes(vector);
        var payload = VectorFile.Hex(vector, "payload");
        var reader = new PacketReader(bytes);

        Assert.That(BatchValidator.Validate(bytes, out _), Is.EqualTo(BatchStatus.Valid));
        Assert.That(reader.TryRead(out var header, out var offset), Is.True);
        Assert.That(header, Is.EqualTo(VectorFile.Header(vector, payload.Length)));
        Assert.That(offset, Is.EqualTo(PacketHeader.Size));
        Assert.That(reader.Payload.ToArray(), Is.EqualTo(payload));
        Assert.That(reader.TryRead(out _, out _), Is.False);
    }

    [TestCaseSource(nameof(Batches))]
    public void A_batch_is_judged_as_the_vector_says(JsonElement vector)
    {
        var status = BatchValidator.Validate(VectorFile.Bytes(vector), out var count);

        Assert.That(status.ToString(), Is.EqualTo(VectorFile.Text(vector, "status")));
        Assert.That((int)status.ToCloseCode(), Is.EqualTo(VectorFile.Int(vector, "close")));
        Assert.That(count, Is.EqualTo(VectorFile.Int(vector, "packets")));
    }

    [TestCaseSource(nameof(Batches))]
    public void The_reader_finds_the_packets_that_the_validator_counted(JsonElement vector)
    {
        var bytes = VectorFile.Bytes(vector);
        if (BatchValidator.Validate(bytes, out var expected) is BatchStatus.MessageTooLarge or BatchStatus.TooManyPackets) return;
        var reader = new PacketReader(bytes);
        var found = 0;
        while (reader.TryRead(out _, out _)) found++;

        Assert.That(found, Is.EqualTo(expected));
    }
}
