using System.Buffers;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>What all control and reserved messages share, so that code which sends them cannot mix up a message and its type.</summary>
/// <typeparam name="TSelf">The message.</typeparam>
public interface IMessage<TSelf>
    where TSelf : struct, IMessage<TSelf>
{
    /// <summary>The packet type that carries the message.</summary>
    static abstract ushort WireType { get; }

    /// <summary>Reads a payload; false when it is malformed (PROTOCOL.md, section 6). Never throws on any bytes.</summary>
    static abstract bool TryRead(ReadOnlyMemory<byte> payload, out TSelf message);

    /// <summary>Writes the payload, a MessagePack array.</summary>
    void WriteTo(IBufferWriter<byte> writer);
}
