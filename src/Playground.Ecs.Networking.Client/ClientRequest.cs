using System.Diagnostics.CodeAnalysis;
using MessagePack;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

/// <summary>
/// Answers the requests to this client on a channel: the server's own, and those of others when this client owns the channel
/// (PROTOCOL.md, section 6). Called on a thread of the pool, one call after the other up to each one's first await.
/// </summary>
/// <param name="request">The question.</param>
/// <param name="cancellationToken">Cancelled when the session that asked is lost or closed: nobody waits for the answer any more.</param>
/// <returns>The answer's bytes, or an error whose code and message the asker gets.</returns>
/// <remarks>An exception is answered with HandlerFailed, and reported by <see cref="NetworkClient.UnhandledException"/>.</remarks>
public delegate ValueTask<NetworkResult<ReadOnlyMemory<byte>>> ClientRequestHandler(ClientRequest request, CancellationToken cancellationToken);

/// <summary>A question that this client was asked. Immutable; its body may be kept.</summary>
public readonly struct ClientRequest
{
    internal ClientRequest(in ClientEvent e)
    {
        ChannelId = e.Channel;
        Type = e.Type;
        Priority = e.Priority;
        Body = e.Data;
    }

    /// <summary>The channel that the question is about.</summary>
    public ChannelId ChannelId { get; }

    /// <summary>The channel's own request number.</summary>
    public ushort Type { get; }

    /// <summary>The lane that it came on, and the answer's.</summary>
    public Priority Priority { get; }

    /// <summary>The question.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Reads the body as MessagePack with the standard formatters, guarded against hostile data.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">The body is no <typeparamref name="T"/>.</exception>
    [RequiresDynamicCode(Payload.NeedsDynamicCode)]
    [RequiresUnreferencedCode(Payload.NeedsUnreferencedCode)]
    public T Read<T>() => Payload.Read<T>(Body);

    /// <summary>Reads the body as MessagePack with your formatters, guarded against hostile data; also in trimmed and AOT programs.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException">The body is no <typeparamref name="T"/>.</exception>
    public T Read<T>(IFormatterResolver resolver) => Payload.Read<T>(Body, resolver);

    /// <summary>As <see cref="Read{T}()"/>; false when the body is no <typeparamref name="T"/>.</summary>
    [RequiresDynamicCode(Payload.NeedsDynamicCode)]
    [RequiresUnreferencedCode(Payload.NeedsUnreferencedCode)]
    public bool TryRead<T>([MaybeNullWhen(false)] out T value) => Payload.TryRead(Body, out value);

    /// <summary>As <see cref="Read{T}(IFormatterResolver)"/>; false when the body is no <typeparamref name="T"/>.</summary>
    public bool TryRead<T>(IFormatterResolver resolver, [MaybeNullWhen(false)] out T value) => Payload.TryRead(Body, resolver, out value);
}
