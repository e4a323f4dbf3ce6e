using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Inspection;

/// <summary>
/// Looks at all peers once for each message: adds up what waits for them, and writes a row for the busiest, who are found without sorting the
/// others. Loop thread only.
/// </summary>
internal sealed class PeerRows(NetworkingOptions options, InspectorOptions inspector, ConnectionTable connections, SessionStage sessions, LlmSessions models)
{
    private readonly RowsWriter _writer = new(options.MaxPacketBytes);
    private readonly PriorityQueue<object, ulong> _busiest = new();
    private readonly List<object> _chosen = [];
    private readonly List<(string PeerId, Entity Entity)> _expected = [];
    private readonly LaneRow[] _waiting = new LaneRow[4];

    /// <summary>What waits in each lane, of the last <see cref="Gather"/>.</summary>
    public ReadOnlySpan<LaneRow> Waiting => _waiting;

    /// <summary>The fullest send queue, in bytes, of the last <see cref="Gather"/>.</summary>
    public int LargestQueueBytes { get; private set; }

    /// <summary>Looks at all peers; what they did until now is no news the next time.</summary>
    public void Gather()
    {
        Array.Clear(_waiting);
        LargestQueueBytes = 0;
        for (var i = 0; i < connections.Count; i++) Look(connections[i]);
        for (var i = 0; i < sessions.Away.Count; i++) Look(sessions.Away[i]);
        foreach (var model in models.All)
        {
            var packets = model.CallCount + model.PacketsSent;
            Offer(model, packets - model.PacketsTold);
            model.PacketsTold = packets;
        }
    }

    /// <summary>Writes the Connections message of the last <see cref="Gather"/>; valid until the next one.</summary>
    public ReadOnlySpan<byte> Write()
    {
        _writer.Begin();
        while (_busiest.TryDequeue(out var peer, out _)) _chosen.Add(peer);
        for (var i = _chosen.Count - 1; i >= 0; i--) Write(_chosen[i]);
        _chosen.Clear();
        _expected.Clear();
        sessions.CopyExpected(_expected);
        foreach (var (peerId, entity) in _expected)
        {
            if (_writer.Count == inspector.ConnectionRowsMax) break;
            _writer.TryAdd(new ConnectionRow((uint)entity.Id, peerId, string.Empty, PeerState.Expected));
        }

        return _writer.Finish((uint)(connections.Count + sessions.Away.Count + models.Count + _expected.Count));
    }

    private void Look(Connection connection)
    {
        var packets = connection.PacketsReceived + connection.PacketsSent;
        Offer(connection, packets - connection.PacketsTold);
        connection.PacketsTold = packets;
        if (connection.Outbox.IsEmpty) return;
        LargestQueueBytes = Math.Max(LargestQueueBytes, connection.Outbox.Bytes);
        for (var lane = Priority.Critical; lane <= Priority.Low; lane++)
        {
            var (waiting, bytes) = connection.Outbox.WaitingIn(lane);
            _waiting[(int)lane].WaitingPackets += (uint)waiting;
            _waiting[(int)lane].WaitingBytes += (uint)bytes;
        }
    }

    private void Offer(object peer, ulong packets)
    {
        if (_busiest.Count < inspector.ConnectionRowsMax) _busiest.Enqueue(peer, packets);
        else if (_busiest.TryPeek(out _, out var least) && packets > least) _busiest.EnqueueDequeue(peer, packets);
    }

    private void Write(object peer) => _writer.TryAdd(peer is Connection connection ? Row(connection) : Row((LlmSession)peer));

    private ConnectionRow Row(Connection connection)
    {
        var (packets, bytes) = (0, connection.Outbox.Bytes);
        for (var lane = Priority.Critical; bytes > 0 && lane <= Priority.Low; lane++) packets += connection.Outbox.WaitingIn(lane).Packets;
        return new ConnectionRow(NumberOf(connection.Entity), connection.PeerId, connection.ClientName, StateOf(connection.Phase))
        {
            LatencyMs = connection.Heartbeat.LatencyMs,
            PacketsIn = connection.PacketsReceived,
            PacketsOut = connection.PacketsSent,
            BytesIn = (ulong)connection.BytesReceived,
            BytesOut = (ulong)connection.BytesSent,
            QueuePackets = (uint)packets,
            QueueBytes = (uint)bytes,
            Dropped = (ulong)(connection.DroppedAway + connection.Outbox.Dropped),
            Subscriptions = (ushort)Math.Min(connection.Subscriptions.Count, ushort.MaxValue),
            AgeMs = Milliseconds(sessions.Now - connection.CreatedAt),
            IdleMs = Milliseconds(sessions.Now - connection.Heartbeat.LastReceived),
            Address = connection.HasLink ? connection.Link.Upgrade.RemoteEndPoint : null,
        };
    }

    private static ConnectionRow Row(LlmSession model) => new(NumberOf(model.Entity), model.PeerId, model.Identity.ClientName, PeerState.Model)
    {
        PacketsIn = model.CallCount,
        PacketsOut = model.PacketsSent,
        QueuePackets = (uint)model.Messages.Count,
        QueueBytes = (uint)model.MessageBytes,
        AgeMs = Milliseconds(model.Age.Ticks),
        IdleMs = Milliseconds(model.Idle.Ticks),
    };

    private static PeerState StateOf(ConnectionPhase phase) => phase switch
    {
        ConnectionPhase.Authenticating => PeerState.Authenticating,
        ConnectionPhase.Open => PeerState.Open,
        ConnectionPhase.Plain => PeerState.Plain,
        ConnectionPhase.Away => PeerState.Away,
        _ => PeerState.Silent,
    };

    private static uint NumberOf(Entity entity) => entity == Entity.Null ? 0 : (uint)entity.Id;

    private static ulong Milliseconds(long ticks) => (ulong)Math.Max(0, ticks / TimeSpan.TicksPerMillisecond);
}
