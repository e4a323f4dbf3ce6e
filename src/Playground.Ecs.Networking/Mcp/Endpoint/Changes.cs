using System.Collections.Concurrent;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>Carries the loop's changes to everyone who asked for them. Any thread.</summary>
internal sealed class Changes : IDisposable
{
    private readonly ConcurrentDictionary<ChangeFeed, byte> _feeds = new();
    private readonly IMcpLoop _loop;
    private McpCatalog _known;

    public Changes(IMcpLoop loop)
    {
        _loop = loop;
        _known = loop.Catalog;
        loop.CatalogChanged += OnCatalog;
        loop.ResourcesChanged += OnResources;
    }

    public void Add(ChangeFeed feed) => _feeds.TryAdd(feed, 0);

    public void Remove(ChangeFeed feed) => _feeds.TryRemove(feed, out _);

    public void Dispose()
    {
        _loop.CatalogChanged -= OnCatalog;
        _loop.ResourcesChanged -= OnResources;
    }

    // One call at a time: the loop says so.
    private void OnCatalog()
    {
        var (before, now) = (_known, _loop.Catalog);
        _known = now;
        var tools = !before.Tools.SequenceEqual(now.Tools);
        var resources = !before.Resources.SequenceEqual(now.Resources);
        foreach (var (feed, _) in _feeds)
        {
            if (tools) feed.ToolsChanged();
            if (resources) feed.ResourcesChanged();
        }
    }

    private void OnResources(IReadOnlyCollection<string> uris)
    {
        foreach (var (feed, _) in _feeds) feed.Updated(uris);
    }
}
