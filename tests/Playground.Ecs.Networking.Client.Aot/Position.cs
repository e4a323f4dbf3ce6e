using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Client.Aot;

/// <summary>A payload that is written and read by hand, so that nothing is generated or looked up at run time.</summary>
internal readonly record struct Position(float X, float Y)
{
    public ReadOnlyMemory<byte> ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(2);
        writer.Write(X);
        writer.Write(Y);
        writer.Flush();
        return bytes.WrittenMemory;
    }

    public static Position Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        return reader.ReadArrayHeader() == 2 ? new Position(reader.ReadSingle(), reader.ReadSingle()) : default;
    }
}
