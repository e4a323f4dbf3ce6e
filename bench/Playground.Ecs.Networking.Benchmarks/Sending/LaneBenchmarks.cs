using BenchmarkDotNet.Attributes;
using Playground.Ecs.Networking.Benchmarks.Protocol;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Benchmarks.Sending;

/// <summary>One lane of one connection, per packet of 64 bytes of 1000: filled, and emptied in each of the ways that it can be.</summary>
[MemoryDiagnoser]
public class LaneBenchmarks
{
    private readonly BufferPool _pool = new(64 * 1024 * 1024);
    private readonly byte[][] _encoded = [.. PacketBatches.FilledBatches().SelectMany(static batch => batch.Chunk(PacketBatches.PacketBytes))];
    private readonly byte[] _message = new byte[PacketBatches.Packets * PacketBatches.PacketBytes];
    private Lane _lane;

    /// <summary>The lane's buffer is the message.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = PacketBatches.Packets)]
    public int Detach()
    {
        Fill();
        _lane.Detach(out _, out var length).Release();
        return length;
    }

    /// <summary>A budget of a tenth a frame.</summary>
    [Benchmark(OperationsPerInvoke = PacketBatches.Packets)]
    public int MeasureAndTake()
    {
        Fill();
        var packets = 0;
        while (!_lane.IsEmpty)
        {
            var portion = _lane.Measure(_message.Length / 10, PacketBatches.Packets, int.MaxValue);
            _lane.Take(_message, portion);
            packets += portion.Packets;
        }

        return packets;
    }

    /// <summary>What a full lane of a blocked connection does.</summary>
    [Benchmark(OperationsPerInvoke = PacketBatches.Packets)]
    public int DropOldest()
    {
        Fill();
        var dropped = 0;
        while (!_lane.IsEmpty) dropped += _lane.DropOldest();
        return dropped;
    }

    private void Fill()
    {
        foreach (var packet in _encoded) packet.CopyTo(_lane.Append(_pool, packet.Length, packets: 1));
    }
}
