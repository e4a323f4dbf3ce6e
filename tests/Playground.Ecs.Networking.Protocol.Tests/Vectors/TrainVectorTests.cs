using System.Buffers;
using System.Text.Json;

namespace Playground.Ecs.Networking.Protocol.Tests.Vectors;

public class TrainVectorTests
{
    private static IEnumerable<TestCaseData> Fragmentation => VectorFile.Cases("fragmentation");

    private static IEnumerable<TestCaseData> Trains => VectorFile.Cases("trains");

    [TestCaseSource(nameof(Fragmentation))]
    public void A_payload_is_split_as_the_vector_says(JsonElement vector)
    {
        var expected = vector.GetProperty("fragments").EnumerateArray().ToList();
        var actual = new List<Fragment>();
        foreach (var fragment in Fragmenter.Split(VectorFile.Header(vector), VectorFile.Int(vector, "payloadLength"))) actual.Add(fragment);

        Assert.That(actual.Select(x => HeaderHex(x.Header)), Is.EqualTo(expected.Select(x => VectorFile.Text(x, "header"))));
        Assert.That(actual.Select(x => x.Offset), Is.EqualTo(expected.Select(x => VectorFile.Int(x, "offset"))));
        Assert.That(actual.Select(x => x.Length), Is.EqualTo(expected.Select(x => VectorFile.Int(x, "length"))));
        Assert.That(Fragmenter.Count(VectorFile.Int(vector, "payloadLength")), Is.EqualTo(expected.Count));
    }

    [TestCaseSource(nameof(Trains))]
    public void A_train_is_put_together_as_the_vector_says(JsonElement vector)
    {
        using var assembler = new TrainAssembler(VectorFile.Int(vector, "maxPacketBytes"), ArrayPool<byte>.Shared);
        foreach (var step in vector.GetProperty("steps").EnumerateArray())
        {
            Assert.That(PacketHeader.TryRead(VectorFile.Hex(step, "header"), out var header), Is.True);
            var payload = Filled(step, header.PayloadLength);
            var status = assembler.Add(header, payload, out var complete);

            Assert.That(status.ToString(), Is.EqualTo(VectorFile.Text(step, "status")));
            Assert.That(complete.Span.ToArray(), Is.EqualTo(Expected(step)));
            if (complete.Array is { } array) ArrayPool<byte>.Shared.Return(array);
        }
    }

    private static byte[] Expected(JsonElement step) =>
        step.TryGetProperty("complete", out var parts)
            ? [.. parts.EnumerateArray().SelectMany(part => Filled(part, VectorFile.Int(part, "times")))]
            : [];

    private static byte[] Filled(JsonElement element, int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)VectorFile.Int(element, "fill"));
        return bytes;
    }

    private static string HeaderHex(PacketHeader header)
    {
        var bytes = new byte[PacketHeader.Size];
        header.WriteTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
