using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Mcp;

namespace Playground.Ecs.Networking.Links;

/// <summary>
/// Where links come from. A transport accepts WebSockets, hands them to the loop as <see cref="Link"/>s and writes what
/// the loop appended to their <see cref="Link.Outbound"/> queues.
/// </summary>
/// <remarks>
/// Unless a member says otherwise it is called by the loop thread only. No member may block: a peer is never waited for.
/// </remarks>
public interface ITransport : IAsyncDisposable
{
    /// <summary>The address that clients connect to, with the port that was bound; null before <see cref="StartAsync"/> and for transports without one.</summary>
    IPEndPoint? LocalEndPoint { get; }

    /// <summary>Links that are open or still closing.</summary>
    int LinkCount { get; }

    /// <summary>Binds and starts to accept. Any thread, once.</summary>
    /// <returns>Ok, or an error that names the address (for instance <see cref="NetworkError.AddressInUse"/>); nothing is left half-started then.</returns>
    ValueTask<NetworkResult> StartAsync(TransportStart context, CancellationToken cancellationToken);

    /// <summary>Called first in every frame: finishes closing links, enforces deadlines.</summary>
    void BeginFrame();

    /// <summary>Takes the next link whose upgrade is complete.</summary>
    bool TryAccept([NotNullWhen(true)] out Link? link);

    /// <summary>
    /// Hands over the links that got bytes since they were last handed over. Each of them is written by one send per call
    /// where the kernel takes it; what does not fit is kept and finished first.
    /// </summary>
    void Flush(ReadOnlySpan<Link> links);

    /// <summary>Stops accepting new links; open ones go on. Any thread.</summary>
    ValueTask StopAcceptingAsync();
}

/// <summary>What the system gives its transport at the start.</summary>
/// <param name="Options">The system's validated options.</param>
/// <param name="Buffers">The loop's buffer pool, for the loop thread only.</param>
/// <param name="Time">The clock of every deadline.</param>
/// <param name="LoggerFactory">Where the transport logs.</param>
public sealed record TransportStart(NetworkingOptions Options, BufferPool Buffers, TimeProvider Time, ILoggerFactory LoggerFactory)
{
    /// <summary>What serves language models on a transport's HTTP port; null: nobody.</summary>
    internal IMcpLoop? Mcp { get; init; }

    /// <summary>What was refused before it became a link.</summary>
    internal UpgradeCounters Refused { get; init; } = new();
}
