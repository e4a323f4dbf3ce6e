namespace Playground.Ecs.Networking.Client;

/// <summary>What a client counted since it was made.</summary>
public readonly record struct ClientStats
{
    /// <summary>Bytes of WebSocket messages sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes of WebSocket messages received.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Packets sent, repeated ones and those of the protocol included.</summary>
    public long PacketsSent { get; init; }

    /// <summary>Packets received, repeated ones and those of the protocol included.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>Unreliable packets that were queued and not sent: the queue was full of what matters more, or the link ended.</summary>
    public long PacketsNotSent { get; init; }

    /// <summary>Unreliable packets that arrived and were dropped, because what was there before was not read.</summary>
    public long PacketsNotRead { get; init; }

    /// <summary>Packets that arrived on a channel that nobody reads.</summary>
    public long PacketsUnheard { get; init; }

    /// <summary>Links that the server welcomed; all but one are reconnects.</summary>
    public long Links { get; init; }

    /// <summary>Sessions that the server had ended when this client came back.</summary>
    public long SessionsLost { get; init; }
}
