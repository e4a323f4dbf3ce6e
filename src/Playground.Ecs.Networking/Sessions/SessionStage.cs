using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>Links become connections and entities here, say who they are, and end. Loop thread only.</summary>
internal sealed partial class SessionStage(
    NetworkingOptions options,
    World world,
    ConnectionTable connections,
    SendStage sends,
    PayloadSerializer serializer,
    ConnectionCounters counters,
    SendCounters sendCounters,
    BufferPool pool,
    NetworkLog log)
{
    private const int AcceptsPerFrame = 256;
    private const long RefusalWindowTicks = 10 * TimeSpan.TicksPerSecond;

    private readonly Dictionary<string, Entity> _reserved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Connection> _served = new(StringComparer.Ordinal);
    private ulong _peers;

    public PayloadSerializer Serializer => serializer;

    /// <summary>The clock of heartbeats and timeouts; it never moves by more than a frame may.</summary>
    public long Now { get; set; }

    /// <summary>How long ago the last frame began, in ticks; all of it, also when the process stood still.</summary>
    public long FrameTicks { get; set; }

    /// <summary>Wall-clock milliseconds since 1970, for <see cref="ConnectionComponent.LastActivity"/>.</summary>
    public ulong UnixMs { get; set; }

    /// <summary>The control channel: everyone who is served gets its broadcasts. Set before the first frame.</summary>
    public Channel ControlChannel { get; set; } = null!;

    /// <summary>Takes a channel out of the registry when its owner ends. Set before the first frame.</summary>
    public Action<Channel> Unregister { get; set; } = null!;

    /// <summary>Ends the requests of a connection and to it. Set before the first frame.</summary>
    public Action<Connection> EndRequests { get; set; } = null!;

    /// <summary>Runs a call on the loop, from any thread. Set before the first frame.</summary>
    public Action<Action> Post { get; set; } = null!;

    /// <summary>Adds what a link moved to the totals. Set before the first frame.</summary>
    public Action<Connection> CountBytes { get; set; } = null!;

    /// <summary>Turns links whose upgrade is complete into connections.</summary>
    public void AcceptLinks(ITransport transport)
    {
        for (var i = 0; i < AcceptsPerFrame && transport.TryAccept(out var link); i++)
        {
            var outbox = new Outbox(options, pool, sendCounters);
            var trains = new TrainAssembler(options.MaxPacketBytes, pool.Arrays);
            connections.Add(new Connection(link, outbox, trains, Now) { LinkNumber = ++counters.Accepted, Rates = new ConnectionRates(options) });
        }
    }

    // Hello

    public bool IsHello(Connection connection, in PacketHeader header) =>
        header.Channel == ChannelRanges.Control && header.Type == Hello.WireType && !header.IsReliable && !header.HasMoreFragments;

    /// <summary>Takes a Hello: at once, or after the application has said who it is.</summary>
    public void Greet(Connection connection, in PacketHeader header, ArraySegment<byte> payload)
    {
        if (!Hello.TryRead(payload, out var hello) || !Names.IsValid(hello.ClientName))
        {
            Disconnect(connection, DisconnectReason.Malformed, "Hello is malformed");
            return;
        }

        connection.HasSpoken = true;
        if (hello.Version != ProtocolLimits.Version)
        {
            Disconnect(connection, DisconnectReason.UnsupportedVersion, new NetworkError.UnsupportedVersion(hello.Version).Message);
            return;
        }

        connection.ClientName = hello.ClientName;
        connection.Resume = ResumeTokens.Read(hello.ResumeToken.Span, hello.LastReceived);
        if (options.Authenticate is null) Open(connection, options.BindByClientName && _reserved.ContainsKey(hello.ClientName) ? hello.ClientName : null);
        else BeginAuthentication(connection, options.Authenticate, hello);
    }

    /// <summary>Lets a client in that speaks without a Hello, where that is allowed.</summary>
    /// <returns>False when the connection ended.</returns>
    public bool AdmitPlain(Connection connection)
    {
        if (options.Authenticate is not null)
        {
            Disconnect(connection, DisconnectReason.Unauthorized, "this server requires a Hello with a token");
            return false;
        }

        Serve(connection, null, ConnectionPhase.Plain);
        return true;
    }

    private void BeginAuthentication(Connection connection, Authenticate authenticate, in Hello hello)
    {
        connection.Phase = ConnectionPhase.Authenticating;
        connection.Authentication = new CancellationTokenSource(options.HelloTimeout, options.TimeProvider);
        var request = new AuthenticationRequest(hello.ClientName, hello.AuthToken, connection.Link.Upgrade);
        var token = connection.Authentication.Token;
        _ = Task.Run(() => AuthenticateAsync(connection, authenticate, request, token), CancellationToken.None);
    }

    private async Task AuthenticateAsync(
        Connection connection, Authenticate authenticate, AuthenticationRequest request, CancellationToken cancellationToken)
    {
        AuthenticationResult result;
        try
        {
            result = await authenticate(request, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = AuthenticationResult.Refuse("authentication took too long");
        }
        catch (Exception exception)
        {
            // The application's own code: whatever it throws refuses the peer and is told to the operator, not to the peer.
            log.AuthenticationFailed(exception);
            result = AuthenticationResult.Refuse("authentication failed");
        }

        Post(() => EndAuthentication(connection, result));
    }

    private void EndAuthentication(Connection connection, AuthenticationResult result)
    {
        if (connection.Phase != ConnectionPhase.Authenticating) return;
        connection.Authentication?.Dispose();
        connection.Authentication = null;
        connection.Phase = ConnectionPhase.Silent;
        if (result.PeerId is null) Disconnect(connection, DisconnectReason.Unauthorized, result.Reason ?? "refused");
        else Open(connection, result.PeerId);
    }

    // Entities

    /// <summary>Makes the entity of a peer that is expected.</summary>
    public NetworkResult<Entity> Reserve(string peerId)
    {
        if (!Names.IsValid(peerId)) return new NetworkError.InvalidArgument($"a peer id must be 1-{ProtocolLimits.MaxNameBytes} bytes of UTF-8 without control characters");
        if (_served.ContainsKey(peerId) || (_reserved.TryGetValue(peerId, out var reserved) && world.Holds(reserved)))
        {
            return new NetworkError.AlreadyExists($"a connection of peer '{peerId}'");
        }

        var entity = world.Create(new ConnectionComponent { PeerId = peerId }, default(ConnectionHandle));
        _reserved[peerId] = entity;
        return entity;
    }

    /// <summary>Lists the peers that are expected and not there.</summary>
    public void CopyExpected(List<(string PeerId, Entity Entity)> expected)
    {
        foreach (var (peerId, entity) in _reserved)
        {
            if (!_served.ContainsKey(peerId) && world.Holds(entity)) expected.Add((peerId, entity));
        }
    }

    /// <summary>After the last frame: takes the entities of expected peers out of the world.</summary>
    public void RemoveExpected()
    {
        foreach (var entity in _reserved.Values)
        {
            if (world.Holds(entity)) world.Destroy(entity);
        }

        _reserved.Clear();
    }

    private void Serve(Connection connection, string? principal, ConnectionPhase phase)
    {
        connection.Phase = phase;
        connection.PeerId = principal is null ? NextPeerId() : UniquePeerId(principal);
        _served.Add(connection.PeerId, connection);
        connection.LastActivity = UnixMs;
        var component = new ConnectionComponent { PeerId = connection.PeerId, Connected = true, LastActivity = UnixMs };
        if (_reserved.TryGetValue(connection.PeerId, out var entity) && IsWhole(entity))
        {
            world.Set(entity, component);
            world.Set(entity, new ConnectionHandle(connection));
            connection.Entity = entity;
            connection.IsReserved = true;
        }
        else
        {
            connection.Entity = world.Create(component, new ConnectionHandle(connection));
        }

        ControlChannel.Subscribers.Add(connection);
        counters.Active++;
        log.Connected(connection.PeerId, connection.Link.Upgrade.RemoteEndPoint);
    }

    private void Unserve(Connection connection)
    {
        if (connection.IsServed)
        {
            connection.Phase = ConnectionPhase.Silent;
            counters.Active--;
        }

        // Before its channels, whose askers learn that their owner has left.
        EndRequests(connection);
        _served.Remove(connection.PeerId);
        ControlChannel.Subscribers.Remove(connection);
        foreach (var channel in connection.Subscriptions) channel.Subscribers.Remove(connection);
        connection.Subscriptions.Clear();
        while (connection.OwnedChannels.Count > 0) Unregister(connection.OwnedChannels[^1]);
        RemoveEntity(connection);
    }

    private void RemoveEntity(Connection connection)
    {
        if (!connection.IsReserved)
        {
            if (world.Holds(connection.Entity)) world.Destroy(connection.Entity);
        }
        else if (IsWhole(connection.Entity))
        {
            world.Get<ConnectionComponent>(connection.Entity).Connected = false;
            world.Set(connection.Entity, default(ConnectionHandle));
        }
    }

    // The application may have destroyed it, or taken its components away.
    private bool IsWhole(Entity entity) => world.Holds(entity) && world.Has<ConnectionComponent, ConnectionHandle>(entity);

    private string NextPeerId()
    {
        string name;
        do name = $"peer-{++_peers}";
        while (_served.ContainsKey(name) || _reserved.ContainsKey(name));
        return name;
    }

    private string UniquePeerId(string principal)
    {
        var name = principal;
        for (var i = 2; _served.ContainsKey(name); i++) name = $"{principal}#{i}";
        return name;
    }

    /// <summary>Sends a message of the protocol on the control channel.</summary>
    /// <param name="connection">The receiver.</param>
    /// <param name="message">The message.</param>
    /// <param name="priority">Its lane.</param>
    /// <param name="isReliable">Whether it survives the link; of no effect without a session.</param>
    public void SendControl<T>(Connection connection, in T message, Priority priority, bool isReliable = false)
        where T : struct, IMessage<T>
    {
        var flags = isReliable ? PacketFlags.Reliable : PacketFlags.None;
        sends.Direct(connection, new PacketHeader(ChannelRanges.Control, T.WireType, priority, flags), serializer.Write(message));
    }

    // Refusals

    /// <summary>Tells a sender why its packet was refused; one that goes on and on is closed.</summary>
    public void Refuse(Connection connection, in PacketHeader header, ErrorCode error)
    {
        if (CountRefusal(connection, header, error)) TellFailure(connection, header, error);
    }

    /// <summary>Counts a refusal that its sender is told of in another way.</summary>
    /// <returns>False when it was one too many: the connection ended.</returns>
    public bool CountRefusal(Connection connection, in PacketHeader header, ErrorCode error)
    {
        counters.CountRefused(error);
        if (error == ErrorCode.Forbidden) log.Forbidden(connection.PeerId, header.Type, header.Channel);
        if (Now - connection.RefusalsSince > RefusalWindowTicks)
        {
            connection.RefusalsSince = Now;
            connection.Refusals = 0;
        }

        if (++connection.Refusals <= options.RefusalsMax) return true;
        Disconnect(connection, DisconnectReason.PersistentRefusals, $"{connection.Refusals} refused packets, the last one {error}");
        return false;
    }

    /// <summary>Sends an Error about a packet.</summary>
    public void TellFailure(Connection connection, in PacketHeader header, ErrorCode error) =>
        SendControl(connection, new ErrorMessage(error, Refusals.Describe(error, header), header.Channel, header.Type), Priority.Critical);

    /// <summary>The connection behind an entity; null where there is none (any more).</summary>
    public Connection? Find(Entity entity) => sends.Find(entity);
}
