using System.Collections.Immutable;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

/// <summary>
/// A channel as a <see cref="NetworkClient"/> sees it: send, subscribe, receive, ask and answer. There is one for each id, and it stays of use
/// over all links and sessions of its client; its subscription belongs to the session. Any thread.
/// </summary>
public sealed partial class ClientChannel
{
    private readonly NetworkClient _client;
    private ImmutableArray<PacketStream> _streams = [];
    private ClientRequestHandler? _onRequest;
    private Action<ClientPacket>? _received;
    private bool _wasUnheard;

    internal ClientChannel(NetworkClient client, ChannelId id)
    {
        _client = client;
        Id = id;
    }

    /// <summary>The channel's address.</summary>
    public ChannelId Id { get; }

    /// <summary>Its name, where this client has asked for it by name, registered it or listed it; null otherwise.</summary>
    public string? Name { get; internal set; }

    /// <summary>
    /// Called with each packet of this channel, in the order of arrival, on a thread of the pool. What it keeps busy, everything of this client
    /// waits for. An exception is reported by <see cref="NetworkClient.UnhandledException"/>.
    /// </summary>
    /// <remarks>Add it before you subscribe: packets that nobody listens to are dropped and counted.</remarks>
    public event Action<ClientPacket>? Received
    {
        add => Change(ref _received, value, static (all, one) => (Action<ClientPacket>?)Delegate.Combine(all, one));
        remove => Change(ref _received, value, static (all, one) => (Action<ClientPacket>?)Delegate.Remove(all, one));
    }

    internal ClientRequestHandler? RequestHandler => Volatile.Read(ref _onRequest);

    internal Action<ClientPacket>? Listeners => Volatile.Read(ref _received);

    internal ImmutableArray<PacketStream> Streams => _streams;

    /// <summary>Asks for the packets of this channel. Again after <see cref="ClientState.SessionLost"/>.</summary>
    /// <returns>Ok; ChannelNotFound, Forbidden, LimitExceeded, Timeout, NotConnected, Cancelled.</returns>
    public ValueTask<NetworkResult> SubscribeAsync(CancellationToken cancellationToken = default) =>
        _client.AskAsync<Subscribe>(id => new Subscribe(id, Id), cancellationToken);

    /// <summary>Ends the subscription.</summary>
    /// <returns>Ok; ChannelNotFound, NotSubscribed, Timeout, NotConnected, Cancelled.</returns>
    public ValueTask<NetworkResult> UnsubscribeAsync(CancellationToken cancellationToken = default) =>
        _client.AskAsync<Unsubscribe>(id => new Unsubscribe(id, Id), cancellationToken);

    /// <inheritdoc cref="NetworkClient.SendPacketAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority)"/>
    public ValueTask<NetworkResult> SendAsync(ushort packetType, ReadOnlyMemory<byte> data, Priority priority = Priority.Normal) =>
        _client.SendPacketAsync(Id, packetType, data, priority);

    /// <inheritdoc cref="NetworkClient.SendPacketAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority)"/>
    public ValueTask<NetworkResult> SendAsync(ushort packetType, byte[] data, Priority priority = Priority.Normal) =>
        _client.SendPacketAsync(Id, packetType, data, priority);

    /// <inheritdoc cref="NetworkClient.SendReliableAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>
    public ValueTask<NetworkResult> SendReliableAsync(
        ushort packetType,
        ReadOnlyMemory<byte> data,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        _client.SendReliableAsync(Id, packetType, data, priority, timeout, cancellationToken);

    /// <inheritdoc cref="NetworkClient.SendReliableAsync(ChannelId, ushort, ReadOnlyMemory{byte}, Priority, TimeSpan?, CancellationToken)"/>
    public ValueTask<NetworkResult> SendReliableAsync(
        ushort packetType,
        byte[] data,
        Priority priority = Priority.Normal,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        _client.SendReliableAsync(Id, packetType, data, priority, timeout, cancellationToken);

    /// <inheritdoc cref="NetworkClient.RequestAsync(ChannelId, ushort, ReadOnlyMemory{byte}, TimeSpan?, Priority, CancellationToken)"/>
    public ValueTask<NetworkResult<ReadOnlyMemory<byte>>> RequestAsync(
        ushort type,
        ReadOnlyMemory<byte> body,
        TimeSpan? timeout = null,
        Priority priority = Priority.High,
        CancellationToken cancellationToken = default) =>
        _client.RequestAsync(Id, type, body, timeout, priority, cancellationToken);

    /// <summary>
    /// Says who answers the requests that arrive on this channel, in place of whoever did; null: nobody, and they are answered with HandlerFailed.
    /// </summary>
    public void OnRequest(ClientRequestHandler? handler) => Volatile.Write(ref _onRequest, handler);

    /// <summary>
    /// The packets that arrive from this call on, for one reader. Bounded by <see cref="ClientOptions.InboxPackets"/> and
    /// <see cref="ClientOptions.InboxBytes"/>: a reader that is too slow misses the oldest unreliable ones, while reliable ones wait and in the
    /// end hold up the link.
    /// </summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>A stream to be read once; it ends when the client is closed. Read it or cancel it: it is filled meanwhile.</returns>
    public IAsyncEnumerable<ClientPacket> ReadAllAsync(CancellationToken cancellationToken = default)
    {
        var stream = new PacketStream(_client.Options, Leave, cancellationToken);
        ImmutableInterlocked.Update(ref _streams, static (streams, added) => streams.Add(added), stream);
        stream.LeaveWhenCancelled();
        if (_client.IsOver) stream.End();
        return stream;
    }

    /// <summary>The channel's name, or its number.</summary>
    public override string ToString() => Name is null ? Id.ToString() : $"{Name} ({Id})";

    internal async ValueTask HandAsync(ClientEvent e, CancellationToken stopping)
    {
        var listeners = Listeners;
        var streams = _streams;
        if (listeners is not null) _client.Notify(listeners, new ClientPacket(e), nameof(Received));
        foreach (var stream in streams) await stream.AddAsync(e, stopping).ConfigureAwait(false);
        if (listeners is null && streams.IsEmpty) _client.CountUnheard(Id, ref _wasUnheard);
    }

    internal void End()
    {
        foreach (var stream in _streams) stream.End();
    }

    private static void Change<T>(ref T? field, T? value, Func<T?, T?, T?> change)
        where T : class
    {
        var before = Volatile.Read(ref field);
        while (true)
        {
            var seen = Interlocked.CompareExchange(ref field, change(before, value), before);
            if (ReferenceEquals(seen, before)) return;
            before = seen;
        }
    }

    private void Leave(PacketStream stream)
    {
        ImmutableInterlocked.Update(ref _streams, static (streams, gone) => streams.Remove(gone), stream);
        _client.CountNotRead(stream.Dropped);
    }
}
