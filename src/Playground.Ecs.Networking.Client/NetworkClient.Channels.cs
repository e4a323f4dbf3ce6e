using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

// Channels: found, listed, registered.
public sealed partial class NetworkClient
{
    /// <summary>The channel of an id, whether the server has it or not; 0 is the control channel, where broadcasts arrive.</summary>
    /// <returns>The same object for the same id.</returns>
    public ClientChannel Channel(ChannelId channel) =>
        _channels.GetOrAdd(channel.Value, static (id, client) => new ClientChannel(client, id), this);

    /// <summary>The channel of a name.</summary>
    /// <returns>The channel; ChannelNotFound, Timeout, NotConnected, LimitExceeded, Cancelled.</returns>
    public async ValueTask<NetworkResult<ClientChannel>> FindChannelAsync(string name, CancellationToken cancellationToken = default)
    {
        if (!Names.IsValid(name)) return new NetworkError.InvalidArgument("a channel's name has 1 to 255 bytes of UTF-8 without control characters");
        var reply = await ReplyAsync<QueryChannel>(id => new QueryChannel(id, name), null, cancellationToken).ConfigureAwait(false);
        if (reply.IsOk) return reply.Value.TryReadChannel(out var found) ? Named(found, name) : Unreadable(nameof(QueryChannel));
        return reply.Error is NetworkError.ChannelNotFound missing ? missing with { Name = name } : reply.Error;
    }

    /// <summary>All channels of the server.</summary>
    /// <returns>The channels; Timeout, NotConnected, LimitExceeded, Cancelled.</returns>
    public async ValueTask<NetworkResult<IReadOnlyList<ChannelListing>>> ListChannelsAsync(CancellationToken cancellationToken = default)
    {
        var reply = await ReplyAsync<ListChannels>(static id => new ListChannels(id), null, cancellationToken).ConfigureAwait(false);
        if (!reply.IsOk) return reply.Error;
        return reply.Value.TryReadChannels(out var channels) ? channels : Unreadable(nameof(ListChannels));
    }

    /// <summary>Registers a channel of this client's own, where the server allows it: what others send to it arrives here.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="requested">The number wanted; 0: the server chooses.</param>
    /// <param name="onRequest">Who answers its requests, from the first one on; null: whoever was named before. See <see cref="ClientChannel.OnRequest"/>.</param>
    /// <param name="cancellationToken">Ends the wait; a late reply is ignored.</param>
    /// <returns>The channel; Forbidden, AlreadyExists, InvalidArgument, LimitExceeded, Timeout, NotConnected, Cancelled.</returns>
    public async ValueTask<NetworkResult<ClientChannel>> RegisterChannelAsync(
        string name, ChannelId requested = default, ClientRequestHandler? onRequest = null, CancellationToken cancellationToken = default)
    {
        if (!Names.IsValid(name)) return new NetworkError.InvalidArgument("a channel's name has 1 to 255 bytes of UTF-8 without control characters");

        // Before anything behind the reply is handed on: the first request may come with it.
        void Prepare(Reply reply)
        {
            if (!reply.TryReadChannel(out var registered)) return;
            var channel = Named(registered, name);
            if (onRequest is not null) channel.OnRequest(onRequest);
        }

        var reply = await ReplyAsync<RegisterChannel>(question => new RegisterChannel(question, name, requested), Prepare, cancellationToken).ConfigureAwait(false);
        if (!reply.IsOk) return reply.Error;
        return reply.Value.TryReadChannel(out var id) ? Channel(id) : Unreadable(nameof(RegisterChannel));
    }

    /// <summary>Gives up a channel that this client registered.</summary>
    /// <returns>Ok; ChannelNotFound, Forbidden, Timeout, NotConnected, Cancelled.</returns>
    public ValueTask<NetworkResult> UnregisterChannelAsync(ChannelId channel, CancellationToken cancellationToken = default) =>
        AskAsync<UnregisterChannel>(id => new UnregisterChannel(id, channel), cancellationToken);

    internal async ValueTask<NetworkResult> AskAsync<T>(Func<uint, T> question, CancellationToken cancellationToken)
        where T : struct, IMessage<T>
    {
        var reply = await ReplyAsync(question, null, cancellationToken).ConfigureAwait(false);
        return reply.IsOk ? NetworkResult.Ok : reply.Error;
    }

    private static NetworkError.MalformedPacket Unreadable(string question) => new($"the server's reply to {question} cannot be read");

    private ClientChannel Named(ChannelId id, string name)
    {
        var channel = Channel(id);
        channel.Name = name;
        return channel;
    }

    internal async ValueTask<NetworkResult<Reply>> ReplyAsync<T>(Func<uint, T> question, Action<Reply>? prepare, CancellationToken cancellationToken)
        where T : struct, IMessage<T>
    {
        var completion = new TaskCompletionSource<NetworkResult<Reply>>(TaskCreationOptions.RunContinuationsAsynchronously);
        NetworkResult queued;
        using (var turn = _driver.Enter())
        {
            queued = turn.Session.Ask(
                question,
                reply =>
                {
                    if (reply.IsOk) prepare?.Invoke(reply.Value);
                    completion.TrySetResult(reply);
                },
                _driver.DeadlineIn(Options.RequestTimeout));
        }

        return queued.IsOk ? await OrCancelledAsync(completion, cancellationToken).ConfigureAwait(false) : queued.Error!;
    }

    private static async ValueTask<NetworkResult<T>> OrCancelledAsync<T>(
        TaskCompletionSource<NetworkResult<T>> completion, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static state => ((TaskCompletionSource<NetworkResult<T>>)state!).TrySetResult(new NetworkError.Cancelled()), completion);
        return await completion.Task.ConfigureAwait(false);
    }
}
