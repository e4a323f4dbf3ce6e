namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>What a session counts, since its client was made.</summary>
internal sealed class SessionCounters
{
    public long BytesSent { get; set; }

    public long BytesReceived { get; set; }

    public long PacketsSent { get; set; }

    public long PacketsReceived { get; set; }

    /// <summary>Unreliable packets that a full send queue dropped.</summary>
    public long PacketsDropped { get; set; }

    /// <summary>Unreliable packets that waited when their link ended.</summary>
    public long PacketsDiscarded { get; set; }

    /// <summary>Unreliable packets that a full inbox dropped.</summary>
    public long InboxDropped { get; set; }

    /// <summary>Reliable packets that arrived again and were dropped.</summary>
    public long Duplicates { get; set; }

    /// <summary>Acks below what was acknowledged.</summary>
    public long StaleAcks { get; set; }

    /// <summary>Answers to no question that waits: late ones.</summary>
    public long LateAnswers { get; set; }

    /// <summary>Links that the server welcomed.</summary>
    public long Links { get; set; }

    /// <summary>Sessions that the server ended while this side hoped to resume.</summary>
    public long SessionsLost { get; set; }
}
