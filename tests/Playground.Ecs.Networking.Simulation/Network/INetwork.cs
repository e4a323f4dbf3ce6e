using System.Diagnostics.CodeAnalysis;

namespace Playground.Ecs.Networking.Simulation.Network;

/// <summary>Where clients get links from.</summary>
internal interface INetwork
{
    /// <summary>Opens a link to the server, if there is a way.</summary>
    /// <param name="client">The client's number.</param>
    /// <param name="link">The link.</param>
    /// <param name="retryAfter">What the server asked for with its refusal, where it did.</param>
    bool TryConnect(int client, [NotNullWhen(true)] out SimulatedLink? link, out TimeSpan? retryAfter);
}
