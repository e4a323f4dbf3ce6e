using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;
using MessagePack.Formatters;

namespace Playground.Ecs.Networking.Client;

/// <summary>Values as MessagePack and back. With a resolver nothing is generated or looked up at run time.</summary>
internal static class Payload
{
    public const string NeedsDynamicCode = "MessagePack's standard formatters are generated at run time; the overload with a resolver needs none.";
    public const string NeedsUnreferencedCode = "MessagePack's standard formatters reflect over the type; the overload with a resolver does not.";

    /// <summary>Bytes as they are: overload resolution prefers a generic send for kinds of memory it has no overload for.</summary>
    public static bool IsBytes<T>(T value, out ReadOnlyMemory<byte> bytes)
    {
        bytes = value switch
        {
            ReadOnlyMemory<byte> memory => memory,
            Memory<byte> memory => memory,
            ArraySegment<byte> segment => segment,
            _ => default,
        };
        return typeof(T) == typeof(ReadOnlyMemory<byte>) || typeof(T) == typeof(Memory<byte>) || typeof(T) == typeof(ArraySegment<byte>);
    }

    [RequiresDynamicCode(NeedsDynamicCode)]
    [RequiresUnreferencedCode(NeedsUnreferencedCode)]
    public static ReadOnlyMemory<byte> Write<T>(T value) =>
        IsBytes(value, out var bytes) ? bytes : MessagePackSerializer.Serialize(value, MessagePackSerializerOptions.Standard);

    public static ReadOnlyMemory<byte> Write<T>(T value, IFormatterResolver resolver)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        FormatterOf<T>(resolver).Serialize(ref writer, value, Options(resolver));
        writer.Flush();
        return buffer.WrittenMemory;
    }

    [RequiresDynamicCode(NeedsDynamicCode)]
    [RequiresUnreferencedCode(NeedsUnreferencedCode)]
    public static T Read<T>(ReadOnlyMemory<byte> data) =>
        MessagePackSerializer.Deserialize<T>(data, MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData));

    public static T Read<T>(ReadOnlyMemory<byte> data, IFormatterResolver resolver)
    {
        var formatter = FormatterOf<T>(resolver);
        try
        {
            var reader = new MessagePackReader(data);
            return formatter.Deserialize(ref reader, Options(resolver));
        }
        catch (Exception exception) when (exception is EndOfStreamException or OverflowException)
        {
            throw new MessagePackSerializationException($"The payload is no {typeof(T)}.", exception);
        }
    }

    [RequiresDynamicCode(NeedsDynamicCode)]
    [RequiresUnreferencedCode(NeedsUnreferencedCode)]
    public static bool TryRead<T>(ReadOnlyMemory<byte> data, [MaybeNullWhen(false)] out T value)
    {
        try
        {
            value = Read<T>(data);
            return true;
        }
        catch (MessagePackSerializationException)
        {
            value = default;
            return false;
        }
    }

    public static bool TryRead<T>(ReadOnlyMemory<byte> data, IFormatterResolver resolver, [MaybeNullWhen(false)] out T value)
    {
        try
        {
            value = Read<T>(data, resolver);
            return true;
        }
        catch (MessagePackSerializationException)
        {
            value = default;
            return false;
        }
    }

    /// <summary>The answer to a request as a value; MalformedPacket when it is none.</summary>
    [RequiresDynamicCode(NeedsDynamicCode)]
    [RequiresUnreferencedCode(NeedsUnreferencedCode)]
    public static async ValueTask<NetworkResult<T>> ReadAsync<T>(ValueTask<NetworkResult<ReadOnlyMemory<byte>>> asked)
    {
        var answer = await asked.ConfigureAwait(false);
        if (!answer.IsOk) return answer.Error;
        return TryRead<T>(answer.Value, out var value) ? NetworkResult<T>.From(value) : NoAnswer<T>();
    }

    /// <summary>The answer to a request as a value; MalformedPacket when it is none.</summary>
    public static async ValueTask<NetworkResult<T>> ReadAsync<T>(ValueTask<NetworkResult<ReadOnlyMemory<byte>>> asked, IFormatterResolver resolver)
    {
        var answer = await asked.ConfigureAwait(false);
        if (!answer.IsOk) return answer.Error;
        return TryRead<T>(answer.Value, resolver, out var value) ? NetworkResult<T>.From(value) : NoAnswer<T>();
    }

    private static NetworkError.MalformedPacket NoAnswer<T>() => new($"the answer is no {typeof(T).Name}");

    private static IMessagePackFormatter<T> FormatterOf<T>(IFormatterResolver resolver)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return resolver.GetFormatter<T>() ?? throw new MessagePackSerializationException($"The resolver has no formatter for {typeof(T)}.");
    }

    private static MessagePackSerializerOptions Options(IFormatterResolver resolver) =>
        new MessagePackSerializerOptions(resolver).WithSecurity(MessagePackSecurity.UntrustedData);
}
