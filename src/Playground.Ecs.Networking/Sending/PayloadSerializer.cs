using System.Buffers;
using MessagePack;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sending;

/// <summary>Writes payloads into one buffer that is used again: the bytes are valid until the next call. Loop thread only.</summary>
internal sealed class PayloadSerializer
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <summary>An application's value, as MessagePack.</summary>
    public ReadOnlySpan<byte> Serialize<T>(scoped in T value)
    {
        _buffer.ResetWrittenCount();
        MessagePackSerializer.Serialize(_buffer, value, ReceivedPacket.Untrusted);
        return _buffer.WrittenSpan;
    }

    /// <summary>A message of the protocol.</summary>
    public ReadOnlySpan<byte> Write<T>(scoped in T message)
        where T : struct, IMessage<T>
    {
        _buffer.ResetWrittenCount();
        message.WriteTo(_buffer);
        return _buffer.WrittenSpan;
    }
}
