using System.Buffers;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>
/// What waits to be sent: four priorities, each with a lane of reliable and one of unreliable packets, bounded together by
/// <see cref="ClientOptions.SendQueueBytes"/> (PROTOCOL.md, section 4).
/// </summary>
internal sealed class Outbox(ClientOptions options, ArrayPool<byte> pool, SessionCounters counters)
{
    private const int Priorities = 4;

    private readonly Lane[] _reliable = [new(), new(), new(), new()];
    private readonly Lane[] _unreliable = [new(), new(), new(), new()];
    private long _order;

    // What the server takes, once it has said so.
    private int _maxPacketBytes = options.MaxPacketBytes;

    /// <summary>Bytes that wait, packet headers included.</summary>
    public int Bytes { get; private set; }

    public bool HasReliable
    {
        get
        {
            foreach (var lane in _reliable)
            {
                if (lane.First is not null) return true;
            }

            return false;
        }
    }

    /// <summary>Whether unreliable packets that are no part of a train may be written at this priority.</summary>
    public bool IsInUnreliableTrain(Priority priority) => _unreliable[(int)priority].IsInTrain;

    /// <summary>Queues a copy of the payload; makes room by dropping older unreliable packets that matter no more than this one.</summary>
    /// <returns>Ok; LimitExceeded.</returns>
    public NetworkResult Add(in PacketHeader header, ReadOnlySpan<byte> payload, Waiting? waiting)
    {
        var bytes = PacketWriter.SizeOfTrain(payload.Length);
        if (!TryMakeRoom(header, bytes)) return new NetworkError.LimitExceeded(nameof(ClientOptions.SendQueueBytes), options.SendQueueBytes, (long)Bytes + bytes);
        var packet = new OutPacket(header, payload, pool, waiting) { Order = _order++ };
        if (waiting is not null) waiting.Packet = packet;
        LaneOf(packet).Add(packet);
        Bytes += bytes;
        return NetworkResult.Ok;
    }

    /// <summary>Writes what fits, in lane order; the window may hold reliable packets back.</summary>
    public void TakeInto(ref BatchWriter batch, ReliableStream stream)
    {
        var isHeldBack = false;
        for (var priority = 0; priority < Priorities; priority++)
        {
            while (NextOf(priority, isHeldBack, stream.IsReplaying) is { } packet)
            {
                var bytes = packet.NextBytes;
                if (packet.Header.IsReliable && !stream.HasRoomFor(bytes))
                {
                    // Whatever is reliable waits now, smaller packets too: they would keep this one waiting for ever.
                    isHeldBack = true;
                    continue;
                }

                if (!batch.HasRoomFor(bytes)) return;
                Write(packet, bytes, ref batch, stream);
            }
        }
    }

    /// <summary>Takes out a packet of which nothing was written; false when it is too late.</summary>
    public bool TryWithdraw(OutPacket packet)
    {
        if (packet.IsBegun) return false;
        Drop(packet);
        return true;
    }

    /// <summary>Drops what belongs to a link: all unreliable packets and the rests of their trains.</summary>
    public void DiscardUnreliable()
    {
        foreach (var lane in _unreliable)
        {
            while (lane.First is { } packet)
            {
                counters.PacketsDiscarded++;
                Drop(packet);
            }
        }
    }

    /// <summary>Drops what belongs to a session, and tells those who wait.</summary>
    public void FailReliable(NetworkError error)
    {
        foreach (var lane in _reliable)
        {
            while (lane.First is { } packet)
            {
                Drop(packet);
                packet.Waiting?.Fail(error);
            }
        }
    }

    /// <summary>Learns what the server takes; drops payloads that it turned out not to take, and tells those who wait.</summary>
    /// <returns>How many there were.</returns>
    public int FailAbove(int maxPacketBytes)
    {
        var count = 0;
        _maxPacketBytes = maxPacketBytes;
        foreach (var lane in _reliable)
        {
            for (var packet = lane.First; packet is not null;)
            {
                var next = packet.Next;
                if (packet.PayloadLength > maxPacketBytes && !packet.IsBegun)
                {
                    count++;
                    Drop(packet);
                    packet.Waiting?.Fail(new NetworkError.LimitExceeded(nameof(ClientOptions.MaxPacketBytes), maxPacketBytes, packet.PayloadLength));
                }

                packet = next;
            }
        }

        return count;
    }

    private OutPacket? NextOf(int priority, bool isHeldBack, bool isReplaying)
    {
        var reliable = isHeldBack ? null : UnlessHeldUp(_reliable[priority].First, isReplaying);
        var unreliable = UnlessHeldUp(_unreliable[priority].First, isReplaying);
        if (reliable is null || unreliable is null) return reliable ?? unreliable;
        return reliable.Order < unreliable.Order ? reliable : unreliable;
    }

    // All trains that are under way together stay within what the server holds for them, twice the largest packet (PROTOCOL.md,
    // section 4); and what is repeated may be in the middle of others.
    private OutPacket? UnlessHeldUp(OutPacket? packet, bool isReplaying)
    {
        if (packet is null or { IsBegun: true } || packet.PayloadLength <= ProtocolLimits.FragmentBytes) return packet;
        if (isReplaying) return null;
        var left = 2 * _maxPacketBytes;
        for (var priority = 0; priority < Priorities; priority++)
        {
            left -= _reliable[priority].TrainBytes + _unreliable[priority].TrainBytes;
        }

        return packet.PayloadLength <= left ? packet : null;
    }

    private void Write(OutPacket packet, int bytes, ref BatchWriter batch, ReliableStream stream)
    {
        var lane = LaneOf(packet);
        var destination = batch.Next(bytes);
        var isWhole = packet.Write(destination);
        lane.Wrote(bytes);
        Bytes -= bytes;
        if (packet.Header.IsReliable) stream.Stamp(destination, isWhole ? packet.Waiting as Delivery : null);
        batch.Advance(bytes);
        if (!isWhole) return;
        lane.Remove(packet);
        packet.Release();
    }

    private bool TryMakeRoom(in PacketHeader header, int bytes)
    {
        var missing = (long)Bytes + bytes - options.SendQueueBytes;
        if (missing <= 0) return true;

        // A Normal packet gives way to nothing in a lane above its own, and a Low one to nothing but older Low ones.
        var last = Math.Max((int)Priority.Normal, (int)header.Priority);
        var droppable = 0L;
        for (var lane = Priorities - 1; lane >= last; lane--) droppable += _unreliable[lane].BytesNotBegun;
        if (droppable < missing) return false;
        for (var lane = Priorities - 1; lane >= last && missing > 0; lane--) missing -= DropOldest(_unreliable[lane], missing);
        return true;
    }

    private int DropOldest(Lane lane, long bytes)
    {
        var dropped = 0;
        while (dropped < bytes && lane.FirstNotBegun is { } packet)
        {
            dropped += packet.BytesLeft;
            counters.PacketsDropped++;
            Drop(packet);
        }

        return dropped;
    }

    private void Drop(OutPacket packet)
    {
        Bytes -= packet.BytesLeft;
        LaneOf(packet).Remove(packet);
        packet.Release();
    }

    private Lane LaneOf(OutPacket packet) => (packet.Header.IsReliable ? _reliable : _unreliable)[(int)packet.Header.Priority];
}
