using System.Diagnostics.CodeAnalysis;
using MessagePack;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Channels;

/// <summary>A packet that arrived on a channel. Immutable.</summary>
/// <remarks>
/// From <see cref="Channel.Receive"/>, <see cref="Data"/> is valid until the frame ends; from ReceivePacketsAsync it is a copy.
/// </remarks>
public readonly struct ReceivedPacket
{
    internal static readonly MessagePackSerializerOptions Untrusted =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    internal ReceivedPacket(
        ReadOnlyMemory<byte> data, Entity sender, ChannelId channelId, ushort packetType, Priority priority, bool isReliable = false)
    {
        Data = data;
        Sender = sender;
        ChannelId = channelId;
        PacketType = packetType;
        Priority = priority;
        IsReliable = isReliable;
    }

    /// <summary>The payload, fragments joined.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The sending connection's entity; <see cref="Entity.Null"/> for the channel's own loopback.</summary>
    public Entity Sender { get; }

    /// <summary>The channel it was sent to.</summary>
    public ChannelId ChannelId { get; }

    /// <summary>The channel's own message number.</summary>
    public ushort PacketType { get; }

    /// <summary>The lane it came on.</summary>
    public Priority Priority { get; }

    /// <summary>True when it was sent reliably: it was delivered exactly once, in order, and no full inbox drops it.</summary>
    public bool IsReliable { get; }

    /// <summary>What a packet that was dropped leaves in its list.</summary>
    internal static ReceivedPacket Hole => new() { IsHole = true };

    internal bool IsHole { get; private init; }

    /// <summary>Reads the payload as MessagePack, guarded against hostile data.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">The payload is no <typeparamref name="T"/>.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public T Read<T>() => MessagePackSerializer.Deserialize<T>(Data, Untrusted);

    /// <summary>Reads the payload as MessagePack, guarded against hostile data.</summary>
    /// <returns>False when the payload is no <typeparamref name="T"/>.</returns>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public bool TryRead<T>([MaybeNullWhen(false)] out T value)
    {
        try
        {
            value = Read<T>();
            return true;
        }
        catch (MessagePackSerializationException)
        {
            value = default;
            return false;
        }
    }

    internal ReceivedPacket WithData(ReadOnlyMemory<byte> data) => new(data, Sender, ChannelId, PacketType, Priority, IsReliable);
}
