using System.Collections.Concurrent;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>
/// The sessions of language models: each is an entity like any peer, with a channel of its own, and what is sent to either waits for the
/// model's next result. Loop thread only, but for <see cref="Find(LlmIdentity)"/>.
/// </summary>
internal sealed class LlmSessions(
    NetworkingOptions options, World world, ChannelRegistry channels, ChannelDirectory directory, SessionStage sessions, ConnectionCounters connections, ToolCounters counters)
{
    // What waits for a model's next result, in bytes of payload: it has to fit beside a result.
    private const int MessageBytesMax = 64 * 1024;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly McpOptions _limits = options.Mcp ?? new McpOptions();
    private readonly ConcurrentDictionary<LlmIdentity, LlmSession> _byIdentity = new();
    private readonly Dictionary<ChannelId, LlmSession> _byChannel = [];
    private readonly List<LlmSession> _dirty = [];
    private readonly List<LlmSession> _idle = [];
    private long _sweptAt;
    private uint _generations;
    private bool _isOver;

    /// <summary>How many there are.</summary>
    public int Count => _byChannel.Count;

    /// <summary>All of them, in no particular order.</summary>
    public Dictionary<ChannelId, LlmSession>.ValueCollection All => _byChannel.Values;

    /// <summary>Ends the calls of a session. Set before the first frame.</summary>
    public Action<LlmSession> EndCalls { get; set; } = null!;

    /// <summary>Puts a channel's handler to work. Set before the first frame.</summary>
    public Action<Channel> AddHandler { get; set; } = null!;

    /// <summary>The session of an identity; null where it has none (any more). Any thread.</summary>
    public LlmSession? Find(LlmIdentity identity) => _byIdentity.TryGetValue(identity, out var session) && !session.IsOver ? session : null;

    /// <summary>The session behind an entity; null where there is none.</summary>
    public LlmSession? Find(Entity entity) =>
        entity != Entity.Null && world.IsAlive(entity) && world.TryGet<LlmSessionComponent>(entity, out var component)
        && _byChannel.TryGetValue(component.ChannelId, out var session) && session.Entity == entity
            ? session
            : null;

    /// <summary>Finds an identity's session, or makes it: its channel and its entity. Not inside a frame.</summary>
    /// <returns>The session; LimitExceeded when all channels are taken, NotConnected when the system has stopped.</returns>
    public NetworkResult<LlmSession> Open(LlmIdentity identity)
    {
        if (_isOver) return new NetworkError.NotConnected("the system is disposed");
        if (Find(identity) is { } found) return found;
        if (_byChannel.Count >= _limits.SessionsMax)
        {
            counters.SessionsRefused++;
            return new NetworkError.LimitExceeded(nameof(McpOptions.SessionsMax), _limits.SessionsMax, _byChannel.Count + 1);
        }

        var channel = directory.AddModel(new PluginOptions { RequireSubscription = true, Handler = Deliver });
        if (!channel.IsOk) return channel.Error;
        AddHandler(channel.Value);
        var session = new LlmSession(identity, channel.Value, ++_generations, _limits, options.TimeProvider)
        {
            PeerId = identity.Principal is null ? channel.Value.Name : $"{identity.Principal}/{channel.Value.Name}",
            LastActivity = sessions.UnixMs,
        };
        session.Entity = world.Create(Connection(session), Component(session), default(ConnectionHandle));
        _byIdentity[identity] = session;
        _byChannel.Add(session.Channel, session);
        counters.Sessions = _byChannel.Count;
        connections.Active++;
        return session;
    }

    /// <summary>Ends a session; again: nothing. Not inside a frame.</summary>
    public void Close(LlmSession session)
    {
        if (session.IsOver) return;
        session.IsOver = true;
        _byIdentity.TryRemove(KeyValuePair.Create(session.Identity, session));
        _byChannel.Remove(session.Channel);
        _dirty.Remove(session);
        counters.Sessions = _byChannel.Count;
        connections.Active--;
        EndCalls(session);
        if (session.Inbox.IsRegistered) directory.Remove(session.Inbox);
        if (world.IsAlive(session.Entity)) world.Destroy(session.Entity);
    }

    /// <summary>Ends all sessions: the system has stopped.</summary>
    public void CloseAll()
    {
        _isOver = true;
        foreach (var session in _byChannel.Values.ToArray()) Close(session);
    }

    /// <summary>Between frames: ends the sessions that nobody uses.</summary>
    public void Sweep()
    {
        if (_byChannel.Count == 0) return;
        var now = options.TimeProvider.GetTimestamp();
        if (options.TimeProvider.GetElapsedTime(_sweptAt, now) < SweepInterval) return;
        _sweptAt = now;
        foreach (var session in _byChannel.Values)
        {
            if (session.Idle >= _limits.IdleTimeout) _idle.Add(session);
        }

        foreach (var session in _idle)
        {
            counters.SessionsIdle++;
            Close(session);
        }

        _idle.Clear();
    }

    /// <summary>In Update: brings the sessions' components up to date.</summary>
    public void Run()
    {
        foreach (var session in _dirty)
        {
            session.IsDirty = false;
            if (!world.IsAlive(session.Entity) || !world.Has<ConnectionComponent, LlmSessionComponent>(session.Entity)) continue;
            world.Set(session.Entity, Connection(session));
            world.Set(session.Entity, Component(session));
        }

        _dirty.Clear();
    }

    /// <summary>A session's call is on its way.</summary>
    public void NoteCall(LlmSession session, PendingToolCall call)
    {
        session.Calls.Add(call);
        session.CallCount++;
        session.LastTool = call.Tool;
        session.LastActivity = sessions.UnixMs;
        connections.PacketsReceived++;
        Note(session);
    }

    /// <summary>A session gets a result: what waited for that.</summary>
    public IReadOnlyList<LlmMessage> TakeMessages(LlmSession session)
    {
        session.PacketsSent += (ulong)session.Messages.Count + 1;
        Note(session);
        if (session.Messages.Count == 0) return [];
        var messages = session.Messages.ToArray();
        session.Messages.Clear();
        session.MessageBytes = 0;
        return messages;
    }

    private void Note(LlmSession session)
    {
        if (session.IsDirty || session.IsOver) return;
        session.IsDirty = true;
        _dirty.Add(session);
    }

    // The handler of all sessions' channels.
    private void Deliver(Channel channel, in ReceivedPacket packet)
    {
        if (!_byChannel.TryGetValue(channel.Id, out var session)) return;
        var isOwn = packet.ChannelId == channel.Id;
        session.Messages.Enqueue(new LlmMessage(
            packet.ChannelId, isOwn ? null : channels.Find(packet.ChannelId)?.Name, packet.PacketType, packet.Data.ToArray()));
        session.MessageBytes += packet.Data.Length;
        while (session.Messages.Count > _limits.MessagesPendingMax || (session.MessageBytes > MessageBytesMax && session.Messages.Count > 1))
        {
            session.MessageBytes -= session.Messages.Dequeue().Data.Length;
            counters.MessagesDropped++;
        }
    }

    private static ConnectionComponent Connection(LlmSession session) => new()
    {
        PeerId = session.PeerId,
        Connected = true,
        PacketsSent = session.PacketsSent,
        PacketsReceived = session.CallCount,
        LastActivity = session.LastActivity,
    };

    private static LlmSessionComponent Component(LlmSession session) => new()
    {
        ChannelId = session.Channel,
        ClientName = session.Identity.ClientName,
        ClientVersion = session.Identity.ClientVersion,
        Calls = session.CallCount,
        LastTool = session.LastTool,
    };
}
