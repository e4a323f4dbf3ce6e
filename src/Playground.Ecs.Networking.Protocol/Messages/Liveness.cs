using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>Asks the other side for a sign of life (control type 3; PROTOCOL.md, section 9).</summary>
/// <param name="Stamp">Any number; it comes back in the answer.</param>
public readonly record struct Ping(ulong Stamp) : IMessage<Ping>, IFields<Ping>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.Ping;

    static int IFields<Ping>.FieldCount => 1;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Ping message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(1);
        fields.Write(Stamp);
        fields.Flush();
    }

    static Ping IFields<Ping>.ReadFields(ref FieldReader fields) => new(fields.ReadUInt64());
}

/// <summary>Answers <see cref="Ping"/> (control type 4; PROTOCOL.md, section 9).</summary>
/// <param name="Stamp">The ping's own.</param>
public readonly record struct Pong(ulong Stamp) : IMessage<Pong>, IFields<Pong>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.Pong;

    static int IFields<Pong>.FieldCount => 1;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Pong message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(1);
        fields.Write(Stamp);
        fields.Flush();
    }

    static Pong IFields<Pong>.ReadFields(ref FieldReader fields) => new(fields.ReadUInt64());
}

/// <summary>Acknowledges reliable packets (control type 12; PROTOCOL.md, section 8).</summary>
/// <param name="Sequence">The last packet accepted; it stands for all before it too.</param>
public readonly record struct Ack(ushort Sequence) : IMessage<Ack>, IFields<Ack>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.Ack;

    static int IFields<Ack>.FieldCount => 1;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Ack message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(1);
        fields.Write(Sequence);
        fields.Flush();
    }

    static Ack IFields<Ack>.ReadFields(ref FieldReader fields) => new(fields.ReadUInt16());
}
