using System.Buffers;
using BenchmarkDotNet.Attributes;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Benchmarks.Protocol;

/// <summary>Writing and reading control messages: the most frequent one, one with text, one refused.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Hello _hello = new(1, "benchmark", null, new byte[16], 7);
    private readonly byte[] _pingBytes = Bytes(new Ping(1_234_567_890_123));
    private readonly byte[] _helloBytes = Bytes(new Hello(1, "benchmark", null, new byte[16], 7));
    private readonly byte[] _wrongType = [0x91, 0xA1, 0x35];
    private readonly byte[] _cut = [0x91, 0xCF, 0x00];

    [Benchmark]
    public int WritePing()
    {
        _buffer.ResetWrittenCount();
        new Ping(1_234_567_890_123).WriteTo(_buffer);
        return _buffer.WrittenCount;
    }

    [Benchmark]
    public bool ReadPing() => Ping.TryRead(_pingBytes, out _);

    [Benchmark]
    public int WriteHello()
    {
        _buffer.ResetWrittenCount();
        _hello.WriteTo(_buffer);
        return _buffer.WrittenCount;
    }

    [Benchmark]
    public bool ReadHello() => Hello.TryRead(_helloBytes, out _);

    [Benchmark]
    public bool RefuseWrongType() => Ping.TryRead(_wrongType, out _);

    [Benchmark]
    public bool RefuseCut() => Ping.TryRead(_cut, out _);

    private static byte[] Bytes<T>(T message)
        where T : struct, IMessage<T>
    {
        var buffer = new ArrayBufferWriter<byte>();
        message.WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
