using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>Calls a tool at its registrant (reserved type 0xFF02; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number of the call.</param>
/// <param name="LlmChannel">The channel of the identity that calls.</param>
/// <param name="Generation">Tells apart two identities that had the same channel.</param>
/// <param name="Tool">The tool's name.</param>
/// <param name="Arguments">The arguments in JSON.</param>
/// <param name="TimeoutMs">How long the caller waits, in milliseconds.</param>
public readonly record struct ToolCall(uint Id, ChannelId LlmChannel, uint Generation, string Tool, string Arguments, uint TimeoutMs)
    : IMessage<ToolCall>, IFields<ToolCall>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ReservedType.ToolCall;

    static int IFields<ToolCall>.FieldCount => 6;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out ToolCall message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(6);
        fields.Write(Id);
        fields.Write(LlmChannel.Value);
        fields.Write(Generation);
        fields.Write(Tool);
        fields.Write(Arguments);
        fields.Write(TimeoutMs);
        fields.Flush();
    }

    static ToolCall IFields<ToolCall>.ReadFields(ref FieldReader fields) =>
        new(fields.ReadUInt32(), fields.ReadChannel(), fields.ReadUInt32(), fields.ReadString(), fields.ReadString(), fields.ReadUInt32());
}

/// <summary>Ends a tool call (reserved type 0xFF03; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number of the call.</param>
/// <param name="IsError">Whether the tool failed.</param>
/// <param name="Content">The result in JSON.</param>
public readonly record struct ToolResult(uint Id, bool IsError, string Content) : IMessage<ToolResult>, IFields<ToolResult>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ReservedType.ToolResult;

    static int IFields<ToolResult>.FieldCount => 3;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out ToolResult message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(3);
        fields.Write(Id);
        fields.Write(IsError);
        fields.Write(Content);
        fields.Flush();
    }

    static ToolResult IFields<ToolResult>.ReadFields(ref FieldReader fields) =>
        new(fields.ReadUInt32(), fields.ReadBoolean(), fields.ReadString());
}

/// <summary>Reports on a running tool call (reserved type 0xFF04; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number of the call.</param>
/// <param name="Progress">How much is done, in units of the tool's choice.</param>
/// <param name="Total">How much there is to do, or null when unknown.</param>
/// <param name="Message">What is being done, for people, or null.</param>
public readonly record struct ToolProgress(uint Id, double Progress, double? Total, string? Message)
    : IMessage<ToolProgress>, IFields<ToolProgress>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ReservedType.ToolProgress;

    static int IFields<ToolProgress>.FieldCount => 4;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out ToolProgress message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(4);
        fields.Write(Id);
        fields.Write(Progress);
        if (Total is { } known) fields.Write(known);
        else fields.WriteNil();
        fields.Write(Message);
        fields.Flush();
    }

    static ToolProgress IFields<ToolProgress>.ReadFields(ref FieldReader fields) =>
        new(fields.ReadUInt32(), fields.ReadNumber(), fields.ReadOptionalNumber(), fields.ReadOptionalString());
}

/// <summary>Calls a tool call off (reserved type 0xFF05; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number of the call.</param>
/// <param name="Reason">Why, for people, or null.</param>
public readonly record struct ToolCancel(uint Id, string? Reason) : IMessage<ToolCancel>, IFields<ToolCancel>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ReservedType.ToolCancel;

    static int IFields<ToolCancel>.FieldCount => 2;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out ToolCancel message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(2);
        fields.Write(Id);
        fields.Write(Reason);
        fields.Flush();
    }

    static ToolCancel IFields<ToolCancel>.ReadFields(ref FieldReader fields) => new(fields.ReadUInt32(), fields.ReadOptionalString());
}
