namespace Playground.Ecs.Networking.Simulation.Network;

/// <summary>Sees every message twice: as it is written and, unless the link lost it, as it arrives.</summary>
internal interface ILinkObserver
{
    /// <summary>The server wrote a message.</summary>
    /// <param name="link">The link.</param>
    /// <param name="message">The message.</param>
    /// <param name="pings">WebSocket pings that the server wrote before it, since the last message.</param>
    void ServerWrote(SimulatedLink link, ReadOnlySpan<byte> message, int pings);

    /// <summary>A message is there for the server to read.</summary>
    void ServerGets(SimulatedLink link, ReadOnlySpan<byte> message);

    /// <summary>The client wrote a message.</summary>
    void ClientWrote(SimulatedLink link, ReadOnlySpan<byte> message);

    /// <summary>The client is about to read a message.</summary>
    void ClientGets(SimulatedLink link, ReadOnlySpan<byte> message);
}
