using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>
/// Decides who the sender of a Hello is. Runs off the loop, on the thread pool; it may take until
/// <see cref="NetworkingOptions.HelloTimeout"/>, and the link is not read meanwhile. An exception refuses the peer and is logged.
/// </summary>
public delegate ValueTask<AuthenticationResult> Authenticate(AuthenticationRequest request, CancellationToken cancellationToken);

/// <summary>What a peer says of itself.</summary>
/// <param name="ClientName">The client's name for itself: a label, not a proof.</param>
/// <param name="Token">The Hello's token; null when it carried none. Never logged.</param>
/// <param name="Upgrade">The upgrade request's address, origin and headers.</param>
public sealed record AuthenticationRequest(string ClientName, string? Token, LinkUpgrade Upgrade)
{
    /// <summary>Leaves the token out.</summary>
    public override string ToString() => $"AuthenticationRequest {{ ClientName = {ClientName}, Upgrade = {Upgrade.RemoteEndPoint} }}";
}

/// <summary>The answer to an <see cref="AuthenticationRequest"/>. Immutable.</summary>
public readonly record struct AuthenticationResult
{
    private AuthenticationResult(string? peerId, string? reason)
    {
        PeerId = peerId;
        Reason = reason;
    }

    /// <summary>The principal's name; null when refused.</summary>
    public string? PeerId { get; }

    /// <summary>What the refused peer is told; null when accepted.</summary>
    public string? Reason { get; }

    /// <summary>Lets the peer in under the principal's name.</summary>
    /// <exception cref="ArgumentException">The name is empty, above 255 bytes of UTF-8 or has control characters.</exception>
    public static AuthenticationResult Accept(string peerId)
    {
        return Names.IsValid(peerId)
            ? new(peerId, null)
            : throw new ArgumentException(
                $"A peer id must be 1-{ProtocolLimits.MaxNameBytes} bytes of UTF-8 without control characters.", nameof(peerId));
    }

    /// <summary>Refuses the peer with a reason that it is told.</summary>
    public static AuthenticationResult Refuse(string reason) => new(null, reason ?? "refused");
}
