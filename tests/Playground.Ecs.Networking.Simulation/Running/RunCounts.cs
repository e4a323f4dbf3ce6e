using Playground.Ecs.Networking.Simulation.Faults;

namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>What happened in one run.</summary>
internal sealed class RunCounts
{
    public FaultCounts Faults { get; } = new();

    /// <summary>Links that were opened.</summary>
    public long Links { get; set; }

    /// <summary>Sessions that were begun.</summary>
    public long Sessions { get; set; }

    public long Resumes { get; set; }

    /// <summary>Reliable packets that the server wrote again.</summary>
    public long ServerReplays { get; set; }

    /// <summary>Reliable packets that clients wrote again.</summary>
    public long ClientReplays { get; set; }

    /// <summary>Reliable packets that arrived again and that the server dropped.</summary>
    public long ServerDuplicates { get; set; }

    /// <summary>Reliable packets that arrived again and that clients dropped.</summary>
    public long ClientDuplicates { get; set; }

    /// <summary>Unreliable packets dropped from full queues, of links that ended, or for sessions without one.</summary>
    public long Drops { get; set; }

    /// <summary>Directions of sessions whose numbers passed 65535.</summary>
    public long Wraps { get; set; }

    /// <summary>Calls that were refused because a queue was full.</summary>
    public long Refusals { get; set; }

    /// <summary>Links closed because an inbox was full of reliable packets.</summary>
    public long FullInboxes { get; set; }

    /// <summary>Links closed, or sessions ended, because a send queue was full.</summary>
    public long SlowConsumers { get; set; }

    /// <summary>Reliable packets that the server's application got.</summary>
    public long ReliableToServer { get; set; }

    /// <summary>Reliable packets that the clients' applications got.</summary>
    public long ReliableToClients { get; set; }

    public long UnreliableDelivered { get; set; }

    /// <summary>Virtual time, in ticks.</summary>
    public long Ticks { get; set; }
}
