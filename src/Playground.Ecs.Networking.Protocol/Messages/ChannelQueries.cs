using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>Asks for the number of a channel (control type 10; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number that the reply will carry; the client's choice.</param>
/// <param name="Name">The channel's name.</param>
public readonly record struct QueryChannel(uint Id, string Name) : IMessage<QueryChannel>, IFields<QueryChannel>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.QueryChannel;

    static int IFields<QueryChannel>.FieldCount => 2;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out QueryChannel message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(2);
        fields.Write(Id);
        fields.Write(Name);
        fields.Flush();
    }

    static QueryChannel IFields<QueryChannel>.ReadFields(ref FieldReader fields) => new(fields.ReadUInt32(), fields.ReadString());
}

/// <summary>Asks for all channels (control type 11; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number that the reply will carry; the client's choice.</param>
public readonly record struct ListChannels(uint Id) : IMessage<ListChannels>, IFields<ListChannels>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.ListChannels;

    static int IFields<ListChannels>.FieldCount => 1;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out ListChannels message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(1);
        fields.Write(Id);
        fields.Flush();
    }

    static ListChannels IFields<ListChannels>.ReadFields(ref FieldReader fields) => new(fields.ReadUInt32());
}
