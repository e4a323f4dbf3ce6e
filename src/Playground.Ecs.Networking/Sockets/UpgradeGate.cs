namespace Playground.Ecs.Networking.Sockets;

/// <summary>Whether a valid upgrade request may become a link: by its address's rate, its host and its origin. Any thread.</summary>
/// <param name="origins">The rules for hosts and origins.</param>
/// <param name="addresses">The limits by address.</param>
internal sealed class UpgradeGate(OriginRules origins, AddressLimits addresses)
{
    /// <summary>Judges a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="connection">What its connection says of it.</param>
    /// <param name="source">Who it comes from and what it is for, forwarded headers considered.</param>
    /// <returns>The answer to refuse it with; null for one that may.</returns>
    public UpgradeRefusal? Judge(UpgradeRequest request, in RequestSource connection, out RequestSource source)
    {
        source = origins.Resolve(connection, name => request.Headers.GetValueOrDefault(name));
        return addresses.TryAsk(source.Remote) ? origins.Judge(source, request.Origin) : UpgradeRefusal.AddressFull;
    }
}
