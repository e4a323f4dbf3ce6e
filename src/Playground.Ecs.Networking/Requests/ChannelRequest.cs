using System.Diagnostics.CodeAnalysis;
using MessagePack;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Requests;

/// <summary>
/// Answers the requests to a channel (PROTOCOL.md, section 6). Called on the loop's thread, in Update; its awaits resume there in later
/// frames. What completes at once is answered in the same frame.
/// </summary>
/// <param name="request">The question.</param>
/// <param name="cancellationToken">
/// Cancelled when nobody waits for the answer any more: the asker's session ended, the channel went away, the caller in this process gave
/// up, or the system stops.
/// </param>
/// <returns>The answer's bytes, or an error whose code and message the asker gets.</returns>
/// <remarks>An exception is answered with HandlerFailed; it is counted and logged, and the frame goes on.</remarks>
public delegate ValueTask<NetworkResult<ReadOnlyMemory<byte>>> RequestHandler(ChannelRequest request, CancellationToken cancellationToken);

/// <summary>A question that a channel was asked. Immutable.</summary>
public readonly struct ChannelRequest
{
    internal ChannelRequest(Channel channel, Entity sender, ushort type, ReadOnlyMemory<byte> body, Priority priority)
    {
        Channel = channel;
        Sender = sender;
        Type = type;
        Body = body;
        Priority = priority;
    }

    /// <summary>The channel that was asked.</summary>
    public Channel Channel { get; }

    /// <summary>The asking connection's entity; <see cref="Entity.Null"/> for the application itself.</summary>
    public Entity Sender { get; }

    /// <summary>The channel's own request number.</summary>
    public ushort Type { get; }

    /// <summary>The question. A copy, valid as long as it is held.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The lane that it came on, and the answer's.</summary>
    public Priority Priority { get; }

    /// <summary>Reads the body as MessagePack, guarded against hostile data.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">The body is no <typeparamref name="T"/>.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public T Read<T>() => MessagePackSerializer.Deserialize<T>(Body, ReceivedPacket.Untrusted);

    /// <summary>Reads the body as MessagePack, guarded against hostile data.</summary>
    /// <returns>False when the body is no <typeparamref name="T"/>.</returns>
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

    /// <summary>An answer of these bytes, which must not change until the handler has returned it.</summary>
    public NetworkResult<ReadOnlyMemory<byte>> Answer(byte[] body) => new ReadOnlyMemory<byte>(body);

    /// <summary>An answer of <paramref name="value"/> as MessagePack.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public NetworkResult<ReadOnlyMemory<byte>> Answer<T>(T value) => PayloadSerializer.ToBytes(value);
}
