using Playground.Ecs.Networking.Client;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>After each step of a client: queues within their limits, and what arrived is acknowledged.</summary>
internal static class ClientCheck
{
    /// <summary>Looks at the queues. The inbox may pass its limits by the message with which it got full and the train that this one completed.</summary>
    public static void CheckLimits(ClientSession session, ClientOptions options, string who)
    {
        var (packets, bytes) = session.Waiting;
        Demand(session.QueuedBytes <= options.SendQueueBytes, $"{who}: {session.QueuedBytes} bytes wait to be sent");
        Demand(packets < options.InboxPackets + ProtocolLimits.MaxPacketsPerMessage, $"{who}: {packets} packets wait for the application");
        Demand(bytes < options.InboxBytes + options.MaxPacketBytes + ProtocolLimits.MaxMessageBytes, $"{who}: {bytes} bytes wait for the application");
    }

    /// <summary>Looks at a link that took everything: a client acknowledges in the event that brought the packet.</summary>
    public static void CheckAck(WireLink wire)
    {
        if (!wire.KnowsWelcome || wire.Session is not { } session) return;
        Demand(session.Down.Announced == session.Down.Arrived, $"client {wire.Client} got {session.Down.Arrived} and acknowledged {session.Down.Announced}");
    }

    private static void Demand(bool holds, string what)
    {
        if (!holds) throw new SimulationFailedException(what);
    }
}
