using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sending;

/// <summary>Writes payloads into one buffer that is used again: the bytes are valid until the next call. Loop thread only.</summary>
internal sealed class PayloadSerializer
{
    public const string NeedsDynamicCode = "MessagePack's standard formatters are generated at run time; the overload with bytes needs none.";
    public const string NeedsUnreferencedCode = "MessagePack's standard formatters reflect over the type; the overload with bytes does not.";

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <summary>Bytes as they are: overload resolution prefers a generic send for kinds of memory it has no overload for.</summary>
    public static bool IsBytes<T>(T value, out ReadOnlyMemory<byte> bytes)
    {
        // The checks and the boxes are gone in compiled code.
        if (typeof(T) == typeof(ReadOnlyMemory<byte>)) bytes = (ReadOnlyMemory<byte>)(object)value!;
        else if (typeof(T) == typeof(Memory<byte>)) bytes = (Memory<byte>)(object)value!;
        else if (typeof(T) == typeof(ArraySegment<byte>)) bytes = (ArraySegment<byte>)(object)value!;
        else bytes = default;
        return typeof(T) == typeof(ReadOnlyMemory<byte>) || typeof(T) == typeof(Memory<byte>) || typeof(T) == typeof(ArraySegment<byte>);
    }

    /// <summary>An application's value, as MessagePack; bytes as they are.</summary>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public ReadOnlySpan<byte> Serialize<T>(scoped in T value)
    {
        if (IsBytes(value, out var bytes)) return bytes.Span;
        _buffer.ResetWrittenCount();
        MessagePackSerializer.Serialize(_buffer, value, ReceivedPacket.Untrusted);
        return _buffer.WrittenSpan;
    }

    /// <summary>An application's value in memory of its own, for any thread; bytes as they are.</summary>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public static ReadOnlyMemory<byte> ToBytes<T>(T value) =>
        IsBytes(value, out var bytes) ? bytes : MessagePackSerializer.Serialize(value, ReceivedPacket.Untrusted);

    /// <summary>A message of the protocol.</summary>
    public ReadOnlySpan<byte> Write<T>(scoped in T message)
        where T : struct, IMessage<T>
    {
        _buffer.ResetWrittenCount();
        message.WriteTo(_buffer);
        return _buffer.WrittenSpan;
    }
}
