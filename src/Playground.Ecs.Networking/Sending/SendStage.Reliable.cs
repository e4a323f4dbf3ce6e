using System.Runtime.InteropServices;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Loop;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Sending;

/// <content>Reliable packets, their acknowledgements, and who waits for them (PROTOCOL.md, section 8).</content>
internal sealed partial class SendStage
{
    private readonly List<Connection> _acks = [];
    private readonly Deadlines<Delivery> _deadlines = new(static delivery => delivery.Task.IsCompleted);

    /// <summary>Sends whose deadline is watched, some of them done.</summary>
    public int DeadlineCount => _deadlines.Count;

    /// <summary>Sends to a channel's sessions, reliably; to plain subscribers and its own inbox as well as it can be.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="type">The channel's own message number.</param>
    /// <param name="data">The payload.</param>
    /// <param name="priority">Its lane.</param>
    /// <param name="delivery">Who waits for the acknowledgements; null: nobody.</param>
    public NetworkResult ReliableToChannel(Channel channel, ushort type, ReadOnlySpan<byte> data, Priority priority, Delivery? delivery)
    {
        if (Check(channel, type, data.Length, priority) is { } error) return error;
        var header = new PacketHeader(channel.Id, type, priority, PacketFlags.Reliable);
        if (channel.Options.Loopback && channel.Owner is null && TryLoopback(channel, header, data) is { } full) return full;
        channel.PacketsOut++;
        ReliableToSubscribers(channel, null, header, data, delivery);
        return NetworkResult.Ok;
    }

    /// <summary>Sends to one session, reliably.</summary>
    public NetworkResult ReliableToConnection(
        Channel channel, Entity entity, ushort type, ReadOnlySpan<byte> data, Priority priority, Delivery? delivery)
    {
        if (Check(channel, type, data.Length, priority) is { } error) return error;
        if (Find(entity) is not { } connection) return new NetworkError.NotConnected($"entity {entity.Id} is no peer");
        if (connection.Session is null)
        {
            return new NetworkError.NotConnected($"{connection.PeerId} has no session, since it said no Hello; it takes unreliable packets only");
        }

        var header = new PacketHeader(channel.Id, type, priority, PacketFlags.Reliable);
        Traffic?.Out(connection.PeerId, header, data.Length, 1);
        if (Reliable(connection, header, data, delivery) == QueueStatus.Full)
        {
            return new NetworkError.LimitExceeded(
                nameof(NetworkingOptions.SendQueueBytes), options.SendQueueBytes, connection.Outbox.Bytes + data.Length);
        }

        if (priority == Priority.Critical) HandOverAtOnce();
        channel.PacketsOut++;
        return NetworkResult.Ok;
    }

    /// <summary>Stages a reliable packet for its channel's own inbox.</summary>
    /// <returns>Null when it is staged.</returns>
    public NetworkError.LimitExceeded? TryLoopback(Channel channel, in PacketHeader header, ReadOnlySpan<byte> data)
    {
        if (!channel.Inbox.AcceptsReliable(data.Length)) return InboxFull(channel);
        Stage(channel, header, data);
        return null;
    }

    /// <summary>
    /// Queues a question for one connection, reliably where it has a session. A session without room for it misses nothing that it was
    /// promised, and goes on.
    /// </summary>
    /// <returns>False when it has no room.</returns>
    public bool TryAsk(Connection connection, in PacketHeader header, ReadOnlySpan<byte> data)
    {
        if (connection.Session is null) return Direct(connection, header, data) == QueueStatus.Queued;
        Traffic?.Out(connection.PeerId, header, data.Length, 1);
        var isQueued = Reliable(connection, header, data, null) == QueueStatus.Queued;
        if (header.Priority == Priority.Critical) HandOverAtOnce();
        return isQueued;
    }

    /// <summary>A connection accepted a reliable packet: it is told at the end of the frame.</summary>
    public void OweAck(Connection connection)
    {
        if (connection.OwesAck) return;
        connection.OwesAck = true;
        _acks.Add(connection);
    }

    /// <summary>A session got a link: what it repeats and what waits goes out with the frame.</summary>
    public void Resume(Connection connection) => Note(connection, QueueStatus.Queued);

    /// <summary>Ends a delivery's wait at a time on the clock of <see cref="TimeOutDeliveries"/>.</summary>
    public void TimeOutAt(Delivery delivery, long deadline) => _deadlines.Add(delivery, deadline);

    /// <summary>Ends the waits whose deadline has passed.</summary>
    public void TimeOutDeliveries(long now)
    {
        while (_deadlines.TryTakeDue(now, out var delivery)) delivery.TimeOut();
    }

    /// <summary>After the last frame: nothing is waited for any more.</summary>
    public void EndDeliveries() => _deadlines.Clear();

    private static NetworkError.LimitExceeded InboxFull(Channel channel) => new(
        $"the inbox of {channel.Name} ({nameof(NetworkingOptions.InboxPacketsMax)}, {nameof(NetworkingOptions.InboxBytesMax)})",
        channel.Inbox.Count,
        channel.Inbox.Count + 1L);

    private void ReliableToSubscribers(Channel channel, Connection? except, in PacketHeader header, ReadOnlySpan<byte> data, Delivery? delivery)
    {
        if (Traffic is not null) CountOut(Traffic, channel, except, header, data.Length);
        foreach (var connection in channel.Subscribers.Connections)
        {
            if (connection == except) continue;
            if (connection.Session is not null) ReliableOrEnd(connection, header, data, delivery);
            else Queue(connection, header.WithFlags(PacketFlags.None), data);
        }

        if (header.Priority == Priority.Critical) HandOverAtOnce();
    }

    /// <summary>Queues what the receiver must not miss: one without room for it ends with the frame.</summary>
    private QueueStatus ReliableOrEnd(Connection connection, in PacketHeader header, ReadOnlySpan<byte> data, Delivery? delivery)
    {
        var status = Reliable(connection, header, data, delivery);
        if (status != QueueStatus.Full) return status;
        connection.IsOverwhelmed = true;
        delivery?.Await(connection);
        delivery?.Fail(connection);
        return Note(connection, status);
    }

    private QueueStatus Reliable(Connection connection, in PacketHeader header, ReadOnlySpan<byte> data, Delivery? delivery)
    {
        // Behind a packet that it missed it gets no other one.
        if (connection.IsOverwhelmed) return QueueStatus.Full;
        if (header.Priority == Priority.Critical && TryReliableAtOnce(connection, header, data, delivery))
        {
            delivery?.Await(connection);
            return QueueStatus.Queued;
        }

        var status = connection.Outbox.WriteReliable(header, data, delivery);
        if (status == QueueStatus.Queued) delivery?.Await(connection);
        return status == QueueStatus.Full ? status : Note(connection, status);
    }

    private bool TryReliableAtOnce(Connection connection, in PacketHeader header, ReadOnlySpan<byte> data, Delivery? delivery)
    {
        var size = PacketWriter.SizeOf(data.Length);
        if (!connection.HasLink
            || data.Length > ProtocolLimits.FragmentBytes
            || !connection.Outbox.IsReliableLaneEmpty(Priority.Critical)
            || !connection.Session!.MayStamp(size)
            || !MaySendAtOnce(connection, data.Length))
        {
            return false;
        }

        var packet = _scratch.Append(pool, size, 1);
        PacketWriter.Write(packet, header, data);
        connection.Session.Stamp(packet, delivery);
        AppendAtOnce(connection);
        return true;
    }

    private void SendAcks()
    {
        var kept = 0;
        var acks = CollectionsMarshal.AsSpan(_acks);
        foreach (var connection in acks)
        {
            // A link whose previous send is unfinished gets nothing new.
            connection.EnterFrame(Frame);
            connection.OwesAck = !MaySend(connection) || !TrySendAck(connection, connection.Session!);
            if (connection.OwesAck) acks[kept++] = connection;
        }

        _acks.RemoveRange(kept, _acks.Count - kept);
    }

    private bool TrySendAck(Connection connection, Session session)
    {
        if (session.OwedAck is not { } ack) return true;
        if (!TryAppendPastLanes(connection, ack)) return false;
        session.Receiver.Acknowledged();
        return true;
    }
}
