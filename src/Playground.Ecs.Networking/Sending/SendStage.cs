using System.Runtime.InteropServices;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Sending;

/// <summary>
/// Takes what is sent during the frame and, at its end, hands each link its share in one send. Loop thread only.
/// </summary>
/// <remarks>
/// What goes to a channel is written once into a run and, for every link with nothing of its own waiting, sent from there
/// without a copy. A link with packets of its own gets copies, so that lane order and FIFO hold over both.
/// </remarks>
internal sealed partial class SendStage(NetworkingOptions options, World world, BufferPool pool, InboxList inboxes, PayloadSerializer serializer, SendCounters counters)
{
    // More segments than this cost more in gathering than a copy into one.
    private const int SharedRunsMax = 4;

    // What a link gets whose last send took longer than a frame: the kernel takes no more of it at once, and here it would hold a buffer.
    private const int BehindBytes = 60 * 1024;

    private readonly RunLog[] _logs = [new(), new(), new(), new()];
    private readonly MessageWriter _scratch = new();
    private readonly List<Connection> _dirty = [];
    private readonly List<Connection> _holding = [];
    private readonly List<Connection> _slow = [];
    private readonly List<Channel> _staged = [];
    private Link[] _links = [];
    private int _linkCount;

    // Names the hand-over that is being gathered, so that nothing has to be unmarked when it is done.
    private int _handOver = 1;

    // Packets for one connection come in a row more often than not.
    private Connection? _found;

    /// <summary>The transport; set before the first frame.</summary>
    public ITransport Transport { get; set; } = null!;

    /// <summary>True once the system stops: the application sends nothing more.</summary>
    public bool IsOver { get; set; }

    /// <summary>The frame that is being run.</summary>
    public long Frame { get; private set; }

    /// <summary>Connections whose queue was full of what may not be dropped; the caller empties it.</summary>
    public List<Connection> Slow => _slow;

    /// <summary>Begins a frame: takes back the buffers that the transport has written.</summary>
    public void BeginFrame()
    {
        var kept = 0;
        var holding = CollectionsMarshal.AsSpan(_holding);
        foreach (var connection in holding)
        {
            connection.Outbound.Reclaim();
            if (connection.Outbound.HoldsBuffers) holding[kept++] = connection;
            else connection.HoldsBuffers = false;
        }

        _holding.RemoveRange(kept, _holding.Count - kept);
    }

    /// <summary>The channel of the language model's session behind an entity; null where there is none. Set before the first frame.</summary>
    public Func<Entity, Channel?> FindModel { get; set; } = static _ => null;

    /// <summary>Says what stands against a send. Any thread.</summary>
    public NetworkError? Check(Channel channel, ushort type, int length, Priority priority)
    {
        if (IsOver) return new NetworkError.NotConnected("the system is disposed");
        if (!channel.IsRegistered) return new NetworkError.ChannelNotFound(channel.Id);
        if (channel.Id == ChannelRanges.Control && type != (ushort)ControlType.Broadcast)
        {
            return new NetworkError.Forbidden($"type {type} on the control channel; the application sends Broadcast ({(int)ControlType.Broadcast}) only");
        }

        if (PacketTypes.IsReserved(type))
        {
            return new NetworkError.InvalidArgument($"packet type 0x{type:X4} is reserved; 0xFF00 and above are the protocol's own");
        }

        if (priority > Priority.Low) return new NetworkError.InvalidArgument($"priority {(int)priority} is none of Critical, High, Normal, Low");
        return length > options.MaxPacketBytes
            ? new NetworkError.LimitExceeded(nameof(NetworkingOptions.MaxPacketBytes), options.MaxPacketBytes, length)
            : null;
    }

    /// <summary>Sends to a channel's subscribers and its own inbox.</summary>
    public NetworkResult ToChannel(Channel channel, ushort type, ReadOnlySpan<byte> data, Priority priority)
    {
        if (Check(channel, type, data.Length, priority) is { } error) return error;
        channel.PacketsOut++;
        var header = new PacketHeader(channel.Id, type, priority);
        if (channel.Options.Loopback && channel.Owner is null) Stage(channel, header, data);
        ToSubscribers(channel, null, header, data);
        return NetworkResult.Ok;
    }

    /// <summary>Sends to one connection.</summary>
    public NetworkResult ToConnection(Channel channel, Entity entity, ushort type, ReadOnlySpan<byte> data, Priority priority)
    {
        if (Check(channel, type, data.Length, priority) is { } error) return error;
        if (Find(entity) is not { IsServed: true } connection)
        {
            if (FindModel(entity) is not { } model) return new NetworkError.NotConnected($"entity {entity.Id} is no connected peer");
            channel.PacketsOut++;
            var header = new PacketHeader(channel.Id, type, priority);
            Traffic?.Out(string.Empty, header, data.Length, 1);
            Stage(model, header, data);
            return NetworkResult.Ok;
        }

        channel.PacketsOut++;
        return Direct(connection, new PacketHeader(channel.Id, type, priority), data) == QueueStatus.Queued
            ? NetworkResult.Ok
            : new NetworkError.LimitExceeded(nameof(NetworkingOptions.SendQueueBytes), options.SendQueueBytes, connection.Outbox.Bytes + data.Length);
    }

    /// <summary>The connection behind an entity; null where there is none (any more).</summary>
    public Connection? Find(Entity entity)
    {
        if (entity == Entity.Null || !world.Holds(entity)) return null;
        if (_found is { } found && found.Entity == entity && found.Phase != ConnectionPhase.Ended) return found;

        // Not every ECS tells another world's entity from its own.
        return _found = world.TryGet<ConnectionHandle>(entity, out var handle) && handle.Connection?.Entity == entity ? handle.Connection : null;
    }

    /// <summary>Sends to all subscribers but one.</summary>
    public void ToSubscribers(Channel channel, Connection? except, in PacketHeader header, ReadOnlySpan<byte> data)
    {
        if (channel.Subscribers.Count == 0) return;
        if (header.IsReliable)
        {
            ReliableToSubscribers(channel, except, header, data, null);
            return;
        }

        if (Traffic is not null) CountOut(Traffic, channel, except, header, data.Length);
        if (header.Priority == Priority.Critical)
        {
            CriticalToSubscribers(channel, except, header, data);
            return;
        }

        _logs[(int)header.Priority].For(channel, except, PacketWriter.SizeOfTrain(data.Length)).Packets.Write(pool, header, data);
    }

    /// <summary>
    /// Queues a packet for one connection behind what its lane was given before: as it says reliable or not on a session, always
    /// unreliable on a plain connection. A session that has no room for a reliable one ends with the frame.
    /// </summary>
    public QueueStatus Direct(Connection connection, in PacketHeader header, ReadOnlySpan<byte> data)
    {
        if (connection.Phase == ConnectionPhase.Ended) return QueueStatus.Dropped;
        Traffic?.Out(connection.PeerId, header, data.Length, 1);
        return Queue(connection, header, data);
    }

    private QueueStatus Queue(Connection connection, in PacketHeader header, ReadOnlySpan<byte> data)
    {
        if (header.IsReliable)
        {
            if (connection.Session is null) return Queue(connection, header.WithFlags(PacketFlags.None), data);
            var queued = ReliableOrEnd(connection, header, data, null);
            if (header.Priority == Priority.Critical) HandOverAtOnce();
            return queued;
        }

        if (!connection.HasLink)
        {
            CountAway(connection, 1);
            return QueueStatus.Dropped;
        }

        if (header.Priority == Priority.Critical)
        {
            var status = Critical(connection, header, data);
            HandOverAtOnce();
            return status;
        }

        if (_logs[(int)header.Priority].Count > 0) CatchUp(connection, header.Priority);
        return Note(connection, connection.Outbox.Write(header, data));
    }

    /// <summary>Sends a link's first or last message at once, behind everything handed over and past all lanes.</summary>
    public void AtOnce<T>(Connection connection, in T message)
        where T : struct, IMessage<T>
    {
        if (TryAppendPastLanes(connection, message)) HandOver();
    }

    private bool TryAppendPastLanes<T>(Connection connection, in T message)
        where T : struct, IMessage<T>
    {
        if (!connection.Outbound.HasRoom || connection.Outbox.FreeLane() is not { } lane) return false;
        var header = new PacketHeader(ChannelRanges.Control, T.WireType, lane);
        var payload = serializer.Write(message);
        Traffic?.Out(connection.PeerId, header, payload.Length, 1);
        _scratch.Write(pool, header, payload);
        var packets = _scratch.Packets;
        var buffer = _scratch.Finish(out var offset, out var length);
        connection.Outbound.TryAppend(buffer, offset, length);
        Count(connection, packets);
        return true;
    }

    /// <summary>Before a channel loses its subscribers: gives them what was sent to it in this frame.</summary>
    public void CatchUpAll(Channel channel)
    {
        foreach (var connection in channel.Subscribers.Connections)
        {
            if (connection.HasLink) CatchUpAll(connection);
        }
    }

    /// <summary>Gives a connection its copies of what was sent to its channels in this frame.</summary>
    public void CatchUpAll(Connection connection)
    {
        for (var lane = Priority.High; lane <= Priority.Low; lane++) CatchUp(connection, lane);
    }

    /// <summary>Ends the frame: publishes loopbacks, shares out the runs, empties the outboxes, hands over.</summary>
    public void Flush()
    {
        PublishLoopbacks();
        SendAcks();
        if (!TryShareOutTogether()) ShareOutByLane();
        foreach (var log in _logs) log.Clear();
        FlushOutboxes();
        HandOver();

        // Here and not at the next frame's start: what is sent between two frames belongs to the second one.
        Frame++;
    }

    /// <summary>Marks a link that bytes were appended to, so that the next hand-over includes it.</summary>
    public void HandOver(Connection connection)
    {
        if (!connection.HoldsBuffers)
        {
            connection.HoldsBuffers = true;
            _holding.Add(connection);
        }

        if (connection.HandedOverIn == _handOver) return;
        connection.HandedOverIn = _handOver;
        if (_linkCount == _links.Length) Array.Resize(ref _links, Math.Max(16, _linkCount * 2));
        _links[_linkCount++] = connection.Link;
    }

    /// <summary>Appends a WebSocket ping, which every client answers by itself.</summary>
    public void PingWebSocket(Connection connection)
    {
        var buffer = pool.Rent(FrameHeader.ServerMax);
        var length = FrameHeader.WriteServer(buffer.Bytes, Opcode.Ping, 0);
        if (connection.Outbound.TryAppend(buffer, 0, length)) HandOver(connection);
        else buffer.Release();
    }

    /// <summary>Forgets a connection's link, which is over: what was unreliable on it is dropped.</summary>
    public void ForgetLink(Connection connection)
    {
        connection.Outbox.ClearUnreliable();
        if (connection.IsDirty) _dirty.Remove(connection);
        if (connection.HoldsBuffers) _holding.Remove(connection);
        if (connection.OwesAck) _acks.Remove(connection);
        connection.IsDirty = connection.HoldsBuffers = connection.OwesAck = false;
        if (connection.IsSlow && !connection.IsOverwhelmed) ForgetSlow(connection);
        if (_found == connection) _found = null;
    }

    /// <summary>Forgets a connection that ended.</summary>
    public void Forget(Connection connection)
    {
        connection.Outbox.End(connection);
        if (connection.IsSlow) ForgetSlow(connection);
        if (_found == connection) _found = null;
    }

    /// <summary>True when nothing that could be written waits for any link, neither here nor in the transport.</summary>
    public bool IsDrained()
    {
        foreach (var connection in _dirty)
        {
            if (connection.Outbox.HasWritable(connection.Session)) return false;
        }

        foreach (var connection in _holding)
        {
            if (!connection.Outbound.IsDrained) return false;
        }

        return true;
    }

    private void ForgetSlow(Connection connection)
    {
        _slow.Remove(connection);
        connection.IsSlow = false;
    }

    private void Stage(Channel channel, in PacketHeader header, ReadOnlySpan<byte> data)
    {
        if (_staged.Count == 0 || _staged[^1] != channel) _staged.Add(channel);
        channel.Inbox.Stage(new ReceivedPacket(default, Entity.Null, header.Channel, header.Type, header.Priority, header.IsReliable), data);
    }

    private void PublishLoopbacks()
    {
        foreach (var channel in _staged)
        {
            channel.Inbox.PublishStaged();
            inboxes.List(channel.Inbox);
        }

        _staged.Clear();
    }

    // Critical packets leave at once

    private void CriticalToSubscribers(Channel channel, Connection? except, in PacketHeader header, ReadOnlySpan<byte> data)
    {
        foreach (var connection in channel.Subscribers.Connections)
        {
            if (connection == except) continue;
            if (connection.HasLink) Critical(connection, header, data);
            else CountAway(connection, 1);
        }

        HandOverAtOnce();
    }

    private QueueStatus Critical(Connection connection, in PacketHeader header, ReadOnlySpan<byte> data)
    {
        if (!connection.Outbox.IsLaneEmpty(Priority.Critical)
            || !MaySendAtOnce(connection, data.Length)
            || !connection.Outbox.MayPass(data.Length, connection.Session))
        {
            return Note(connection, connection.Outbox.Write(header, data));
        }

        _scratch.Write(pool, header, data);
        AppendAtOnce(connection);
        return QueueStatus.Queued;
    }

    private bool MaySendAtOnce(Connection connection, int bytes)
    {
        connection.EnterFrame(Frame);
        var outbound = connection.Outbound;
        return connection.CriticalSends < options.CriticalSendsPerFrameMax
            && outbound.PendingBytes + bytes <= options.SendBudgetBytes
            && outbound.HasRoom;
    }

    private void AppendAtOnce(Connection connection)
    {
        var packets = _scratch.Packets;
        var buffer = _scratch.Finish(out var offset, out var length);
        connection.Outbound.TryAppend(buffer, offset, length);
        connection.CriticalSends++;
        Count(connection, packets);
    }

    // Before the frame ends only Critical packets and links with the transport's own answers are in the list.
    private void HandOverAtOnce()
    {
        if (_linkCount > 0) HandOver();
    }

    // A link whose previous send is unfinished gets nothing new: its lanes wait.
    private static bool MaySend(Connection connection) =>
        connection.SharedRuns > 0 || connection.Outbound.IsWritten(connection.SendMark);

    private void FlushOutboxes()
    {
        var kept = 0;
        var dirty = CollectionsMarshal.AsSpan(_dirty);
        foreach (var connection in dirty)
        {
            connection.EnterFrame(Frame);
            if (MaySend(connection)) FlushOutbox(connection);
            else connection.IsBehind = true;
            connection.IsDirty = connection.HasWaiting;
            if (connection.IsDirty) dirty[kept++] = connection;
        }

        _dirty.RemoveRange(kept, _dirty.Count - kept);
    }

    private void FlushOutbox(Connection connection)
    {
        var budget = options.SendBudgetBytes - connection.SharedBytes;
        if (!connection.HasWaiting || !connection.Outbound.HasRoom) return;
        if (budget < MessageWriter.MessageBytesMax)
        {
            counters.NoteAtBudget(connection);
            return;
        }

        if (connection.IsBehind) budget = Math.Min(budget, BehindBytes);
        connection.IsBehind = false;
        var buffer = connection.Outbox.Flush(_scratch, connection.Session, budget, out var offset, out var length, out var packets);
        if (buffer is null) return;
        connection.Outbound.TryAppend(buffer, offset, length);
        connection.SendMark = connection.Outbound.Mark;
        Count(connection, packets);
        counters.NoteSend(connection.SharedBytes + length);
        if (!connection.Outbox.IsEmpty && connection.Outbox.HasWritable(connection.Session)) counters.NoteAtBudget(connection);
    }

    private QueueStatus Note(Connection connection, QueueStatus status)
    {
        if (!connection.IsDirty && connection.HasLink && connection.HasWaiting)
        {
            connection.IsDirty = true;
            _dirty.Add(connection);
        }

        if (status == QueueStatus.Full && !connection.IsSlow)
        {
            connection.IsSlow = true;
            _slow.Add(connection);
        }

        return status;
    }

    private void HandOver()
    {
        counters.Sends += _linkCount;
        var links = _links.AsSpan(0, _linkCount);
        _linkCount = 0;
        _handOver++;
        Transport.Flush(links);
        links.Clear();
    }
}
