using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>Asks the owner of a channel (reserved type 0xFF00; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number that the response will carry.</param>
/// <param name="Type">The channel's own request type.</param>
/// <param name="Body">The question, opaque. A slice of the payload when read.</param>
public readonly record struct Request(uint Id, ushort Type, ReadOnlyMemory<byte> Body) : IMessage<Request>, IFields<Request>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ReservedType.Request;

    static int IFields<Request>.FieldCount => 3;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Request message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(3);
        fields.Write(Id);
        fields.Write(Type);
        fields.Write(Body.Span);
        fields.Flush();
    }

    static Request IFields<Request>.ReadFields(ref FieldReader fields) => new(fields.ReadUInt32(), fields.ReadUInt16(), fields.ReadBytes());
}

/// <summary>
/// Answers a <see cref="Request"/> (reserved type 0xFF01; PROTOCOL.md, section 6). Without an error it carries a body, with one a message.
/// </summary>
/// <param name="Id">The request's number.</param>
/// <param name="Error">None when the request was served.</param>
/// <param name="Body">The answer, opaque; empty with an error. A slice of the payload when read.</param>
/// <param name="Message">What went wrong, for people; null without an error.</param>
public readonly record struct Response(uint Id, ErrorCode Error, ReadOnlyMemory<byte> Body, string? Message)
    : IMessage<Response>, IFields<Response>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ReservedType.Response;

    static int IFields<Response>.FieldCount => 3;

    /// <summary>The answer to a request that was served.</summary>
    public static Response Done(uint id, ReadOnlyMemory<byte> body) => new(id, ErrorCode.None, body, null);

    /// <summary>The answer to a request that was not served.</summary>
    public static Response Failed(uint id, ErrorCode error, string message) => new(id, error, default, message);

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Response message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(3);
        fields.Write(Id);
        fields.Write((ushort)Error);
        if (Error == ErrorCode.None) fields.Write(Body.Span);
        else fields.Write(Message ?? string.Empty);
        fields.Flush();
    }

    static Response IFields<Response>.ReadFields(ref FieldReader fields)
    {
        var id = fields.ReadUInt32();
        var error = fields.ReadError();
        return error == ErrorCode.None ? Done(id, fields.ReadBytes()) : Failed(id, error, fields.ReadString());
    }
}
