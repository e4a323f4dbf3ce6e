using System.Threading.Channels;
using ModelContextProtocol.Protocol;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>Tells one client of a change: the notification's method, and the resource's address where it is about one.</summary>
internal delegate Task TellChange(string method, string? uri, CancellationToken cancellationToken);

/// <summary>
/// What changed and one client was not told yet. What changes twice meanwhile is told once, so it is bounded by what the client asked for;
/// one task tells it, so that a client who reads slowly holds up nobody else. Any thread.
/// </summary>
internal sealed class ChangeFeed(TellChange tell)
{
    private readonly Lock _lock = new();
    private readonly HashSet<(string Method, string? Uri)> _pending = [];
    private readonly HashSet<string> _uris = new(StringComparer.Ordinal);
    private readonly Channel<bool> _some = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The client is told of tools that come and go.</summary>
    public bool Tools { get; init; }

    /// <summary>The client is told of resources that come and go.</summary>
    public bool Resources { get; init; }

    /// <summary>The client is told of prompts that come and go.</summary>
    public bool Prompts { get; init; }

    /// <summary>Begins to tell of a resource's changes.</summary>
    /// <returns>False when the client watches as many as it may.</returns>
    public bool TryWatch(string uri, int urisMax)
    {
        lock (_lock) return _uris.Contains(uri) || (_uris.Count < urisMax && _uris.Add(uri));
    }

    /// <summary>Ends what <see cref="TryWatch"/> began.</summary>
    public void Unwatch(string uri)
    {
        lock (_lock) _uris.Remove(uri);
    }

    public void ToolsChanged()
    {
        if (Tools) Add(NotificationMethods.ToolListChangedNotification, null);
    }

    public void ResourcesChanged()
    {
        if (Resources) Add(NotificationMethods.ResourceListChangedNotification, null);
    }

    public void PromptsChanged()
    {
        if (Prompts) Add(NotificationMethods.PromptListChangedNotification, null);
    }

    public void Updated(IReadOnlyCollection<string> uris)
    {
        foreach (var uri in uris)
        {
            bool isWatched;
            lock (_lock) isWatched = _uris.Contains(uri);
            if (isWatched) Add(NotificationMethods.ResourceUpdatedNotification, uri);
        }
    }

    /// <summary>Tells until it is called off; exceptions of the telling end it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _some.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var (method, uri) in Take()) await tell(method, uri, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Add(string method, string? uri)
    {
        lock (_lock) _pending.Add((method, uri));
        _some.Writer.TryWrite(true);
    }

    private (string Method, string? Uri)[] Take()
    {
        lock (_lock)
        {
            var taken = _pending.ToArray();
            _pending.Clear();
            return taken;
        }
    }
}
