using System.Diagnostics.CodeAnalysis;
using MessagePack;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

/// <summary>A packet that arrived on a channel. Immutable; its data may be kept.</summary>
public readonly struct ClientPacket
{
    internal ClientPacket(in ClientEvent e)
    {
        ChannelId = e.Channel;
        PacketType = e.Type;
        Priority = e.Priority;
        IsReliable = e.IsReliable;
        Data = e.Data;
        SenderPeerId = e.Sender;
    }

    /// <summary>The channel that it is from.</summary>
    public ChannelId ChannelId { get; }

    /// <summary>The channel's own message number.</summary>
    public ushort PacketType { get; }

    /// <summary>The lane that it came on.</summary>
    public Priority Priority { get; }

    /// <summary>True when it is one of those that arrive exactly once and in order.</summary>
    public bool IsReliable { get; }

    /// <summary>The payload, fragments joined.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The peer that sent it, on channels that name the sender; null otherwise.</summary>
    public string? SenderPeerId { get; }

    /// <summary>Reads the payload as MessagePack with the standard formatters, guarded against hostile data.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">The payload is no <typeparamref name="T"/>.</exception>
    [RequiresDynamicCode(Payload.NeedsDynamicCode)]
    [RequiresUnreferencedCode(Payload.NeedsUnreferencedCode)]
    public T Read<T>() => Payload.Read<T>(Data);

    /// <summary>Reads the payload as MessagePack with your formatters, guarded against hostile data; also in trimmed and AOT programs.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">The payload is no <typeparamref name="T"/>.</exception>
    public T Read<T>(IFormatterResolver resolver) => Payload.Read<T>(Data, resolver);

    /// <summary>As <see cref="Read{T}()"/>; false when the payload is no <typeparamref name="T"/>.</summary>
    [RequiresDynamicCode(Payload.NeedsDynamicCode)]
    [RequiresUnreferencedCode(Payload.NeedsUnreferencedCode)]
    public bool TryRead<T>([MaybeNullWhen(false)] out T value) => Payload.TryRead(Data, out value);

    /// <summary>As <see cref="Read{T}(IFormatterResolver)"/>; false when the payload is no <typeparamref name="T"/>.</summary>
    public bool TryRead<T>(IFormatterResolver resolver, [MaybeNullWhen(false)] out T value) => Payload.TryRead(Data, resolver, out value);
}
