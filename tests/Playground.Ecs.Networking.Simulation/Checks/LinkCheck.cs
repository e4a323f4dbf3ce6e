using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Simulation.Network;
using Playground.Ecs.Networking.Simulation.Peers;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>After each frame of the server: queues within their limits, and what the frame left in the lanes.</summary>
/// <param name="server">The server.</param>
/// <param name="limits">What it has to keep within.</param>
internal sealed class LinkCheck(SimulatedServer server, NetworkingOptions limits)
{
    private static readonly QueryDescription Connections = new QueryDescription().WithAll<ConnectionHandle>();

    private readonly Dictionary<Connection, int> _sendMarks = [];
    private readonly HashSet<Connection> _owing = [];

    /// <summary>Looks at all connections.</summary>
    public void Check(IReadOnlyDictionary<string, SimulatedLink> links)
    {
        foreach (ref var chunk in server.World.Query(in Connections))
        {
            foreach (ref readonly var handle in chunk.GetSpan<ConnectionHandle>()[..chunk.Count])
            {
                if (handle.Connection is not { } connection) continue;
                CheckLimits(connection);
                CheckAck(connection);
                if (connection.HasLink && links.TryGetValue(connection.Link.Upgrade.Host, out var link)) MarkFrame(connection, link.Wire);
            }
        }

        CheckInbox(SimulatedServer.Desk);
        CheckInbox(SimulatedServer.Chat);
        CheckInbox(SimulatedServer.Bell);
    }

    private void CheckLimits(Connection connection)
    {
        Demand(connection.Outbox.Bytes <= limits.SendQueueBytes, $"{connection.Outbox.Bytes} bytes wait for {connection}");
        Demand(connection.Trains.PendingBytes <= 2L * limits.MaxPacketBytes, $"{connection.Trains.PendingBytes} bytes of partial trains of {connection}");
        if (connection.Session is not { } session) return;
        Demand(session.Window.Packets <= ProtocolLimits.ReliableWindowPackets, $"{session.Window.Packets} packets in the window of {connection}");
        Demand(session.Window.Bytes <= limits.ReliableWindowBytes, $"{session.Window.Bytes} bytes in the window of {connection}");
    }

    // At the end of a frame at most, unless what was sent before was still under way: then it had to be drained a frame earlier.
    private void CheckAck(Connection connection)
    {
        var owes = connection is { HasLink: true, Session.OwedAck: not null, Outbox.IsEmpty: true } && connection.Link.Outbound.IsDrained;
        if (!owes) _owing.Remove(connection);
        else if (!_owing.Add(connection)) throw new SimulationFailedException($"{connection} was not told that {connection.Session!.OwedAck} was received");
    }

    private void CheckInbox(ushort id)
    {
        var channel = server.System.FindChannel(id).Unwrap();
        Demand(channel.Inbox.Count <= limits.InboxPacketsMax, $"{channel.Inbox.Count} packets in the inbox of {channel}");
        Demand(channel.Inbox.Bytes <= limits.InboxBytesMax, $"{channel.Inbox.Bytes} bytes in the inbox of {channel}");
    }

    private void MarkFrame(Connection connection, WireLink wire)
    {
        var hasFlushed = _sendMarks.GetValueOrDefault(connection) != connection.SendMark;
        _sendMarks[connection] = connection.SendMark;
        var outbound = connection.Link.Outbound;
        wire.Frames.EndFrame(server.Frame, outbound.WrittenBytes + outbound.PendingBytes, Waiting(connection), hasFlushed);
    }

    private static int Waiting(Connection connection)
    {
        var waiting = 0;

        // What is repeated comes before all trains.
        if (connection.Session is { IsReplaying: true }) return waiting;
        var mayStamp = connection.Session is { } session && session.Window.HasRoomFor(PacketHeader.Size + ProtocolLimits.FragmentBytes);
        for (var lane = Priority.Critical; lane <= Priority.Low; lane++)
        {
            if (!connection.Outbox.IsLaneEmpty(lane)) waiting |= FrameMarks.BitOf(lane, false);
            if (mayStamp && !connection.Outbox.IsReliableLaneEmpty(lane)) waiting |= FrameMarks.BitOf(lane, true);
        }

        return waiting;
    }

    private static void Demand(bool holds, string what)
    {
        if (!holds) throw new SimulationFailedException($"a limit of the server was passed: {what}");
    }
}
