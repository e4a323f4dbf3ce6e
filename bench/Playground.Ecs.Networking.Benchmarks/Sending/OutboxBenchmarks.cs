using BenchmarkDotNet.Attributes;
using Playground.Ecs.Networking.Benchmarks.Protocol;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Benchmarks.Sending;

/// <summary>
/// 1000 packets of 64 bytes queued for one connection and framed for one send, beside copying the same bytes in the same order:
/// at most 3x, lanes, bounds and WebSocket frames included.
/// </summary>
[MemoryDiagnoser]
public class OutboxBenchmarks
{
    private static readonly NetworkingOptions Options = new();

    private readonly BufferPool _pool = new(64 * 1024 * 1024);
    private readonly MessageWriter _scratch = new();
    private readonly PacketHeader[] _oneLane = [.. PacketBatches.Headers().Select(static h => new PacketHeader(h.Channel, h.Type, Priority.Normal))];
    private readonly PacketHeader[] _fourLanes = [.. PacketBatches.Headers().Select(
        static (h, i) => new PacketHeader(h.Channel, h.Type, (Priority)(i % 4)))];
    private readonly byte[][] _payloads = PacketBatches.Payloads();
    private readonly byte[][] _encoded = [.. PacketBatches.FilledBatches().SelectMany(static x => x.Chunk(PacketBatches.PacketBytes))];
    private readonly byte[] _copy = new byte[PacketBatches.Packets * PacketBatches.PacketBytes];
    private readonly Outbox _outbox;

    public OutboxBenchmarks() => _outbox = new Outbox(Options, _pool, new SendCounters());

    [Benchmark(Baseline = true)]
    public int OrderedCopy()
    {
        var length = 0;
        foreach (var packet in _encoded)
        {
            packet.AsSpan().CopyTo(_copy.AsSpan(length));
            length += packet.Length;
        }

        return length;
    }

    [Benchmark]
    public int OneLane() => WriteAndFlush(_oneLane);

    [Benchmark]
    public int FourLanesMixed() => WriteAndFlush(_fourLanes);

    private int WriteAndFlush(PacketHeader[] headers)
    {
        for (var i = 0; i < headers.Length; i++) _outbox.Write(headers[i], _payloads[i]);
        _outbox.Flush(_scratch, null, Options.SendBudgetBytes, out _, out var length, out _)!.Release();
        return length;
    }
}
