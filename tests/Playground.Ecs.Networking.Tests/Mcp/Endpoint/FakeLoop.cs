using System.Collections.Concurrent;
using System.Text.Json;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Tests.Mcp.Endpoint;

/// <summary>A tool of a test: it runs on the caller's thread.</summary>
internal delegate Task<ToolOutput> FakeTool(LlmSession? session, JsonElement arguments, ToolListener? listener, CancellationToken cancellationToken);

/// <summary>The loop as the endpoint sees it, without one.</summary>
internal sealed class FakeLoop(NetworkingOptions options) : IMcpLoop
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FakeTool> _tools = [];
    private readonly Dictionary<LlmIdentity, LlmSession> _sessions = [];
    private readonly Dictionary<string, ResourceContents> _contents = [];
    private ushort _channel = ChannelRanges.LlmFirst;

    public event Action? CatalogChanged;

    public event Action<IReadOnlyCollection<string>>? ResourcesChanged;

    public NetworkingOptions Options => options;

    public McpCatalog Catalog { get; private set; } = McpCatalog.Empty;

    public RefusedRequests Refused { get; } = new();

    /// <summary>Sessions at once.</summary>
    public int SessionsMax { get; set; } = 16;

    /// <summary>Every session that was opened.</summary>
    public ConcurrentQueue<LlmSession> Opened { get; } = [];

    /// <summary>Every session that the endpoint closed, as it closes them.</summary>
    public BlockingCollection<LlmSession> Closed { get; } = [];

    /// <summary>Sessions that are open.</summary>
    public int SessionCount
    {
        get
        {
            lock (_lock) return _sessions.Count;
        }
    }

    public void Add(string name, FakeTool tool, ToolOptions? toolOptions = null)
    {
        var schema = JsonSerializer.Deserialize<JsonElement>("""{"type":"object","properties":{"text":{"type":"string"}}}""");
        _tools[name] = tool;
        var added = new McpTool(name, $"The tool {name}.", schema, null!, 13, toolOptions ?? ToolOptions.Default);
        Replace(new McpCatalog([.. Catalog.Tools, added], Catalog.Resources));
    }

    public void Remove(string name) => Replace(new McpCatalog([.. Catalog.Tools.Where(tool => tool.Name != name)], Catalog.Resources));

    public void AddResource(ResourceContents contents)
    {
        _contents[contents.Uri] = contents;
        AddResource(contents.Uri, contents.MimeType);
    }

    public void AddResource(string uri, string mimeType) => Replace(new McpCatalog(
        Catalog.Tools,
        [.. Catalog.Resources, new McpResource(uri, "name of it", "What is there.", mimeType, static (_, _) => throw new InvalidOperationException())]));

    public void RaiseResourcesChanged(params string[] uris) => ResourcesChanged?.Invoke(uris);

    public ValueTask<NetworkResult<LlmSession>> OpenAsync(LlmIdentity identity, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_sessions.TryGetValue(identity, out var known)) return new(known);
            if (_sessions.Count >= SessionsMax) return new(new NetworkError.LimitExceeded("McpOptions.SessionsMax", SessionsMax, SessionsMax + 1));
            var channel = new Channel(null!, _channel++, "model", new PluginOptions(), null, null!);
            var session = new LlmSession(identity, channel, 1, options.Mcp!, options.TimeProvider);
            _sessions.Add(identity, session);
            Opened.Enqueue(session);
            return new(session);
        }
    }

    public LlmSession? Find(LlmIdentity identity)
    {
        lock (_lock) return _sessions.GetValueOrDefault(identity);
    }

    public void Close(LlmSession session)
    {
        lock (_lock) _sessions.Remove(session.Identity);
        session.IsOver = true;
        Closed.Add(session);
    }

    public Task<ToolOutput> CallAsync(
        LlmSession? session, string tool, JsonElement arguments, ToolListener? listener, CancellationToken cancellationToken) =>
        _tools[tool](session, arguments, listener, cancellationToken);

    public Task<NetworkResult<ResourceContents>> ReadAsync(string uri, CancellationToken cancellationToken) => Task.FromResult(
        _contents.TryGetValue(uri, out var contents)
            ? (NetworkResult<ResourceContents>)contents
            : new NetworkError.InvalidArgument($"there is no resource '{uri}'"));

    private void Replace(McpCatalog catalog)
    {
        Catalog = catalog;
        CatalogChanged?.Invoke();
    }
}
