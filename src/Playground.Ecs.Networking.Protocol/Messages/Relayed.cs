using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>A packet of another connection, with its sender (reserved type 0xFF06; PROTOCOL.md, section 6).</summary>
/// <param name="PeerId">Who sent it.</param>
/// <param name="Type">The packet's own type.</param>
/// <param name="Body">The packet's own payload. A slice of the payload when read.</param>
public readonly record struct Relayed(string PeerId, ushort Type, ReadOnlyMemory<byte> Body) : IMessage<Relayed>, IFields<Relayed>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ReservedType.Relayed;

    static int IFields<Relayed>.FieldCount => 3;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Relayed message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(3);
        fields.Write(PeerId);
        fields.Write(Type);
        fields.Write(Body.Span);
        fields.Flush();
    }

    static Relayed IFields<Relayed>.ReadFields(ref FieldReader fields) => new(fields.ReadString(), fields.ReadUInt16(), fields.ReadBytes());
}
