using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Benchmarks.Protocol;

/// <summary>The input of the codec benchmarks, made before any timing: 1000 packets of 64 bytes over all lanes, in 4 batches.</summary>
internal static class PacketBatches
{
    public const int Packets = 1000;
    public const int PayloadBytes = 64;
    public const int PacketBytes = PacketHeader.Size + PayloadBytes;
    public const int PacketsPerBatch = 250;
    public const int Batches = Packets / PacketsPerBatch;
    private const int Seed = 20240;

    public static PacketHeader[] Headers()
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, Packets).Select(i => new PacketHeader(
            (ushort)(1000 + random.Next(1000)), (ushort)random.Next(256), (Priority)(i * 4 / Packets)))];
    }

    public static byte[][] Payloads()
    {
        var random = new Random(Seed);
        var payloads = new byte[Packets][];
        for (var i = 0; i < Packets; i++) random.NextBytes(payloads[i] = new byte[PayloadBytes]);
        return payloads;
    }

    public static byte[][] EmptyBatches() =>
        [.. Enumerable.Range(0, Batches).Select(_ => new byte[ProtocolLimits.MaxMessageBytes])];

    public static byte[][] FilledBatches()
    {
        var (headers, payloads) = (Headers(), Payloads());
        var batches = new byte[Batches][];
        for (var batch = 0; batch < Batches; batch++)
        {
            batches[batch] = new byte[PacketsPerBatch * PacketBytes];
            for (var i = 0; i < PacketsPerBatch; i++)
            {
                var packet = (batch * PacketsPerBatch) + i;
                PacketWriter.Write(batches[batch].AsSpan(i * PacketBytes), headers[packet], payloads[packet]);
            }
        }

        return batches;
    }
}
