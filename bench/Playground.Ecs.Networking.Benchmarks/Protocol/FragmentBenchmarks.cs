using System.Buffers;
using BenchmarkDotNet.Attributes;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Benchmarks.Protocol;

/// <summary>A payload that is split into a train and put together again, beside one copy of the same bytes; a payload that is none.</summary>
[MemoryDiagnoser]
public class FragmentBenchmarks
{
    private readonly PacketHeader _header = new(1000, 1, Priority.Normal);
    private readonly TrainAssembler _assembler = new(ProtocolLimits.FragmentBytes * 16, ArrayPool<byte>.Shared);
    private byte[] _payload = [];
    private byte[] _copy = [];

    /// <summary>The whole payload: one packet, two, seven.</summary>
    [Params(64, 20_000, 100_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _payload = new byte[Bytes];
        _copy = new byte[Bytes];
        new Random(Bytes).NextBytes(_payload);
        if (SplitAndAssemble() != Bytes) throw new InvalidOperationException("The train did not arrive whole.");
    }

    [GlobalCleanup]
    public void CleanUp() => _assembler.Dispose();

    [Benchmark(Baseline = true)]
    public int Copy()
    {
        _payload.CopyTo(_copy.AsSpan());
        return _copy.Length;
    }

    [Benchmark]
    public int Split()
    {
        var bytes = 0;
        foreach (var fragment in Fragmenter.Split(_header, _payload.Length)) bytes += fragment.Length;
        return bytes;
    }

    [Benchmark]
    public int SplitAndAssemble()
    {
        foreach (var fragment in Fragmenter.Split(_header, _payload.Length))
        {
            var status = _assembler.Add(fragment.Header, _payload.AsSpan(fragment.Offset, fragment.Length), out var complete);
            if (status == TrainStatus.Single) return fragment.Length;
            if (status != TrainStatus.Complete) continue;
            ArrayPool<byte>.Shared.Return(complete.Array!);
            return complete.Length;
        }

        return 0;
    }
}
