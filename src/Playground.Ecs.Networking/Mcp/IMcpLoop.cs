using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>What the HTTP side asks of the loop. Any thread; nothing here blocks, and what needs the loop costs a frame.</summary>
internal interface IMcpLoop
{
    /// <summary>The options that the system was started with.</summary>
    NetworkingOptions Options { get; }

    /// <summary>Counts what the endpoint refuses.</summary>
    RefusedRequests Refused { get; }

    /// <summary>What is on offer now; replaced, never changed.</summary>
    McpCatalog Catalog { get; }

    /// <summary>Raised when <see cref="Catalog"/> was replaced: at most once a frame, never on the loop's thread, one call at a time.</summary>
    event Action? CatalogChanged;

    /// <summary>Raised when a resource's contents changed, by its address. As <see cref="CatalogChanged"/>.</summary>
    event Action<IReadOnlyCollection<string>>? ResourcesChanged;

    /// <summary>Finds an identity's session, or gives it a channel and an entity.</summary>
    /// <returns>The session; LimitExceeded when all channels are taken, NotConnected when the system does not run.</returns>
    ValueTask<NetworkResult<LlmSession>> OpenAsync(LlmIdentity identity, CancellationToken cancellationToken);

    /// <summary>An identity's session; null: it has none.</summary>
    LlmSession? Find(LlmIdentity identity);

    /// <summary>Ends a session: its entity and channel go, its calls are cancelled. Again: nothing.</summary>
    void Close(LlmSession session);

    /// <summary>
    /// Calls a tool: checks arguments and limits, waits for the result, which always comes: what goes wrong is an error in it.
    /// </summary>
    /// <param name="session">Who calls; null: the application itself.</param>
    /// <param name="tool">The tool's name.</param>
    /// <param name="arguments">The arguments; undefined: an empty object.</param>
    /// <param name="listener">Hears progress and log, all of it before the result; null: nobody.</param>
    /// <param name="cancellationToken">Calls it off.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<ToolOutput> CallAsync(
        LlmSession? session, string tool, JsonElement arguments, ToolListener? listener, CancellationToken cancellationToken);

    /// <summary>Reads a resource.</summary>
    /// <returns>The contents; InvalidArgument when there is no such resource, or its reader's error, HandlerFailed, Timeout, LimitExceeded.</returns>
    Task<NetworkResult<ResourceContents>> ReadAsync(string uri, CancellationToken cancellationToken);
}

/// <summary>What models may call and read at a moment. Immutable.</summary>
internal sealed class McpCatalog(IReadOnlyList<McpTool> tools, IReadOnlyList<McpResource> resources)
{
    private readonly Dictionary<string, McpTool> _byName = tools.ToDictionary(static tool => tool.Name, StringComparer.Ordinal);

    public static McpCatalog Empty { get; } = new([], []);

    /// <summary>By name.</summary>
    public IReadOnlyList<McpTool> Tools { get; } = tools;

    /// <summary>By address, templates included.</summary>
    public IReadOnlyList<McpResource> Resources { get; } = resources;

    /// <summary>The tool of a name; null: there is none.</summary>
    public McpTool? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>
/// Who calls: in the older protocol the SDK's session, in the newer one who authenticated, the client's name and a handle of its choice
/// where one program runs several models.
/// </summary>
/// <param name="SessionId">The older protocol's session; null in the newer one.</param>
/// <param name="Principal">Who authenticated; null where nobody has to.</param>
/// <param name="ClientName">What the client calls itself.</param>
/// <param name="ClientVersion">Which version of it; no part of the identity.</param>
/// <param name="Agent">The handle, from the header <c>Playground-Agent</c>; null: none.</param>
internal sealed record LlmIdentity(string? SessionId, string? Principal, string ClientName, string ClientVersion, string? Agent)
{
    public bool Equals(LlmIdentity? other) => other is not null
        && SessionId == other.SessionId && Principal == other.Principal && (SessionId is not null || (ClientName == other.ClientName && Agent == other.Agent));

    public override int GetHashCode() => SessionId is null ? HashCode.Combine(Principal, ClientName, Agent) : HashCode.Combine(SessionId, Principal);
}
