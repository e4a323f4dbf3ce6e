using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>Reports a packet that asked for no reply (control type 14; PROTOCOL.md, section 6).</summary>
/// <param name="Error">What is wrong.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="Channel">The channel that the packet was addressed to.</param>
/// <param name="PacketType">The packet's type.</param>
public readonly record struct ErrorMessage(ErrorCode Error, string Message, ChannelId Channel, ushort PacketType)
    : IMessage<ErrorMessage>, IFields<ErrorMessage>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.Error;

    static int IFields<ErrorMessage>.FieldCount => 4;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out ErrorMessage message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(4);
        fields.Write((ushort)Error);
        fields.Write(Message);
        fields.Write(Channel.Value);
        fields.Write(PacketType);
        fields.Flush();
    }

    static ErrorMessage IFields<ErrorMessage>.ReadFields(ref FieldReader fields) =>
        new(fields.ReadError(), fields.ReadString(), fields.ReadChannel(), fields.ReadUInt16());
}
