using System.Buffers;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Requests;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Inspection;

/// <summary>Writes how the server does as a whole, from the counters that it keeps anyway. Loop thread only.</summary>
internal sealed class OverviewSource(
    NetworkingOptions options,
    InspectorOptions inspector,
    SessionStage sessions,
    LlmSessions models,
    ConnectionCounters connections,
    SendCounters sends,
    RequestCounters requests,
    InboxList inboxes,
    BufferPool buffers)
{
    private readonly ArrayBufferWriter<byte> _message = new(1024);
    private readonly LaneRow[] _lanes = new LaneRow[4];

    /// <summary>Writes the Overview message, and begins anew what is of the time between two of them; valid until the next one.</summary>
    /// <param name="frame">The number of the frame.</param>
    /// <param name="uptime">The time since the start.</param>
    /// <param name="stages">The frames since the last one.</param>
    /// <param name="traffic">What was sent.</param>
    /// <param name="peers">What waits, gathered just now.</param>
    public ReadOnlySpan<byte> Write(long frame, TimeSpan uptime, FrameStages stages, Traffic traffic, PeerRows peers)
    {
        _message.ResetWrittenCount();
        new Overview
        {
            Frame = (uint)frame,
            UptimeMs = (ulong)uptime.TotalMilliseconds,
            FrameRate = (ushort)options.FrameRate,
            IntervalMs = (ushort)inspector.Interval.TotalMilliseconds,
            Totals = Totals(),
            Stages = stages.Read(),
            Lanes = Lanes(traffic, peers),
            Budget = new BudgetRow(
                (uint)options.SendBudgetBytes, (uint)sends.LinksAtBudget, (uint)sends.LargestSendBytes, (uint)options.SendQueueBytes, (uint)peers.LargestQueueBytes),
            FramesBehind = (uint)stages.FramesBehind,
        }.WriteTo(_message);
        Restart(stages);
        return _message.WrittenSpan;
    }

    /// <summary>Forgets what is of the time between two messages.</summary>
    public void Restart(FrameStages stages)
    {
        stages.Restart();
        sends.RestartPeaks();
    }

    private OverviewTotals Totals() => new((uint)(connections.Active - models.Count), (uint)sessions.Away.Count, (uint)models.Count)
    {
        Accepted = (ulong)connections.Accepted,
        Ended = (ulong)connections.DisconnectsInAll,
        PacketsIn = (ulong)connections.PacketsReceived,
        PacketsOut = (ulong)sends.Packets,
        BatchesIn = (ulong)connections.BatchesReceived,
        SendsOut = (ulong)sends.Sends,
        BytesIn = (ulong)connections.BytesReceived,
        BytesOut = (ulong)connections.BytesSent,
        Dropped = (ulong)sends.DroppedInAll,
        InboxDropped = (ulong)inboxes.Dropped,
        Refused = (ulong)connections.RefusedInAll,
        Resumed = (ulong)connections.Resumes,
        RequestsPending = (uint)requests.Pending,
        RentedBytes = (ulong)buffers.RentedBytes,
    };

    private LaneRow[] Lanes(Traffic traffic, PeerRows peers)
    {
        for (var lane = Priority.Critical; lane <= Priority.Low; lane++)
        {
            ref readonly var counts = ref traffic.Of(lane);
            _lanes[(int)lane] = peers.Waiting[(int)lane] with
            {
                PacketsOut = (ulong)counts.Packets,
                BytesOut = (ulong)counts.Bytes,
                Dropped = (ulong)sends.Dropped(lane),
            };
        }

        return _lanes;
    }
}
