using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BenchmarkDotNet.Attributes;
using MessagePack;
using Playground.Ecs.Networking.Benchmarks.Columns;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Benchmarks.Sending.Messages;

/// <summary>
/// The same message as MessagePack with numbered fields and as JSON: time and bytes. The last column is the whole packet: twelve bytes of
/// header and the message, beside JSON that names channel, type and priority.
/// </summary>
[Config(typeof(SerializerConfig))]
[GenericTypeArguments(typeof(Moved))]
[GenericTypeArguments(typeof(Pressed))]
[GenericTypeArguments(typeof(Said))]
[GenericTypeArguments(typeof(Snapshot))]
public class SerializerBenchmarks<T>
{
    private static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard;
    private static readonly JsonTypeInfo<T> Json = TypeOf<T>();

    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
    private readonly T _message = Samples.Of<T>();
    private Utf8JsonWriter _writer = null!;
    private byte[] _packed = [];
    private byte[] _json = [];
    private Action _printSizes = static () => { };

    private void SetUp()
    {
        _writer = new Utf8JsonWriter(_buffer);
        _packed = MessagePackSerializer.Serialize(_message, Options);
        _json = JsonSerializer.SerializeToUtf8Bytes(_message, Json);
    }

    [GlobalSetup(Targets = [nameof(WriteMessagePack), nameof(ReadMessagePack)])]
    public void SetUpMessagePack()
    {
        SetUp();
        _printSizes = () => Print(_packed.Length, PacketWriter.SizeOf(_packed.Length));
    }

    [GlobalSetup(Targets = [nameof(WriteJson), nameof(ReadJson)])]
    public void SetUpJson()
    {
        SetUp();
        var envelope = new Envelope<T>("movement", typeof(T).Name, "Normal", _message);
        _printSizes = () => Print(_json.Length, JsonSerializer.SerializeToUtf8Bytes(envelope, TypeOf<Envelope<T>>()).Length);
    }

    [GlobalCleanup]
    public void CleanUp() => _printSizes();

    [Benchmark(Baseline = true)]
    public int WriteMessagePack()
    {
        _buffer.ResetWrittenCount();
        MessagePackSerializer.Serialize(_buffer, _message, Options);
        return _buffer.WrittenCount;
    }

    [Benchmark]
    public int WriteJson()
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        JsonSerializer.Serialize(_writer, _message, Json);
        return _buffer.WrittenCount;
    }

    [Benchmark]
    public T ReadMessagePack() => MessagePackSerializer.Deserialize<T>(_packed, Options);

    [Benchmark]
    public T? ReadJson() => JsonSerializer.Deserialize(_json, Json);

    private static JsonTypeInfo<TValue> TypeOf<TValue>() => (JsonTypeInfo<TValue>)MessagesJson.Default.GetTypeInfo(typeof(TValue))!;

    private static void Print(int bytes, int packetBytes)
    {
        PrintedColumn.Print(SerializerConfig.Bytes, bytes.ToString(CultureInfo.InvariantCulture));
        PrintedColumn.Print(SerializerConfig.PacketBytes, packetBytes.ToString(CultureInfo.InvariantCulture));
    }
}
