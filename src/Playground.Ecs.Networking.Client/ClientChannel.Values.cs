using System.Diagnostics.CodeAnalysis;
using MessagePack;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

// Values as MessagePack: with the standard formatters, or with a resolver in trimmed and AOT programs.
public sealed partial class ClientChannel
{
    /// <summary>Sends <paramref name="value"/> as MessagePack; see <see cref="SendAsync(ushort, ReadOnlyMemory{byte}, Priority)"/>.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(Payload.NeedsDynamicCode)]
    [RequiresUnreferencedCode(Payload.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult> SendAsync<T>(ushort packetType, T value, Priority priority = Priority.Normal) =>
        SendAsync(packetType, Payload.Write(value), priority);

    /// <summary>
    /// Sends <paramref name="value"/> as MessagePack with your formatters; see <see cref="SendAsync(ushort, ReadOnlyMemory{byte}, Priority)"/>.
    /// </summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    public ValueTask<NetworkResult> SendAsync<T>(ushort packetType, T value, IFormatterResolver resolver, Priority priority = Priority.Normal) =>
        SendAsync(packetType, Payload.Write(value, resolver), priority);

    /// <summary>
    /// Sends <paramref name="value"/> as MessagePack; see
    /// <see cref="SendReliableAsync(ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>.
    /// </summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(Payload.NeedsDynamicCode)]
    [RequiresUnreferencedCode(Payload.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult> SendReliableAsync<T>(
        ushort packetType,
        T value,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendReliableAsync(packetType, Payload.Write(value), priority, timeout, cancellationToken);

    /// <summary>
    /// Sends <paramref name="value"/> as MessagePack with your formatters; see
    /// <see cref="SendReliableAsync(ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>.
    /// </summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    public ValueTask<NetworkResult> SendReliableAsync<T>(
        ushort packetType,
        T value,
        IFormatterResolver resolver,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendReliableAsync(packetType, Payload.Write(value, resolver), priority, timeout, cancellationToken);

    /// <summary>
    /// Asks in MessagePack; see <see cref="RequestAsync(ushort, ReadOnlyMemory{byte}, TimeSpan?, Priority, CancellationToken)"/>.
    /// </summary>
    /// <returns>The answer; also MalformedPacket when it is no <typeparamref name="TAnswer"/>.</returns>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="TQuestion"/> cannot be serialized.</exception>
    [RequiresDynamicCode(Payload.NeedsDynamicCode)]
    [RequiresUnreferencedCode(Payload.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult<TAnswer>> RequestAsync<TQuestion, TAnswer>(
        ushort type,
        TQuestion question,
        TimeSpan? timeout = null,
        Priority priority = Priority.High,
        CancellationToken cancellationToken = default) =>
        Payload.ReadAsync<TAnswer>(RequestAsync(type, Payload.Write(question), timeout, priority, cancellationToken));

    /// <summary>
    /// Asks in MessagePack with your formatters; see
    /// <see cref="RequestAsync(ushort, ReadOnlyMemory{byte}, TimeSpan?, Priority, CancellationToken)"/>.
    /// </summary>
    /// <returns>The answer; also MalformedPacket when it is no <typeparamref name="TAnswer"/>.</returns>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="TQuestion"/> cannot be serialized.</exception>
    public ValueTask<NetworkResult<TAnswer>> RequestAsync<TQuestion, TAnswer>(
        ushort type,
        TQuestion question,
        IFormatterResolver resolver,
        TimeSpan? timeout = null,
        Priority priority = Priority.High,
        CancellationToken cancellationToken = default) =>
        Payload.ReadAsync<TAnswer>(RequestAsync(type, Payload.Write(question, resolver), timeout, priority, cancellationToken), resolver);
}
