using System.Runtime.CompilerServices;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Sending;

/// <summary>What became of a packet given to an <see cref="Outbox"/>.</summary>
internal enum QueueStatus
{
    /// <summary>It waits in its lane.</summary>
    Queued,

    /// <summary>The queue is full of what matters more; the packet was dropped and counted.</summary>
    Dropped,

    /// <summary>The queue is full of what may not be dropped: the peer reads too slowly.</summary>
    Full,
}

/// <summary>
/// What waits for one connection: for each priority a lane of unreliable and one of reliable packets, bounded together by
/// <see cref="NetworkingOptions.SendQueueBytes"/>. Loop thread only.
/// </summary>
/// <remarks>
/// Lanes are framed on enqueue and emptied in order: sorting packets by a key at the end of the frame costs three times as
/// much and a list of packet objects twenty times. Reliable packets get their numbers when they leave.
/// </remarks>
internal sealed partial class Outbox(NetworkingOptions options, BufferPool pool, SendCounters counters)
{
    private const int StarvationFrames = 30;

    private Lanes _lanes;

    [InlineArray(4)]
    private struct Lanes
    {
        private Lane _first;
    }

    /// <summary>Bytes waiting, packet headers included.</summary>
    public int Bytes { get; private set; }

    /// <summary>Packets dropped because the queue was full or their link ended.</summary>
    public long Dropped { get; private set; }

    /// <summary>True when nothing waits.</summary>
    public bool IsEmpty => Bytes == 0;

    /// <summary>What waits in a lane, reliable or not.</summary>
    public (int Packets, int Bytes) WaitingIn(Priority lane)
    {
        ref readonly var plain = ref _lanes[(int)lane];
        if (_reliable is null) return (plain.Packets, plain.Bytes);
        ref readonly var reliable = ref _reliable[(int)lane];
        return (plain.Packets + reliable.Packets, plain.Bytes + reliable.Bytes);
    }

    /// <summary>True when no unreliable packet waits in this lane.</summary>
    public bool IsLaneEmpty(Priority lane) => _lanes[(int)lane].IsEmpty;

    /// <summary>The highest lane that an unreliable packet may be written to past what waits; null: each is in the middle of a train.</summary>
    public Priority? FreeLane()
    {
        for (var i = 0; i < 4; i++)
        {
            if (!_lanes[i].IsMidTrain) return (Priority)i;
        }

        return null;
    }

    /// <summary>Whether a payload may pass the lanes: what is under way leaves its receiver room for it.</summary>
    public bool MayPass(int payloadBytes, Session? session) =>
        payloadBytes <= ProtocolLimits.FragmentBytes || payloadBytes <= TrainBytesMax(default, session);

    /// <summary>Queues an unreliable packet, as a train where its payload is above the fragment size.</summary>
    public QueueStatus Write(in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > ProtocolLimits.FragmentBytes) return WriteTrain(header, payload);
        var size = PacketWriter.SizeOf(payload.Length);
        if (Bytes + size > options.SendQueueBytes && !TryMakeRoom(header.Priority, size)) return Refuse(header.Priority, 1);
        Bytes += size;
        PacketWriter.Write(_lanes[(int)header.Priority].Append(pool, size, 1), header, payload);
        return QueueStatus.Queued;
    }

    /// <summary>
    /// Queues the packets gathered in <paramref name="packets"/>, all of them or none: by reference where that saves memory. Nothing more may be
    /// gathered there afterwards.
    /// </summary>
    public QueueStatus Write(MessageWriter packets, Priority priority)
    {
        if (!TryMakeRoom(priority, packets.Bytes)) return Refuse(priority, packets.Packets);
        packets.ShareWith(ref _lanes[(int)priority], pool);
        Bytes += packets.Bytes;
        return QueueStatus.Queued;
    }

    /// <summary>
    /// Takes what the budget allows, in lane order, as one run of framed messages for one send: first what the session repeats,
    /// then in each lane the reliable packets that its window has room for and the unreliable ones.
    /// </summary>
    /// <param name="writer">Scratch, empty.</param>
    /// <param name="session">The session whose window stamps; null: nothing reliable waits.</param>
    /// <param name="budget">Bytes that may be taken.</param>
    /// <param name="offset">Where the framed bytes begin in the buffer.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="packets">How many packets were taken.</param>
    /// <returns>The caller's buffer; null when nothing could be taken.</returns>
    public SharedBuffer? Flush(MessageWriter writer, Session? session, int budget, out int offset, out int length, out int packets)
    {
        var isReplaying = session is { IsReplaying: true };
        if (!isReplaying && TryDetachOnlyLane(budget, out var buffer, out offset, out length, out packets)) return buffer;
        writer.Begin(pool, Math.Min(Bytes + (isReplaying ? session!.Window.Bytes : 0), budget));
        if (isReplaying) budget -= TakeReplay(session!, writer, budget);
        var reserved = ReserveForStarved(session);
        for (var i = 0; i < 4; i++)
        {
            if (_reliable is not null) TakeReliable((Priority)i, session!, writer, ref budget, ref reserved);
            if (!_lanes[i].IsEmpty) TakeUnreliable(ref _lanes[i], session, writer, ref budget, ref reserved);
        }

        packets = writer.Packets;
        if (packets > 0) return writer.Finish(out offset, out length);
        writer.Clear();
        offset = length = 0;
        return null;
    }

    /// <summary>Drops the unreliable packets that wait, and counts them: their link is over.</summary>
    public void ClearUnreliable()
    {
        for (var i = 0; i < 4; i++)
        {
            if (_lanes[i].IsEmpty) continue;
            CountDropped((Priority)i, _lanes[i].Packets);
            Bytes -= _lanes[i].Bytes;
            _lanes[i].Clear();
        }
    }

    // Apart from the usual packet, which is written in a third less time without what a train needs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private QueueStatus WriteTrain(in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        var size = PacketWriter.SizeOfTrain(payload.Length);
        var count = Fragmenter.Count(payload.Length);
        if (!TryMakeRoom(header.Priority, size)) return Refuse(header.Priority, count);
        Append(ref _lanes[(int)header.Priority], header, payload, size, count);
        return QueueStatus.Queued;
    }

    private void Append(ref Lane lane, in PacketHeader header, ReadOnlySpan<byte> payload, int size, int count)
    {
        var space = lane.Append(pool, size, count);
        Bytes += size;
        if (count == 1)
        {
            PacketWriter.Write(space, header, payload);
            return;
        }

        foreach (var fragment in Fragmenter.Split(header, payload.Length))
        {
            var written = PacketWriter.Write(space, fragment.Header, payload.Slice(fragment.Offset, fragment.Length));
            space = space[written..];
        }
    }

    private bool TryDetachOnlyLane(int budget, out SharedBuffer? buffer, out int offset, out int length, out int packets)
    {
        for (var i = 0; i < 4; i++)
        {
            ref var lane = ref _lanes[i];
            if (lane.IsEmpty) continue;
            if (lane.Bytes != Bytes || lane.Bytes > budget || !lane.IsDetachable || !MessageWriter.FitsOneMessage(lane.Bytes, lane.Packets)) break;
            packets = lane.Packets;
            buffer = lane.Detach(out offset, out length);
            MessageWriter.FrameInPlace(buffer, ref offset, ref length);
            Bytes = 0;
            return true;
        }

        buffer = null;
        offset = length = packets = 0;
        return false;
    }

    private int ReserveForStarved(Session? session)
    {
        var reserved = 0;
        for (var i = 0; i < 4; i++)
        {
            if (IsStarved(_lanes[i])) reserved += _lanes[i].NextPacketBytes;
            if (_reliable is not null && IsStarved(_reliable[i]) && MayStamp(_reliable[i], session!)) reserved += _reliable[i].NextPacketBytes;
        }

        return reserved;
    }

    private static bool IsStarved(in Lane lane) => !lane.IsEmpty && lane.WaitedFrames >= StarvationFrames;

    private void TakeUnreliable(ref Lane lane, Session? session, MessageWriter writer, ref int budget, ref int reserved)
    {
        if (IsStarved(lane)) reserved -= lane.NextPacketBytes;
        var taken = TakeFrom(ref lane, writer, budget - reserved, TrainBytesMax(lane, session));
        budget -= taken;
        Bytes -= taken;
        lane.WaitedFrames = taken > 0 || lane.IsEmpty ? 0 : lane.WaitedFrames + 1;
    }

    private int TakeFrom(ref Lane lane, MessageWriter writer, int budget, int trainBytesMax)
    {
        // The usual case: all of it fits one message, so no packet needs to be looked at.
        if (lane.Bytes <= Math.Min(budget, trainBytesMax) && MessageWriter.FitsOneMessage(lane.Bytes, lane.Packets))
        {
            var all = lane.Whole;
            lane.Take(writer.Append(pool, all.Bytes, all.Packets), all);
            return all.Bytes;
        }

        var taken = 0;
        while (!lane.IsEmpty)
        {
            // The rest of the message that is being written, or a message of its own.
            var portion = lane.Measure(Math.Min(budget - taken, writer.MessageBytesLeft), writer.MessagePacketsLeft, trainBytesMax);
            if (portion.Packets == 0)
            {
                portion = lane.Measure(
                    Math.Min(budget - taken, MessageWriter.MessageBytesMax), ProtocolLimits.MaxPacketsPerMessage, trainBytesMax);
            }

            if (portion.Packets == 0) break;
            lane.Take(writer.Append(pool, portion.Bytes, portion.Packets), portion);
            taken += portion.Bytes;
        }

        return taken;
    }

    /// <summary>
    /// The largest train that a lane may begin. All that are under way together stay within what the receiver holds for them, twice the
    /// largest packet (PROTOCOL.md, section 4); and what is repeated may be in the middle of others.
    /// </summary>
    private int TrainBytesMax(in Lane lane, Session? session)
    {
        // The usual case: there is no train in it to begin.
        if (lane.Bytes is > 0 and <= ProtocolLimits.FragmentBytes) return int.MaxValue;
        if (session is { IsReplaying: true }) return 0;
        var left = (2 * options.MaxPacketBytes) + lane.TrainBytes;
        for (var i = 0; i < 4; i++)
        {
            left -= _lanes[i].TrainBytes;
            if (_reliable is not null) left -= _reliable[i].TrainBytes;
        }

        return left;
    }

    private bool TryMakeRoom(Priority priority, int bytes)
    {
        if (Bytes + bytes <= options.SendQueueBytes) return true;

        // A Normal packet gives way to nothing in a lane above its own, and a Low one to nothing but older Low ones.
        for (var lane = Priority.Low; lane >= Priority.Normal && lane >= priority; lane--)
        {
            while (Bytes + bytes > options.SendQueueBytes && DropOldest(lane))
            {
            }
        }

        return Bytes + bytes <= options.SendQueueBytes;
    }

    private bool DropOldest(Priority priority)
    {
        ref var lane = ref _lanes[(int)priority];
        if (lane.IsEmpty) return false;
        var before = lane.Bytes;
        var dropped = lane.DropOldest();
        Bytes -= before - lane.Bytes;
        CountDropped(priority, dropped);
        return dropped > 0;
    }

    private void CountDropped(Priority priority, int packets)
    {
        counters.CountDropped(priority, packets);
        Dropped += packets;
    }

    private QueueStatus Refuse(Priority priority, int packets)
    {
        if (priority < Priority.Normal) return QueueStatus.Full;
        CountDropped(priority, packets);
        return QueueStatus.Dropped;
    }
}
