using System.Diagnostics.CodeAnalysis;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking;

// Reliable sends that somebody waits for.
public sealed partial class NetworkingSystem
{
    /// <summary>
    /// Sends to a channel's sessions, each exactly once and in order over all its links (PROTOCOL.md, section 8), and to the channel's
    /// own inbox. Any thread; completes when every session that was subscribed when the loop carried it out has acknowledged.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="packetType">The channel's own message number, below 0xFF00.</param>
    /// <param name="data">The payload; copied before the call returns.</param>
    /// <param name="priority">Its lane.</param>
    /// <param name="timeout">How long to wait; null: as long as the sessions live.</param>
    /// <param name="cancellationToken">Ends the wait; what is queued is delivered all the same.</param>
    /// <returns>
    /// Ok, also when nobody is subscribed; NotConnected or Timeout that names who did not acknowledge; ChannelNotFound,
    /// InvalidArgument, LimitExceeded or Cancelled.
    /// </returns>
    public ValueTask<NetworkResult> SendReliableAsync(
        ChannelId channel,
        ushort packetType,
        ReadOnlyMemory<byte> data,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        Deliver(channel, Entity.Null, packetType, data, priority, timeout, cancellationToken);

    /// <inheritdoc cref="SendReliableAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>
    public ValueTask<NetworkResult> SendReliableAsync(
        ChannelId channel,
        ushort packetType,
        byte[] data,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        Deliver(channel, Entity.Null, packetType, data, priority, timeout, cancellationToken);

    /// <summary>
    /// Sends <paramref name="value"/> as MessagePack; see
    /// <see cref="SendReliableAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>.
    /// </summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult> SendReliableAsync<T>(
        ChannelId channel,
        ushort packetType,
        T value,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        Deliver(channel, Entity.Null, packetType, PayloadSerializer.ToBytes(value), priority, timeout, cancellationToken);

    /// <summary>
    /// Sends to one session, exactly once and in order over all its links; it may be without a link for the moment. Any thread;
    /// completes when it has acknowledged.
    /// </summary>
    /// <param name="connection">The connection's entity.</param>
    /// <param name="channel">The channel that the packet is said to be from.</param>
    /// <param name="packetType">The channel's own message number, below 0xFF00.</param>
    /// <param name="data">The payload; copied before the call returns.</param>
    /// <param name="priority">Its lane.</param>
    /// <param name="timeout">How long to wait; null: as long as the session lives.</param>
    /// <param name="cancellationToken">Ends the wait; what is queued is delivered all the same.</param>
    /// <returns>
    /// Ok; NotConnected for a peer that has no session or whose session ended, Timeout; LimitExceeded when its send queue is full;
    /// ChannelNotFound, InvalidArgument or Cancelled.
    /// </returns>
    public ValueTask<NetworkResult> SendReliableToAsync(
        Entity connection,
        ChannelId channel,
        ushort packetType,
        ReadOnlyMemory<byte> data,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        connection == Entity.Null
            ? new(new NetworkError.NotConnected("the null entity is no peer"))
            : Deliver(channel, connection, packetType, data, priority, timeout, cancellationToken);

    /// <inheritdoc cref="SendReliableToAsync(Entity, ChannelId, ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>
    public ValueTask<NetworkResult> SendReliableToAsync(
        Entity connection,
        ChannelId channel,
        ushort packetType,
        byte[] data,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendReliableToAsync(connection, channel, packetType, new ReadOnlyMemory<byte>(data), priority, timeout, cancellationToken);

    /// <summary>
    /// Sends <paramref name="value"/> as MessagePack; see
    /// <see cref="SendReliableToAsync(Entity, ChannelId, ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>.
    /// </summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult> SendReliableToAsync<T>(
        Entity connection,
        ChannelId channel,
        ushort packetType,
        T value,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendReliableToAsync(connection, channel, packetType, PayloadSerializer.ToBytes(value), priority, timeout, cancellationToken);

    private ValueTask<NetworkResult> Deliver(
        ChannelId channelId,
        Entity receiver,
        ushort type,
        ReadOnlyMemory<byte> data,
        Priority priority,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        if (IsDisposed) return new(Disposed);
        if (timeout is { } time && time <= TimeSpan.Zero)
        {
            return new(new NetworkError.InvalidArgument($"timeout must be above 0, was {time}"));
        }

        if (_channels.Find(channelId) is not { } channel) return new(new NetworkError.ChannelNotFound(channelId));
        if (Sends.Check(channel, type, data.Length, priority) is { } error) return new(error);
        var delivery = new Delivery(receiver == Entity.Null ? channel : null);
        var deadline = timeout is { } wait ? Deadline(wait) : long.MaxValue;

        // It may have to wait for the loop.
        var copy = data.ToArray();
        var begun = Call(() => Begin(delivery, channel, receiver, type, copy, priority, deadline), CancellationToken.None).AsTask();
        if (begun.IsCompletedSuccessfully && !begun.Result.IsOk) return new(begun.Result.Error);

        // Nothing between the loop and who awaits there: it goes on in the frame that brought the acknowledgement.
        return begun.IsCompletedSuccessfully && !cancellationToken.CanBeCanceled
            ? new(delivery.Task)
            : new(AwaitAsync(begun, delivery, cancellationToken));
    }

    private NetworkResult<bool> Begin(
        Delivery delivery, Channel channel, Entity receiver, ushort type, ReadOnlySpan<byte> data, Priority priority, long deadline)
    {
        // Whoever gave up by now asked for nothing to be done.
        if (delivery.Task.IsCompleted) return true;
        var sent = receiver == Entity.Null
            ? Sends.ReliableToChannel(channel, type, data, priority, delivery)
            : Sends.ReliableToConnection(channel, receiver, type, data, priority, delivery);
        if (!sent.IsOk) return sent.Error!;
        delivery.Seal();
        if (deadline != long.MaxValue && !delivery.Task.IsCompleted) Sends.TimeOutAt(delivery, deadline);
        return true;
    }

    private static async Task<NetworkResult> AwaitAsync(
        Task<NetworkResult<bool>> begun, Delivery delivery, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static state => ((Delivery)state!).Cancel(), delivery);
        await Task.WhenAny(begun, delivery.Task).ConfigureAwait(false);
        if (delivery.Task.IsCompleted) return await delivery.Task.ConfigureAwait(false);
        var result = await begun.ConfigureAwait(false);
        return result.IsOk ? await delivery.Task.ConfigureAwait(false) : result.Error;
    }

    private long Deadline(TimeSpan timeout)
    {
        var ticks = timeout.TotalSeconds * _options.TimeProvider.TimestampFrequency;
        var now = _options.TimeProvider.GetTimestamp();
        return ticks >= long.MaxValue - now ? long.MaxValue - 1 : now + (long)ticks;
    }
}
