using System.Diagnostics.CodeAnalysis;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking;

// The public operations.
public sealed partial class NetworkingSystem
{
    // Channels

    /// <summary>Registers a plugin's channel and gives it a free id of its range. Loop thread, or before the first frame.</summary>
    /// <returns>The channel; InvalidArgument or AlreadyExists for the name, LimitExceeded when the range is used up.</returns>
    /// <exception cref="InvalidOperationException">Called by another thread.</exception>
    public NetworkResult<Channel> RegisterPlugin(string name, PluginOptions? options = null)
    {
        DemandLoop();
        lock (_gate.Lock) return Handled(_directory.RegisterPlugin(name, options ?? PluginOptions.Default));
    }

    /// <summary>Registers a system's channel under its id. Loop thread, or before the first frame.</summary>
    /// <returns>The channel; Forbidden for an id outside 1-999, AlreadyExists or InvalidArgument for name or id.</returns>
    /// <exception cref="InvalidOperationException">Called by another thread.</exception>
    public NetworkResult<Channel> RegisterSystem(string name, ChannelId channel, PluginOptions? options = null)
    {
        DemandLoop();
        lock (_gate.Lock) return Handled(_directory.RegisterSystem(name, channel, options ?? PluginOptions.Default));
    }

    /// <summary>The channel of a name. Loop thread, or before the first frame.</summary>
    /// <exception cref="InvalidOperationException">Called by another thread.</exception>
    public NetworkResult<Channel> FindChannel(string name)
    {
        DemandLoop();
        return _channels.TryFind(name, out var channel) ? channel : new NetworkError.ChannelNotFound(default) { Name = name };
    }

    /// <summary>The channel of an id; 0 is the control channel, whose inbox holds clients' broadcasts. Loop thread, or before the first frame.</summary>
    /// <exception cref="InvalidOperationException">Called by another thread.</exception>
    public NetworkResult<Channel> FindChannel(ChannelId channelId)
    {
        DemandLoop();
        return _channels.Find(channelId) is { } channel ? channel : new NetworkError.ChannelNotFound(channelId);
    }

    /// <summary>Registers a plugin's channel and gives it a free id of its range. Any thread.</summary>
    /// <returns>The id; InvalidArgument or AlreadyExists for the name, LimitExceeded when the range is used up.</returns>
    public ValueTask<NetworkResult<ChannelId>> RegisterPluginAsync(
        string name, PluginOptions? options = null, CancellationToken cancellationToken = default) =>
        Call(() => IdOf(RegisterPlugin(name, options)), cancellationToken);

    /// <summary>Registers a system's channel under its id. Any thread.</summary>
    /// <returns>The id; Forbidden for an id outside 1-999, AlreadyExists or InvalidArgument for name or id.</returns>
    public ValueTask<NetworkResult<ChannelId>> RegisterSystemAsync(
        string name, ChannelId channel, PluginOptions? options = null, CancellationToken cancellationToken = default) =>
        Call(() => IdOf(RegisterSystem(name, channel, options)), cancellationToken);

    /// <summary>Takes a channel away: its subscribers are unsubscribed, what waits is dropped. Any thread.</summary>
    /// <returns>Ok; ChannelNotFound, or Forbidden for the control channel.</returns>
    public ValueTask<NetworkResult> UnregisterAsync(ChannelId channel, CancellationToken cancellationToken = default) =>
        CallWithoutValue(() => _directory.Unregister(channel), cancellationToken);

    /// <summary>The id of a name. Any thread.</summary>
    /// <returns>The id; ChannelNotFound.</returns>
    public ValueTask<NetworkResult<ChannelId>> FindChannelAsync(string name, CancellationToken cancellationToken = default) =>
        Call(() => IdOf(FindChannel(name)), cancellationToken);

    /// <summary>All channels but the control channel, by id. Any thread.</summary>
    public ValueTask<NetworkResult<IReadOnlyList<ChannelListing>>> ListChannelsAsync(CancellationToken cancellationToken = default) =>
        Call(() => Ok<IReadOnlyList<ChannelListing>>(_directory.List()), cancellationToken);

    // Sending

    /// <summary>Sends to a channel's subscribers and its own inbox. Any thread; completes when the packet is queued.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="packetType">The channel's own message number, below 0xFF00.</param>
    /// <param name="data">The payload; copied before the call returns.</param>
    /// <param name="priority">Its lane.</param>
    /// <returns>Ok; ChannelNotFound, InvalidArgument, Forbidden, LimitExceeded or NotConnected.</returns>
    public ValueTask<NetworkResult> SendPacketAsync(
        ChannelId channel, ushort packetType, ReadOnlyMemory<byte> data, Priority priority = Priority.Normal) =>
        new(Send(channel, Entity.Null, packetType, data.Span, priority));

    /// <inheritdoc cref="SendPacketAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority)"/>
    public ValueTask<NetworkResult> SendPacketAsync(
        ChannelId channel, ushort packetType, byte[] data, Priority priority = Priority.Normal) =>
        new(Send(channel, Entity.Null, packetType, data, priority));

    /// <summary>Sends <paramref name="value"/> as MessagePack; see <see cref="SendPacketAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority)"/>.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult> SendPacketAsync<T>(
        ChannelId channel, ushort packetType, T value, Priority priority = Priority.Normal) =>
        new(Send(channel, Entity.Null, packetType, PayloadSerializer.ToBytes(value).Span, priority));

    /// <summary>Sends to one connection. Any thread; completes when the packet is queued.</summary>
    /// <param name="connection">The connection's entity.</param>
    /// <param name="channel">The channel that the packet is said to be from.</param>
    /// <param name="packetType">The channel's own message number, below 0xFF00.</param>
    /// <param name="data">The payload; copied before the call returns.</param>
    /// <param name="priority">Its lane.</param>
    /// <returns>Ok; ChannelNotFound, InvalidArgument or LimitExceeded; on the loop's thread also NotConnected.</returns>
    public ValueTask<NetworkResult> SendToAsync(
        Entity connection, ChannelId channel, ushort packetType, ReadOnlyMemory<byte> data, Priority priority = Priority.Normal) =>
        new(SendTo(connection, channel, packetType, data.Span, priority));

    /// <inheritdoc cref="SendToAsync(Entity, ChannelId, ushort, ReadOnlyMemory{byte}, Priority)"/>
    public ValueTask<NetworkResult> SendToAsync(
        Entity connection, ChannelId channel, ushort packetType, byte[] data, Priority priority = Priority.Normal) =>
        new(SendTo(connection, channel, packetType, data, priority));

    /// <summary>Sends <paramref name="value"/> as MessagePack; see <see cref="SendToAsync(Entity, ChannelId, ushort, ReadOnlyMemory{byte}, Priority)"/>.</summary>
    /// <exception cref="T:MessagePack.MessagePackSerializationException"><typeparamref name="T"/> cannot be serialized.</exception>
    [RequiresDynamicCode(PayloadSerializer.NeedsDynamicCode)]
    [RequiresUnreferencedCode(PayloadSerializer.NeedsUnreferencedCode)]
    public ValueTask<NetworkResult> SendToAsync<T>(
        Entity connection, ChannelId channel, ushort packetType, T value, Priority priority = Priority.Normal) =>
        new(SendTo(connection, channel, packetType, PayloadSerializer.ToBytes(value).Span, priority));

    /// <summary>Sends to every connection, over the control channel. Any thread; completes when queued.</summary>
    /// <returns>Ok; LimitExceeded or NotConnected.</returns>
    public ValueTask<NetworkResult> BroadcastAsync(ReadOnlyMemory<byte> data, Priority priority = Priority.Normal) =>
        new(Send(ChannelRanges.Control, Entity.Null, (ushort)ControlType.Broadcast, data.Span, priority));

    // Receiving

    /// <summary>Takes copies of the packets that wait on a channel; each packet goes to one caller. Any thread.</summary>
    /// <returns>The packets, oldest first, perhaps none; ChannelNotFound.</returns>
    public ValueTask<NetworkResult<IReadOnlyList<ReceivedPacket>>> ReceivePacketsAsync(
        ChannelId channel, CancellationToken cancellationToken = default) =>
        Call(() => Copies(FindChannel(channel)), cancellationToken);

    // Connections and statistics

    /// <summary>
    /// Asks <see cref="NetworkingOptions.Authorize"/> again about all subscriptions and clients' channels, and takes away what it allows no
    /// longer; each peer is told by an Error Forbidden. Packets are asked about one by one anyway. Any thread.
    /// </summary>
    public ValueTask<NetworkResult> ReviewPermissionsAsync(CancellationToken cancellationToken = default) =>
        CallWithoutValue(
            () =>
            {
                _sessions.Review();
                return NetworkResult.Ok;
            },
            cancellationToken);

    /// <summary>
    /// Makes the entity of a peer that is expected: Connected = false until a peer that authenticates as
    /// <paramref name="peerId"/> (or with BindByClientName says so in its Hello) is bound to it. Any thread; inside a frame it
    /// completes at the frame's end.
    /// </summary>
    /// <returns>The entity; AlreadyExists, or InvalidArgument for the id.</returns>
    public ValueTask<NetworkResult<Entity>> CreateConnectionAsync(string peerId, CancellationToken cancellationToken = default)
    {
        lock (_gate.Lock)
        {
            if (_gate.IsHere && _isInFrame) return new(ReserveLater(peerId));
        }

        return Call(() => _sessions.Reserve(peerId), cancellationToken);
    }

    /// <summary>All connections, those that are only expected included. Any thread.</summary>
    public ValueTask<NetworkResult<IReadOnlyList<ConnectionSnapshot>>> QueryConnectionsAsync(CancellationToken cancellationToken = default) =>
        Call(() => Ok(_stats.Connections()), cancellationToken);

    /// <summary>Totals since the start. Any thread.</summary>
    public ValueTask<NetworkResult<NetworkStats>> GetStatsAsync(CancellationToken cancellationToken = default) =>
        Call(() => Ok(_stats.Read(Sends.Frame)), cancellationToken);

    private static NetworkResult<T> Ok<T>(T value) => NetworkResult<T>.From(value);

    private static NetworkResult<ChannelId> IdOf(NetworkResult<Channel> result) => result.IsOk ? result.Value.Id : result.Error;

    private static NetworkResult<IReadOnlyList<ReceivedPacket>> Copies(NetworkResult<Channel> channel)
    {
        if (!channel.IsOk) return channel.Error;
        var waiting = channel.Value.Inbox.Take();
        var copies = new ReceivedPacket[waiting.Length];
        for (var i = 0; i < copies.Length; i++) copies[i] = waiting[i].WithData(waiting[i].Data.ToArray());
        return copies;
    }

    private NetworkResult<Channel> Handled(NetworkResult<Channel> registered)
    {
        if (registered.IsOk) _handlers.Add(registered.Value);
        return registered;
    }

    // To nobody is an error here, while the internal send takes it for the channel's subscribers.
    private NetworkResult SendTo(Entity connection, ChannelId channel, ushort packetType, ReadOnlySpan<byte> data, Priority priority) =>
        connection == Entity.Null
            ? new NetworkError.NotConnected("the null entity is no peer")
            : Send(channel, connection, packetType, data, priority);

    private Task<NetworkResult<Entity>> ReserveLater(string peerId)
    {
        var completion = new TaskCompletionSource<NetworkResult<Entity>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Restructure(() => completion.SetResult(_sessions.Reserve(peerId)));
        return completion.Task;
    }
}
