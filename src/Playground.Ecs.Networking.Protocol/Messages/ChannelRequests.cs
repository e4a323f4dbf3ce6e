using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>Asks for a channel's packets (control type 5; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number that the reply will carry; the client's choice.</param>
/// <param name="Channel">The channel, by number or by name.</param>
public readonly record struct Subscribe(uint Id, ChannelReference Channel) : IMessage<Subscribe>, IFields<Subscribe>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.Subscribe;

    static int IFields<Subscribe>.FieldCount => 2;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Subscribe message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(2);
        fields.Write(Id);
        Channel.Write(ref fields);
        fields.Flush();
    }

    static Subscribe IFields<Subscribe>.ReadFields(ref FieldReader fields) => new(fields.ReadUInt32(), ChannelReference.Read(ref fields));
}

/// <summary>Ends a subscription (control type 6; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number that the reply will carry; the client's choice.</param>
/// <param name="Channel">The channel, by number or by name.</param>
public readonly record struct Unsubscribe(uint Id, ChannelReference Channel) : IMessage<Unsubscribe>, IFields<Unsubscribe>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.Unsubscribe;

    static int IFields<Unsubscribe>.FieldCount => 2;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Unsubscribe message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(2);
        fields.Write(Id);
        Channel.Write(ref fields);
        fields.Flush();
    }

    static Unsubscribe IFields<Unsubscribe>.ReadFields(ref FieldReader fields) =>
        new(fields.ReadUInt32(), ChannelReference.Read(ref fields));
}

/// <summary>Asks for a channel of the client's own (control type 7; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number that the reply will carry; the client's choice.</param>
/// <param name="Name">The channel's name; not yet checked with <see cref="Names"/>: a bad one is InvalidArgument, not malformed.</param>
/// <param name="RequestedId">The number wanted; 0 lets the server choose.</param>
public readonly record struct RegisterChannel(uint Id, string Name, ChannelId RequestedId)
    : IMessage<RegisterChannel>, IFields<RegisterChannel>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.RegisterChannel;

    static int IFields<RegisterChannel>.FieldCount => 3;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out RegisterChannel message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(3);
        fields.Write(Id);
        fields.Write(Name);
        fields.Write(RequestedId.Value);
        fields.Flush();
    }

    static RegisterChannel IFields<RegisterChannel>.ReadFields(ref FieldReader fields) =>
        new(fields.ReadUInt32(), fields.ReadString(), fields.ReadChannel());
}

/// <summary>Gives up a channel of the client's own (control type 8; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number that the reply will carry; the client's choice.</param>
/// <param name="Channel">The channel.</param>
public readonly record struct UnregisterChannel(uint Id, ChannelId Channel) : IMessage<UnregisterChannel>, IFields<UnregisterChannel>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.UnregisterChannel;

    static int IFields<UnregisterChannel>.FieldCount => 2;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out UnregisterChannel message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(2);
        fields.Write(Id);
        fields.Write(Channel.Value);
        fields.Flush();
    }

    static UnregisterChannel IFields<UnregisterChannel>.ReadFields(ref FieldReader fields) =>
        new(fields.ReadUInt32(), fields.ReadChannel());
}
