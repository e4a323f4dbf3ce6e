using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>Offers a tool to language models (control type 100; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number that the reply will carry; the client's choice.</param>
/// <param name="Name">The tool's name.</param>
/// <param name="Description">What the tool does, for the model.</param>
/// <param name="InputSchema">A JSON schema of the arguments.</param>
/// <param name="HandlerChannel">The channel that receives the calls.</param>
public readonly record struct RegisterMcpTool(uint Id, string Name, string Description, string InputSchema, ChannelId HandlerChannel)
    : IMessage<RegisterMcpTool>, IFields<RegisterMcpTool>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.RegisterMcpTool;

    static int IFields<RegisterMcpTool>.FieldCount => 5;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out RegisterMcpTool message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(5);
        fields.Write(Id);
        fields.Write(Name);
        fields.Write(Description);
        fields.Write(InputSchema);
        fields.Write(HandlerChannel.Value);
        fields.Flush();
    }

    static RegisterMcpTool IFields<RegisterMcpTool>.ReadFields(ref FieldReader fields) =>
        new(fields.ReadUInt32(), fields.ReadString(), fields.ReadString(), fields.ReadString(), fields.ReadChannel());
}

/// <summary>Withdraws a tool (control type 101; PROTOCOL.md, section 6).</summary>
/// <param name="Id">The number that the reply will carry; the client's choice.</param>
/// <param name="Name">The tool's name.</param>
public readonly record struct UnregisterMcpTool(uint Id, string Name) : IMessage<UnregisterMcpTool>, IFields<UnregisterMcpTool>
{
    /// <inheritdoc/>
    public static ushort WireType => (ushort)ControlType.UnregisterMcpTool;

    static int IFields<UnregisterMcpTool>.FieldCount => 2;

    /// <inheritdoc/>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out UnregisterMcpTool message) => MessageReader.TryRead(payload, out message);

    /// <inheritdoc/>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var fields = new MessagePackWriter(writer);
        fields.WriteArrayHeader(2);
        fields.Write(Id);
        fields.Write(Name);
        fields.Flush();
    }

    static UnregisterMcpTool IFields<UnregisterMcpTool>.ReadFields(ref FieldReader fields) => new(fields.ReadUInt32(), fields.ReadString());
}
