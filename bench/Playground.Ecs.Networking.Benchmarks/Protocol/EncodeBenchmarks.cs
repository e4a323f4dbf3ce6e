using BenchmarkDotNet.Attributes;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Benchmarks.Protocol;

/// <summary>Writing 1000 packets into batches, beside copying the same bytes in the same order: at most 3x.</summary>
[MemoryDiagnoser]
public class EncodeBenchmarks
{
    private readonly PacketHeader[] _headers = PacketBatches.Headers();
    private readonly byte[][] _payloads = PacketBatches.Payloads();
    private readonly byte[][] _batches = PacketBatches.EmptyBatches();
    private readonly byte[][] _encoded = [.. PacketBatches.FilledBatches().SelectMany(x => x.Chunk(PacketBatches.PacketBytes))];

    [Benchmark(Baseline = true)]
    public int OrderedCopy()
    {
        var (batch, length) = (0, 0);
        foreach (var packet in _encoded)
        {
            if (length == PacketBatches.PacketsPerBatch * PacketBatches.PacketBytes) (batch, length) = (batch + 1, 0);
            packet.AsSpan().CopyTo(_batches[batch].AsSpan(length));
            length += packet.Length;
        }

        return length;
    }

    [Benchmark]
    public int Encode()
    {
        var (batch, length) = (0, 0);
        for (var i = 0; i < _headers.Length; i++)
        {
            if (length == PacketBatches.PacketsPerBatch * PacketBatches.PacketBytes) (batch, length) = (batch + 1, 0);
            length += PacketWriter.Write(_batches[batch].AsSpan(length), _headers[i], _payloads[i]);
        }

        return length;
    }
}
