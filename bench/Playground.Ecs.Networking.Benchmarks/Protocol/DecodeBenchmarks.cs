using BenchmarkDotNet.Attributes;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Benchmarks.Protocol;

/// <summary>Reading 1000 packets out of batches; figures are per packet, and the bar is 5 ns with the channel's look-up.</summary>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private readonly byte[][] _batches = PacketBatches.FilledBatches();
    private readonly int[] _bytesByChannel = new int[ChannelRanges.AssignedEnd];

    [Benchmark(OperationsPerInvoke = PacketBatches.Packets)]
    public int Validate()
    {
        var packets = 0;
        foreach (var batch in _batches)
        {
            if (BatchValidator.Validate(batch, out var count) == BatchStatus.Valid) packets += count;
        }

        return packets;
    }

    [Benchmark(OperationsPerInvoke = PacketBatches.Packets)]
    public int Read()
    {
        var offsets = 0;
        foreach (var batch in _batches)
        {
            var reader = new PacketReader(batch);
            while (reader.TryRead(out _, out var offset)) offsets += offset;
        }

        return offsets;
    }

    [Benchmark(OperationsPerInvoke = PacketBatches.Packets)]
    public int ValidateReadAndLookUp()
    {
        var channels = _bytesByChannel;
        foreach (var batch in _batches)
        {
            if (BatchValidator.Validate(batch, out _) != BatchStatus.Valid) return 0;
            var reader = new PacketReader(batch);
            while (reader.TryRead(out var header, out var offset))
            {
                var channel = (int)header.Channel;
                if ((uint)channel < (uint)channels.Length) channels[channel] += header.PayloadLength + batch[offset];
            }
        }

        return channels[ChannelRanges.PluginFirst];
    }
}
