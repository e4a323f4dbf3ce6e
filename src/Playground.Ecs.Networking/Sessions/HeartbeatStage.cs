using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>Pings, timeouts and latency of all connections, once a frame (PROTOCOL.md, section 9). Loop thread only.</summary>
internal sealed class HeartbeatStage(
    NetworkingOptions options, ConnectionTable connections, SessionStage sessions, SendStage sends, ConnectionCounters counters)
{
    /// <summary>Looks at every connection once.</summary>
    public void Run()
    {
        // Removal moves the last connection into the gap, which going down has been seen already.
        for (var i = connections.Count - 1; i >= 0; i--) Beat(connections[i]);
        sessions.ExpireSessions();
    }

    /// <summary>Adds what a link moved since it was last looked at to the totals.</summary>
    public void CountBytes(Connection connection)
    {
        ref var heartbeat = ref connection.Heartbeat;
        counters.BytesReceived += connection.Link.BytesReceived - heartbeat.BytesReceivedSeen;
        heartbeat.BytesReceivedSeen = connection.Link.BytesReceived;
        var written = connection.Outbound.WrittenBytes;
        counters.BytesSent += written - heartbeat.BytesSentSeen;
        heartbeat.BytesSentSeen = written;
    }

    private void Beat(Connection connection)
    {
        ref var heartbeat = ref connection.Heartbeat;
        var now = sessions.Now;
        if (connection.Link.BytesReceived != heartbeat.BytesReceivedSeen)
        {
            heartbeat.LastReceived = now;
            connection.LastActivity = sessions.UnixMs;
            MeasureWebSocketPong(connection, ref heartbeat);
        }

        if (connection.Held is not null) ForgiveSilence(connection, now);
        if (connection.Outbound.WrittenBytes != heartbeat.BytesSentSeen) heartbeat.LastSent = now;
        CountBytes(connection);
        if (now - heartbeat.LastReceived > options.HeartbeatTimeout.Ticks)
        {
            sessions.Disconnect(connection, DisconnectReason.HeartbeatTimeout, $"nothing was received for {options.HeartbeatTimeout}");
        }
        else if (connection.Session is { } session && IsAckOverdue(session, now))
        {
            sessions.Disconnect(connection, DisconnectReason.AckTimeout, $"no acknowledgement advanced for {options.AckTimeout}");
        }
        else if (connection.IsServed)
        {
            if (now - heartbeat.LastSent >= options.HeartbeatInterval.Ticks || now - heartbeat.LastPing >= options.PingInterval.Ticks) SendPing(connection, now);
        }
        else if (connection.Phase == ConnectionPhase.Silent)
        {
            AwaitHello(connection, now);
        }
    }

    // A full inbox keeps it from being read, so that nothing of what it says is heard; that has a limit of its own.
    private static void ForgiveSilence(Connection connection, long now)
    {
        connection.Heartbeat.LastReceived = now;
        if (connection.Session is { } session) session.AckSince = now;
    }

    private bool IsAckOverdue(Session session, long now)
    {
        if (session.Window.IsEmpty) session.AckSince = now;
        return now - session.AckSince > options.AckTimeout.Ticks;
    }

    private void AwaitHello(Connection connection, long now)
    {
        var silence = now - connection.AcceptedAt;
        if (options.Authenticate is null)
        {
            // A listener that has nothing to say is a peer like any other; its Hello may still come.
            if (silence > options.HeartbeatInterval.Ticks) sessions.AdmitPlain(connection);
        }
        else if (silence > options.HelloTimeout.Ticks)
        {
            sessions.Disconnect(connection, DisconnectReason.Unauthorized, $"no Hello within {options.HelloTimeout}");
        }
    }

    private void SendPing(Connection connection, long now)
    {
        ref var heartbeat = ref connection.Heartbeat;
        if (heartbeat.LastPing == now) return;
        heartbeat.LastPing = heartbeat.LastSent = now;
        var stamp = (ulong)options.TimeProvider.GetTimestamp();

        // The oldest unanswered one counts: a round trip longer than the interval is measured too.
        if (heartbeat.PendingStamp == 0) heartbeat.PendingStamp = stamp;
        if (connection.Phase == ConnectionPhase.Open) sessions.SendControl(connection, new Ping(stamp), Priority.High);
        else sends.PingWebSocket(connection);
    }

    // A plain client answers WebSocket pings only, which carry no stamp back to the loop: the first pong after a ping is its.
    private void MeasureWebSocketPong(Connection connection, ref Heartbeat heartbeat)
    {
        var frames = connection.Link.ControlFramesReceived;
        if (frames == heartbeat.ControlFramesSeen) return;
        heartbeat.ControlFramesSeen = frames;
        if (connection.Phase != ConnectionPhase.Plain || heartbeat.PendingStamp == 0) return;
        heartbeat.Measure(options.TimeProvider.GetElapsedTime((long)heartbeat.PendingStamp));
        heartbeat.PendingStamp = 0;
    }
}
