using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Sending;

/// <content>The lanes of reliable packets, which outlive a link and are emptied into the session's window.</content>
internal sealed partial class Outbox
{
    // Most connections never send a reliable packet.
    private Lane[]? _reliable;
    private Queue<(long Place, Delivery Delivery)>?[]? _deliveries;

    /// <summary>True when no reliable packet waits in this lane.</summary>
    public bool IsReliableLaneEmpty(Priority lane) => _reliable is null || _reliable[(int)lane].IsEmpty;

    /// <summary>Queues a reliable packet. To make room any unreliable Low and Normal packet is dropped; it is never dropped itself.</summary>
    /// <param name="header">Its header, with the Reliable flag.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="delivery">Who waits for its acknowledgement; null: nobody.</param>
    /// <returns>Queued or Full.</returns>
    public QueueStatus WriteReliable(in PacketHeader header, ReadOnlySpan<byte> payload, Delivery? delivery)
    {
        var size = PacketWriter.SizeOfTrain(payload.Length);
        if (!TryMakeRoom(Priority.Normal, size)) return QueueStatus.Full;
        _reliable ??= new Lane[4];
        ref var lane = ref _reliable[(int)header.Priority];
        Append(ref lane, header, payload, size, Fragmenter.Count(payload.Length));
        if (delivery is not null)
        {
            _deliveries ??= new Queue<(long, Delivery)>?[4];
            (_deliveries[(int)header.Priority] ??= []).Enqueue((lane.Appended, delivery));
        }

        return QueueStatus.Queued;
    }

    /// <summary>True when something waits that could be written now if there were budget for it.</summary>
    public bool HasWritable(Session? session)
    {
        for (var i = 0; i < 4; i++)
        {
            if (!_lanes[i].IsEmpty) return true;
            if (_reliable is not null && !_reliable[i].IsEmpty && MayStamp(_reliable[i], session!)) return true;
        }

        return session is { IsReplaying: true };
    }

    /// <summary>Deliveries on a channel no longer wait for this peer.</summary>
    public void Withdraw(Connection connection, Channel channel)
    {
        if (_deliveries is null) return;
        foreach (var lane in _deliveries)
        {
            if (lane is null) continue;
            foreach (var (_, delivery) in lane)
            {
                if (delivery.Channel == channel) delivery.Withdraw(connection);
            }
        }
    }

    /// <summary>Drops everything that waits: the connection is over.</summary>
    public void End(Connection connection)
    {
        ClearUnreliable();
        for (var i = 0; i < 4; i++)
        {
            _reliable?[i].Clear();
            while (_deliveries?[i] is { Count: > 0 } lane) lane.Dequeue().Delivery.Fail(connection);
        }

        Bytes = 0;
    }

    private static bool MayStamp(in Lane lane, Session session) => session.MayStamp(lane.NextPacketBytes);

    private int TakeReplay(Session session, MessageWriter writer, int budget)
    {
        var taken = 0;
        while (session.IsReplaying)
        {
            var packets = session.Window.TakeReplay(
                Math.Min(budget - taken, MessageWriter.MessageBytesMax), ProtocolLimits.MaxPacketsPerMessage, out var count);
            if (count == 0) break;
            packets.CopyTo(writer.Append(pool, packets.Length, count));
            counters.Replayed += count;
            taken += packets.Length;
        }

        return taken;
    }

    private void TakeReliable(Priority priority, Session session, MessageWriter writer, ref int budget, ref int reserved)
    {
        ref var lane = ref _reliable![(int)priority];
        if (lane.IsEmpty) return;
        var isStarved = IsStarved(lane);
        if (isStarved && MayStamp(lane, session)) reserved -= lane.NextPacketBytes;
        var (taken, isHeldBack) = (0, false);
        var trainBytesMax = TrainBytesMax(lane, session);
        while (!lane.IsEmpty)
        {
            var next = lane.Next;
            isHeldBack = !session.MayStamp(next.Bytes) || (!lane.IsMidTrain && next.TrainBytes > trainBytesMax);
            if (isHeldBack || next.Bytes > budget - reserved - taken) break;
            Stamp(ref lane, priority, next, session, writer);
            taken += next.Bytes;
        }

        budget -= taken;
        Bytes -= taken;

        // Waiting for acknowledgements is not waiting for other lanes.
        if (taken > 0 || lane.IsEmpty) lane.WaitedFrames = 0;
        else if (!isHeldBack) lane.WaitedFrames++;
    }

    private void Stamp(ref Lane lane, Priority priority, in Lane.Portion next, Session session, MessageWriter writer)
    {
        var place = lane.Appended - lane.Packets + 1;
        var packet = writer.Append(pool, next.Bytes, 1);
        lane.Take(packet, next);
        var isAwaited = _deliveries?[(int)priority] is { Count: > 0 } waiting && waiting.Peek().Place == place;
        session.Stamp(packet, isAwaited ? _deliveries![(int)priority]!.Dequeue().Delivery : null);
    }
}
