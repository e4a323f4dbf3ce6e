using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Sending;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Diagnostics;

/// <summary>Keeps the components that games and plugins query true in every frame. Loop thread only.</summary>
internal sealed class StatsStage(
    World world, InboxList inboxes, ConnectionCounters counters, SendCounters sends)
{
    private readonly QueryDescription _served = new QueryDescription().WithAll<ConnectionComponent, ConnectionHandle>();
    private Entity _entity = Entity.Null;
    private uint _averageLatencyMs;

    private struct Refresh : IForEach<ConnectionComponent, ConnectionHandle>
    {
        public ulong LatencySum;
        public uint LatencyCount;

        public void Update(ref ConnectionComponent component, ref ConnectionHandle handle)
        {
            if (handle.Connection is not { } connection) return;
            component.Connected = connection.IsServed;
            component.PacketsSent = connection.PacketsSent;
            component.PacketsReceived = connection.PacketsReceived;
            component.LastActivity = connection.LastActivity;
            if (!connection.Heartbeat.IsMeasured) return;
            component.LatencyMs = connection.Heartbeat.LatencyMs;
            LatencySum += component.LatencyMs;
            LatencyCount++;
        }
    }

    /// <summary>Makes the statistics' entity.</summary>
    public void Create() => _entity = world.Create(default(NetworkStatsComponent));

    /// <summary>Takes the statistics' entity out of the world.</summary>
    public void Destroy()
    {
        if (world.Holds(_entity)) world.Destroy(_entity);
    }

    /// <summary>Writes the components of all connections and of the totals.</summary>
    public void Run()
    {
        var refresh = default(Refresh);
        world.InlineQuery<Refresh, ConnectionComponent, ConnectionHandle>(in _served, ref refresh);
        _averageLatencyMs = refresh.LatencyCount == 0 ? 0 : (uint)(refresh.LatencySum / refresh.LatencyCount);
        if (!world.Holds(_entity) || !world.Has<NetworkStatsComponent>(_entity)) return;
        world.Set(_entity, new NetworkStatsComponent
        {
            BytesSent = (ulong)counters.BytesSent,
            BytesReceived = (ulong)counters.BytesReceived,
            PacketsSent = (ulong)sends.Packets,
            PacketsReceived = (ulong)counters.PacketsReceived,
            AverageLatencyMs = _averageLatencyMs,
        });
    }

    /// <summary>The totals that change from frame to frame; costs no allocation.</summary>
    public TrafficTotals ReadTraffic(long frame) =>
        new(frame, counters.Active, counters.Accepted, sends.Packets, counters.PacketsReceived, counters.BytesSent, counters.BytesReceived);

    /// <summary>The totals now.</summary>
    public NetworkStats Read(long frame) => new(
        counters.Active,
        counters.Accepted,
        _averageLatencyMs,
        (ulong)counters.BytesSent,
        (ulong)counters.BytesReceived,
        (ulong)sends.Packets,
        (ulong)counters.PacketsReceived,
        (ulong)(sends.DroppedInAll + inboxes.Dropped),
        frame);

    /// <summary>All connections, those that are only expected included.</summary>
    public IReadOnlyList<ConnectionSnapshot> Connections()
    {
        var snapshots = new List<ConnectionSnapshot>();
        foreach (ref var chunk in world.Query(in _served))
        {
            var components = chunk.GetSpan<ConnectionComponent>();
            for (var i = 0; i < chunk.Count; i++)
            {
                ref var c = ref components[i];
                snapshots.Add(new ConnectionSnapshot(
                    chunk.Entity(i), c.PeerId, c.Connected, c.LatencyMs, c.PacketsSent, c.PacketsReceived, c.LastActivity));
            }
        }

        return snapshots;
    }
}

/// <summary>What went by since the start, and who is there.</summary>
internal readonly record struct TrafficTotals(long Frame, int ConnectionsActive, long ConnectionsAccepted, long PacketsSent, long PacketsReceived, long BytesSent, long BytesReceived);
