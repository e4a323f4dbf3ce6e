using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>The server's answer to a control request (control type 9; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The request's number.</param>
/// <param name="Error">None when it was done.</param>
/// <param name="Message">What went wrong, for people, or null.</param>
/// <param name="Value">
/// One MessagePack value as raw bytes: a channel's number, a list of channels, or nil. Empty is written as nil.
/// A slice of the payload when read.
/// </param>
public readonly record struct Reply(uint Id, ErrorCode Error, string? Message, ReadOnlyMemory<byte> Value) : IMessage<Reply>, IFields<Reply>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.Reply;

    static int IFields<Reply>.FieldCount => 4;

    /// <summary>The answer to a request that was done and has no value.</summary>
    public static Reply Done(uint id) => new(id, ErrorCode.None, null, default);

    /// <summary>The answer to a request that was done and whose value is a channel's number.</summary>
    public static Reply Done(uint id, ChannelId channel) => new(id, ErrorCode.None, null, ReplyValue.FromChannel(channel));

    /// <summary>The answer to ListChannels.</summary>
    public static Reply Done(uint id, ReadOnlySpan<ChannelListing> channels) =>
        new(id, ErrorCode.None, null, ReplyValue.FromChannels(channels));

    /// <summary>The answer to a request that was refused or failed.</summary>
    public static Reply Failed(uint id, ErrorCode error, string message) => new(id, error, message, default);

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Reply message) => MessageReader.TryRead(payload, out message);

    /// <summary>Reads the value as a channel's number; false when it is something else.</summary>
    public bool TryReadChannel(out ChannelId channel) => ReplyValue.TryReadChannel(Value, out channel);

    /// <summary>Reads the value as the answer to ListChannels; false when it is something else.</summary>
    public bool TryReadChannels(out ChannelListing[] channels) => ReplyValue.TryReadChannels(Value, out channels);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(4);
        fields.Write(Id);
        fields.Write((ushort)Error);
        fields.Write(Message);
        if (Value.IsEmpty) fields.WriteNil();
        else fields.WriteRaw(Value.Span);
        fields.Flush();
    }

    static Reply IFields<Reply>.ReadFields(ref FieldReader fields) =>
        new(fields.ReadUInt32(), fields.ReadError(), fields.ReadOptionalString(), fields.ReadRaw());
}
