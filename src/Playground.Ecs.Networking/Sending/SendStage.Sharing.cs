using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Sending;

/// <content>What was sent to channels, and who gets it from the shared bytes and who a copy.</content>
internal sealed partial class SendStage
{
    private readonly MessageWriter _together = new();

    private void CatchUp(Connection connection, Priority lane)
    {
        connection.EnterFrame(Frame);
        var log = _logs[(int)lane];
        for (var i = connection.RunsSeenIn(lane); i < log.Count; i++)
        {
            if (!log[i].Reaches(connection)) continue;
            log[i].IsClosed = true;
            Note(connection, connection.Outbox.Write(log[i].Packets, lane));
        }

        connection.SetRunsSeen(lane, log.Count);
    }

    private void ShareOutByLane()
    {
        for (var lane = Priority.High; lane <= Priority.Low; lane++)
        {
            var log = _logs[(int)lane];
            for (var i = 0; i < log.Count; i++) ShareOut(log[i], i, lane);
        }
    }

    /// <summary>
    /// The usual frame of a game has one channel in more than one lane: then its subscribers get one message, in lane order,
    /// instead of one for each lane.
    /// </summary>
    private bool TryShareOutTogether()
    {
        if (!TryGather(out var first)) return false;
        var packets = _together.Packets;
        var buffer = _together.Frame(out var offset, out var length);
        foreach (var connection in first.Channel.Subscribers.Connections)
        {
            if (connection == first.Except || !Reaches(connection, packets)) continue;
            connection.EnterFrame(Frame);
            if (TryShare(connection, buffer, offset, length, packets)) continue;
            for (var lane = Priority.High; lane <= Priority.Low; lane++)
            {
                if (_logs[(int)lane].Count > 0) Note(connection, connection.Outbox.Write(_logs[(int)lane][0].Packets, lane));
            }
        }

        _together.Clear();
        return true;
    }

    private bool TryGather([NotNullWhen(true)] out Run? first)
    {
        first = null;
        var (runs, bytes, packets) = (0, 0, 0);
        foreach (var log in _logs)
        {
            if (log.Count == 0) continue;
            var run = log[0];
            first ??= run;
            if (log.Count > 1 || run.IsClosed || run.Channel != first.Channel || run.Except != first.Except) return false;
            runs++;
            bytes += run.Packets.Bytes;
            packets += run.Packets.Packets;
        }

        if (runs < 2 || first!.Channel.Subscribers.Count == 0 || !MessageWriter.FitsOneMessage(bytes, packets)) return false;
        foreach (var log in _logs)
        {
            if (log.Count > 0) log[0].Packets.CopyPackets(_together.Append(pool, log[0].Packets.Bytes, log[0].Packets.Packets));
        }

        return true;
    }

    private void ShareOut(Run run, int index, Priority lane)
    {
        if (run.Channel.Subscribers.Count == 0) return;
        var buffer = run.Packets.Frame(out var offset, out var length);
        foreach (var connection in run.Channel.Subscribers.Connections)
        {
            if (connection == run.Except || !Reaches(connection, run.Packets.Packets)) continue;
            connection.EnterFrame(Frame);
            if (index < connection.RunsSeenIn(lane)) continue;
            if (!TryShare(connection, buffer, offset, length, run.Packets.Packets))
            {
                Note(connection, connection.Outbox.Write(run.Packets, lane));
            }
        }
    }

    private bool Reaches(Connection connection, int packets)
    {
        if (connection.HasLink) return true;
        CountAway(connection, packets);
        return false;
    }

    private bool TryShare(Connection connection, SharedBuffer buffer, int offset, int length, int packets)
    {
        // Asked first, since it is known without the outbox, whose memory most links do not touch in a frame.
        Debug.Assert(connection.IsDirty || !connection.HasWaiting, "What waits for a link is in the list of the dirty ones.");

        // What waits goes first, what is repeated on a new link included: only what is copied behind it shares the budget with it.
        if ((connection.IsDirty && connection.HasWaiting)
            || connection.SharedRuns == SharedRunsMax
            || connection.SharedBytes + length > options.SendBudgetBytes
            || !MaySend(connection))
        {
            return false;
        }

        buffer.AddReferences(1);
        if (!connection.Outbound.TryAppend(buffer, offset, length))
        {
            buffer.Release();
            return false;
        }

        connection.SharedRuns++;
        connection.SharedBytes += length;
        connection.SendMark = connection.Outbound.Mark;
        Count(connection, packets);
        counters.NoteSend(connection.SharedBytes);
        return true;
    }
}
