using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>The first packet of a session's client (control type 1; PROTOCOL.md, section 7).</summary>
/// <param name="Version">The protocol version that the client speaks.</param>
/// <param name="ClientName">What the client calls itself, for people.</param>
/// <param name="AuthToken">The credential, or null.</param>
/// <param name="ResumeToken">
/// The token of the session to resume; empty (nil on the wire) for a new one. A slice of the payload when read.
/// </param>
/// <param name="LastReceived">The last reliable sequence that the client received.</param>
public readonly record struct Hello(
    byte Version,
    string ClientName,
    string? AuthToken,
    ReadOnlyMemory<byte> ResumeToken,
    ushort LastReceived) : IMessage<Hello>, IFields<Hello>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.Hello;

    static int IFields<Hello>.FieldCount => 5;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Hello message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(5);
        fields.Write(Version);
        fields.Write(ClientName);
        fields.Write(AuthToken);
        if (ResumeToken.IsEmpty) fields.WriteNil();
        else fields.Write(ResumeToken.Span);
        fields.Write(LastReceived);
        fields.Flush();
    }

    /// <summary>The message without its secrets, for logs.</summary>
    public override string ToString() => $"Hello {{ Version = {Version}, ClientName = {ClientName}, LastReceived = {LastReceived} }}";

    static Hello IFields<Hello>.ReadFields(ref FieldReader fields) =>
        new(fields.ReadByte(), fields.ReadString(), fields.ReadOptionalString(), fields.ReadOptionalBytes(), fields.ReadUInt16());
}

/// <summary>The server's answer to <see cref="Hello"/> (control type 2; PROTOCOL.md, section 7).</summary>
/// <param name="Version">The protocol version that the server speaks.</param>
/// <param name="PeerId">What the client is called here.</param>
/// <param name="ResumeToken">
/// The secret that resumes this session; empty where sessions do not resume. A slice of the payload when read.
/// </param>
/// <param name="Resumed">Whether the session that Hello asked for goes on.</param>
/// <param name="LastReceived">The last reliable sequence that the server received.</param>
/// <param name="FrameRate">The server's frames per second.</param>
/// <param name="HeartbeatMs">The heartbeat interval in milliseconds.</param>
/// <param name="MaxPacketBytes">The largest reassembled payload in bytes.</param>
public readonly record struct Welcome(
    byte Version,
    string PeerId,
    ReadOnlyMemory<byte> ResumeToken,
    bool Resumed,
    ushort LastReceived,
    ushort FrameRate,
    uint HeartbeatMs,
    uint MaxPacketBytes) : IMessage<Welcome>, IFields<Welcome>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.Welcome;

    static int IFields<Welcome>.FieldCount => 8;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Welcome message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(8);
        fields.Write(Version);
        fields.Write(PeerId);
        fields.Write(ResumeToken.Span);
        fields.Write(Resumed);
        fields.Write(LastReceived);
        fields.Write(FrameRate);
        fields.Write(HeartbeatMs);
        fields.Write(MaxPacketBytes);
        fields.Flush();
    }

    /// <summary>The message without its secret, for logs.</summary>
    public override string ToString() =>
        $"Welcome {{ Version = {Version}, PeerId = {PeerId}, Resumed = {Resumed}, LastReceived = {LastReceived} }}";

    static Welcome IFields<Welcome>.ReadFields(ref FieldReader fields) => new(
        fields.ReadByte(),
        fields.ReadString(),
        fields.ReadBytes(),
        fields.ReadBoolean(),
        fields.ReadUInt16(),
        fields.ReadUInt16(),
        fields.ReadUInt32(),
        fields.ReadUInt32());
}

/// <summary>Said before a close (control type 15; PROTOCOL.md, section 10).</summary>
/// <param name="Error">Why.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="RetryAfterMs">How long a client should wait before it reconnects, in milliseconds.</param>
public readonly record struct Goodbye(ErrorCode Error, string Reason, uint RetryAfterMs) : IMessage<Goodbye>, IFields<Goodbye>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.Goodbye;

    static int IFields<Goodbye>.FieldCount => 3;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Goodbye message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(3);
        fields.Write((ushort)Error);
        fields.Write(Reason);
        fields.Write(RetryAfterMs);
        fields.Flush();
    }

    static Goodbye IFields<Goodbye>.ReadFields(ref FieldReader fields) => new(fields.ReadError(), fields.ReadString(), fields.ReadUInt32());
}
