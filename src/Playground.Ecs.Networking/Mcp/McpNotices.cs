namespace Playground.Ecs.Networking.Mcp;

/// <summary>
/// Tells other threads that the catalog or resources changed: from the thread pool, since whoever listens starts work of its own, and one
/// call at a time, so that the last one sees the latest.
/// </summary>
internal sealed class McpNotices(int resourcesMax, ToolCounters counters)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _resources = new(StringComparer.Ordinal);
    private bool _catalog;
    private bool _isRunning;

    public event Action? CatalogChanged;

    public event Action<IReadOnlyCollection<string>>? ResourcesChanged;

    /// <summary>True when nothing waits to be told and nobody is being told. Any thread.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock) return !_isRunning && !_catalog && _resources.Count == 0;
        }
    }

    /// <summary>A resource changed; said with the next <see cref="Announce"/>. Any thread.</summary>
    /// <remarks>Nothing is kept while nobody listens, and in a frame no more than there may be resources.</remarks>
    public void Note(string uri)
    {
        if (ResourcesChanged is null) return;
        lock (_lock)
        {
            if (_resources.Count < resourcesMax || _resources.Contains(uri)) _resources.Add(uri);
            else counters.CountChangeDropped();
        }
    }

    /// <summary>Loop: at the end of a frame, says what changed.</summary>
    /// <param name="catalog">Whether the catalog did.</param>
    public void Announce(bool catalog)
    {
        lock (_lock)
        {
            _catalog |= catalog;
            if (_isRunning || (!_catalog && _resources.Count == 0)) return;
            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static notices => notices.Run(), this, preferLocal: false);
    }

    private void Run()
    {
        while (true)
        {
            bool catalog;
            string[] resources;
            lock (_lock)
            {
                catalog = _catalog;
                resources = [.. _resources];
                _catalog = false;
                _resources.Clear();
                _isRunning = catalog || resources.Length > 0;
                if (!_isRunning) return;
            }

            if (catalog) CatalogChanged?.Invoke();
            if (resources.Length > 0) ResourcesChanged?.Invoke(resources);
        }
    }
}
