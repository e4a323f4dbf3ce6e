using System.Diagnostics.CodeAnalysis;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

// What the application sends and asks, by channel id. A ClientChannel has the same without the id.
public sealed partial class NetworkClient
{
    /// <summary>Sends an unreliable packet: it may be dropped when the queue is full, and is lost when the link ends.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="packetType">The channel's own message number, below 0xFF00.</param>
    /// <param name="data">The payload; copied before the call returns.</param>
    /// <param name="priority">Its lane.</param>
    /// <returns>
    /// Ok when queued; NotConnected while there is no link, LimitExceeded, InvalidArgument, Forbidden. What the server thinks of it is said by
    /// <see cref="ErrorReceived"/>.
    /// </returns>
    public ValueTask<NetworkResult> SendPacketAsync(
        ChannelId channel, ushort packetType, ReadOnlyMemory<byte> data, Priority priority = Priority.Normal)
    {
        using var turn = _driver.Enter();
        return new(turn.Session.Send(channel, packetType, data.Span, priority));
    }

    /// <inheritdoc cref="SendPacketAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority)"/>
    public ValueTask<NetworkResult> SendPacketAsync(ChannelId channel, ushort packetType, byte[] data, Priority priority = Priority.Normal) =>
        SendPacketAsync(channel, packetType, new ReadOnlyMemory<byte>(data), priority);

    /// <summary>Sends <paramref name="value"/> as MessagePack; see <see cref="SendPacketAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority)"/>.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(Payload.NeedsDynamicCode)]
    [RequiresUnreferencedCode(Payload.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult> SendPacketAsync<T>(ChannelId channel, ushort packetType, T value, Priority priority = Priority.Normal) =>
        SendPacketAsync(channel, packetType, Payload.Write(value), priority);

    /// <summary>
    /// Sends a packet exactly once and in order, over as many links as it takes; without a link it waits for one. Completes when the server
    /// has it in its channel's inbox.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="packetType">The channel's own message number, below 0xFF00.</param>
    /// <param name="data">The payload; copied before the call returns.</param>
    /// <param name="priority">Its lane.</param>
    /// <param name="timeout">How long to wait; null: as long as the session lives.</param>
    /// <param name="cancellationToken">Ends the wait; what is queued is sent all the same.</param>
    /// <returns>
    /// Ok when acknowledged; NotConnected when the session was lost or closed before; Timeout: it will not be sent if it had not begun to be, and
    /// may have arrived otherwise; LimitExceeded when the queue is full; InvalidArgument, Forbidden, Cancelled.
    /// </returns>
    public ValueTask<NetworkResult> SendReliableAsync(
        ChannelId channel,
        ushort packetType,
        ReadOnlyMemory<byte> data,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        if (Check(timeout) is { } error) return new(error);
        if (cancellationToken.IsCancellationRequested) return new(new NetworkError.Cancelled());
        var completion = new TaskCompletionSource<NetworkResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        NetworkResult queued;
        using (var turn = _driver.Enter())
        {
            queued = turn.Session.SendReliable(
                channel, packetType, data.Span, priority, result => completion.TrySetResult(result), _driver.DeadlineIn(timeout));
        }

        if (!queued.IsOk) return new(queued);
        return new(cancellationToken.CanBeCanceled ? OrCancelledAsync(completion.Task, cancellationToken) : completion.Task);
    }

    /// <inheritdoc cref="SendReliableAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>
    public ValueTask<NetworkResult> SendReliableAsync(
        ChannelId channel,
        ushort packetType,
        byte[] data,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendReliableAsync(channel, packetType, new ReadOnlyMemory<byte>(data), priority, timeout, cancellationToken);

    /// <summary>
    /// Sends <paramref name="value"/> as MessagePack; see
    /// <see cref="SendReliableAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>.
    /// </summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(Payload.NeedsDynamicCode)]
    [RequiresUnreferencedCode(Payload.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult> SendReliableAsync<T>(
        ChannelId channel,
        ushort packetType,
        T value,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendReliableAsync(channel, packetType, Payload.Write(value), priority, timeout, cancellationToken);

    /// <summary>Sends bytes to every connection, where the server allows it; they arrive on <c>Channel(0)</c>.</summary>
    /// <returns>Ok when queued; as <see cref="SendPacketAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority)"/> otherwise.</returns>
    public ValueTask<NetworkResult> BroadcastAsync(ReadOnlyMemory<byte> data, Priority priority = Priority.Normal) =>
        SendPacketAsync(ChannelId.Control, (ushort)ControlType.Broadcast, data, priority);

    /// <summary>
    /// Asks a channel's owner, a plugin of the server or another client, and completes with the answer. Sent exactly once, however often the link
    /// ends meanwhile.
    /// </summary>
    /// <param name="channel">The channel, not 0.</param>
    /// <param name="type">The channel's own request number.</param>
    /// <param name="body">The question; copied before the call returns.</param>
    /// <param name="timeout">How long to wait; null: <see cref="ClientOptions.RequestTimeout"/>.</param>
    /// <param name="priority">The lane of the question.</param>
    /// <param name="cancellationToken">Ends the wait; a later answer is ignored.</param>
    /// <returns>
    /// The answer, or the owner's error; Timeout, Cancelled, NotConnected when the session was lost or closed, LimitExceeded,
    /// InvalidArgument, Forbidden.
    /// </returns>
    public ValueTask<NetworkResult<ReadOnlyMemory<byte>>> RequestAsync(
        ChannelId channel,
        ushort type,
        ReadOnlyMemory<byte> body,
        TimeSpan? timeout = null,
        Priority priority = Priority.High,
        CancellationToken cancellationToken = default)
    {
        if (Check(timeout) is { } error) return new(error);
        if (cancellationToken.IsCancellationRequested) return new(new NetworkError.Cancelled());
        var completion = new TaskCompletionSource<NetworkResult<ReadOnlyMemory<byte>>>(TaskCreationOptions.RunContinuationsAsynchronously);
        NetworkResult queued;
        using (var turn = _driver.Enter())
        {
            queued = turn.Session.Request(
                channel, type, body.Span, priority, answer => completion.TrySetResult(answer), _driver.DeadlineIn(timeout ?? Options.RequestTimeout));
        }

        return queued.IsOk ? OrCancelledAsync(completion, cancellationToken) : new(queued.Error!);
    }

    /// <summary>
    /// Asks in MessagePack; see <see cref="RequestAsync(ChannelId, ushort, ReadOnlyMemory{byte}, TimeSpan?, Priority, CancellationToken)"/>.
    /// </summary>
    /// <returns>The answer; also MalformedPacket when it is no <typeparamref name="TAnswer"/>.</returns>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="TQuestion"/> cannot be serialized.</exception>
    [RequiresDynamicCode(Payload.NeedsDynamicCode)]
    [RequiresUnreferencedCode(Payload.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult<TAnswer>> RequestAsync<TQuestion, TAnswer>(
        ChannelId channel,
        ushort type,
        TQuestion question,
        TimeSpan? timeout = null,
        Priority priority = Priority.High,
        CancellationToken cancellationToken = default) =>
        Payload.ReadAsync<TAnswer>(RequestAsync(channel, type, Payload.Write(question), timeout, priority, cancellationToken));

    private static NetworkError.InvalidArgument? Check(TimeSpan? timeout) =>
        timeout is { } time && time <= TimeSpan.Zero ? new NetworkError.InvalidArgument($"timeout must be above 0, was {time}") : null;
}
