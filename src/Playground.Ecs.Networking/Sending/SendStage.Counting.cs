using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Inspection;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Sending;

/// <content>What was sent, handed over and dropped is counted.</content>
internal sealed partial class SendStage
{
    /// <summary>Counts what comes and goes; null where there is no inspector.</summary>
    public Traffic? Traffic { get; set; }

    private void Count(Connection connection, int packets)
    {
        connection.PacketsSent += (ulong)packets;
        counters.Packets += packets;
        HandOver(connection);
    }

    private void CountAway(Connection connection, int packets)
    {
        counters.DroppedAway += packets;
        connection.DroppedAway += packets;
    }

    // The one receiver is named where there is one.
    private static void CountOut(Traffic traffic, Channel channel, Connection? except, in PacketHeader header, int payloadBytes)
    {
        var receivers = channel.Subscribers.Connections;
        var count = receivers.Length - (except is not null && channel.Subscribers.Contains(except) ? 1 : 0);
        traffic.Out(count == 1 && receivers[0] != except ? receivers[0].PeerId : string.Empty, header, payloadBytes, count);
    }
}
