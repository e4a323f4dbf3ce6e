using System.Net;

namespace Playground.Ecs.Networking.Links;

/// <summary>What a link's upgrade request said. Immutable; any thread.</summary>
/// <param name="RemoteEndPoint">The peer's address; null where the transport has none (memory).</param>
/// <param name="Host">The Host header.</param>
/// <param name="Origin">The Origin header; null when the client sent none.</param>
/// <param name="Subprotocol">The subprotocol agreed on; null when the client offered none.</param>
public sealed record LinkUpgrade(IPEndPoint? RemoteEndPoint, string Host, string? Origin, string? Subprotocol)
{
    /// <summary>All headers of the request, by name without regard to case; the last one wins.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = EmptyHeaders;

    private static readonly Dictionary<string, string> EmptyHeaders = [];
}
