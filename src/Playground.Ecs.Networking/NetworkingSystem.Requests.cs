using System.Diagnostics.CodeAnalysis;
using MessagePack;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Requests;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking;

// Requests and their answers.
public sealed partial class NetworkingSystem
{
    /// <summary>
    /// Asks a peer, and completes with its answer. Any thread. On a session the request survives a lost link exactly once and may be made
    /// while there is none; a plain connection is asked unreliably.
    /// </summary>
    /// <param name="connection">The connection's entity.</param>
    /// <param name="channel">The channel that the question is about.</param>
    /// <param name="type">The channel's own request number.</param>
    /// <param name="body">The question; copied before the call returns.</param>
    /// <param name="timeout">How long to wait; null: <see cref="NetworkingOptions.RequestTimeout"/>.</param>
    /// <param name="priority">The lane of the question.</param>
    /// <param name="cancellationToken">Ends the wait at once; a later answer is ignored.</param>
    /// <returns>
    /// The answer, or the peer's error; Timeout, Cancelled, NotConnected when the peer's session has ended or ends, ChannelNotFound also
    /// when the channel is unregistered meanwhile; LimitExceeded, InvalidArgument or Forbidden.
    /// </returns>
    public ValueTask<NetworkResult<ReadOnlyMemory<byte>>> RequestAsync(
        Entity connection,
        ChannelId channel,
        ushort type,
        ReadOnlyMemory<byte> body,
        TimeSpan? timeout = null,
        Priority priority = Priority.High,
        CancellationToken cancellationToken = default) =>
        connection == Entity.Null
            ? new(new NetworkError.NotConnected("the null entity is no peer"))
            : Ask(connection, channel, type, body, timeout, priority, cancellationToken);

    /// <summary>
    /// Asks a channel's owner, and completes with its answer: the handler of a plugin in this process, or the connection that registered the
    /// channel. Any thread.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="type">The channel's own request number.</param>
    /// <param name="body">The question; copied before the call returns.</param>
    /// <param name="timeout">How long to wait; null: <see cref="NetworkingOptions.RequestTimeout"/>.</param>
    /// <param name="priority">The lane of the question.</param>
    /// <param name="cancellationToken">Ends the wait at once; a later answer is ignored.</param>
    /// <returns>
    /// The answer, or the owner's error; Timeout, Cancelled, NotConnected when the owner's session ends, ChannelNotFound also when the
    /// channel is unregistered meanwhile; HandlerFailed, LimitExceeded, InvalidArgument or Forbidden.
    /// </returns>
    public ValueTask<NetworkResult<ReadOnlyMemory<byte>>> RequestAsync(
        ChannelId channel,
        ushort type,
        ReadOnlyMemory<byte> body,
        TimeSpan? timeout = null,
        Priority priority = Priority.High,
        CancellationToken cancellationToken = default) =>
        Ask(Entity.Null, channel, type, body, timeout, priority, cancellationToken);

    /// <summary>
    /// Asks a peer in MessagePack; see
    /// <see cref="RequestAsync(Entity, ChannelId, ushort, ReadOnlyMemory{byte}, TimeSpan?, Priority, CancellationToken)"/>.
    /// </summary>
    /// <returns>The answer; also MalformedPacket when it is no <typeparamref name="TAnswer"/>.</returns>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="TQuestion"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult<TAnswer>> RequestAsync<TQuestion, TAnswer>(
        Entity connection,
        ChannelId channel,
        ushort type,
        TQuestion question,
        TimeSpan? timeout = null,
        Priority priority = Priority.High,
        CancellationToken cancellationToken = default) =>
        ReadAsync<TAnswer>(RequestAsync(connection, channel, type, PayloadSerializer.ToBytes(question), timeout, priority, cancellationToken));

    /// <summary>
    /// Asks a channel's owner in MessagePack; see
    /// <see cref="RequestAsync(ChannelId, ushort, ReadOnlyMemory{byte}, TimeSpan?, Priority, CancellationToken)"/>.
    /// </summary>
    /// <returns>The answer; also MalformedPacket when it is no <typeparamref name="TAnswer"/>.</returns>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="TQuestion"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult<TAnswer>> RequestAsync<TQuestion, TAnswer>(
        ChannelId channel,
        ushort type,
        TQuestion question,
        TimeSpan? timeout = null,
        Priority priority = Priority.High,
        CancellationToken cancellationToken = default) =>
        ReadAsync<TAnswer>(RequestAsync(channel, type, PayloadSerializer.ToBytes(question), timeout, priority, cancellationToken));

    /// <summary>
    /// Says who answers a channel's requests from now on; null: they wait in its inbox as packets of type 0xFF00. Any thread.
    /// </summary>
    /// <returns>Ok; ChannelNotFound, or Forbidden for the control channel and for one that a connection owns.</returns>
    public ValueTask<NetworkResult> OnRequestAsync(
        ChannelId channel, RequestHandler? handler, CancellationToken cancellationToken = default) =>
        CallWithoutValue(() => SetRequestHandler(channel, handler), cancellationToken);

    private NetworkResult SetRequestHandler(ChannelId channelId, RequestHandler? handler)
    {
        if (_channels.Find(channelId) is not { } channel) return new NetworkError.ChannelNotFound(channelId);
        if (channel == _control) return new NetworkError.Forbidden("the control channel answers its requests itself");
        if (channel.Owner is not null) return new NetworkError.Forbidden($"channel {channelId} is a connection's, which answers its requests");
        channel.OnRequest(handler);
        return NetworkResult.Ok;
    }

    private ValueTask<NetworkResult<ReadOnlyMemory<byte>>> Ask(
        Entity connection,
        ChannelId channelId,
        ushort type,
        ReadOnlyMemory<byte> body,
        TimeSpan? timeout,
        Priority priority,
        CancellationToken cancellationToken)
    {
        if (IsDisposed) return new(Disposed);
        if (timeout is { } time && time <= TimeSpan.Zero) return new(new NetworkError.InvalidArgument($"timeout must be above 0, was {time}"));
        if (_channels.Find(channelId) is not { } channel) return new(new NetworkError.ChannelNotFound(channelId));
        if (Sends.Check(channel, 0, body.Length, priority) is { } error) return new(error);
        if (cancellationToken.IsCancellationRequested) return new(new NetworkError.Cancelled());
        var caller = new TaskCompletionSource<NetworkResult<ReadOnlyMemory<byte>>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = new PendingRequest(channel, type, priority) { Caller = caller, Timeout = timeout ?? _options.RequestTimeout };
        request.Registration = cancellationToken.UnsafeRegister(_ => Withdraw(request), null);
        var copy = body.ToArray();
        if (!TryHere(() => Begin(request, connection, copy), out var begun)) begun = BeginLater(request, connection, copy);
        if (!begun.IsOk) request.Answer(begun.Error);

        // Without a hop over the thread pool: an await on the loop resumes in the frame after the answer.
        return new(caller.Task);
    }

    private NetworkResult<bool> Begin(PendingRequest request, Entity connection, ReadOnlyMemory<byte> body)
    {
        // Whoever gave up by now asked for nothing to be done.
        if (request.Caller!.Task.IsCompleted) return true;
        var error = connection == Entity.Null ? Requests.AskOwner(request, body) : Requests.Ask(request, connection, body);
        return error is null ? true : error;
    }

    private NetworkResult<bool> BeginLater(PendingRequest request, Entity connection, ReadOnlyMemory<byte> body)
    {
        var posted = _calls.TryPost(() =>
        {
            var begun = IsDisposed ? Disposed : Begin(request, connection, body);
            if (!begun.IsOk) request.Answer(begun.Error);
        });
        if (!posted.IsOk) return posted.Error!;
        RunCallsAfterTheEnd();
        return true;
    }

    private void Withdraw(PendingRequest request)
    {
        request.Caller!.TrySetResult(new NetworkError.Cancelled());
        OnLoop(() => Requests.Withdraw(request));
    }

    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    private async ValueTask<NetworkResult<T>> ReadAsync<T>(ValueTask<NetworkResult<ReadOnlyMemory<byte>>> asked)
    {
        var answer = await asked.ConfigureAwait(_gate.IsHere);
        if (!answer.IsOk) return answer.Error;
        try
        {
            return NetworkResult<T>.From(MessagePackSerializer.Deserialize<T>(answer.Value, ReceivedPacket.Untrusted));
        }
        catch (MessagePackSerializationException)
        {
            return new NetworkError.MalformedPacket($"the answer is no {typeof(T).Name}");
        }
    }
}
