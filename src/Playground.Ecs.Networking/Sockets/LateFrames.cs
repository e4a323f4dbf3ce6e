
namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// Has links answer pings while the loop begins no frame: a plugin that blocks it must not make browsers and proxies give their
/// connections up. Looks four times a second, from the first link on. Any thread.
/// </summary>
/// <param name="links">Whose frames.</param>
/// <param name="time">Where its timer comes from.</param>
internal sealed class LateFrames(LinkSet links, TimeProvider time) : IDisposable
{
    /// <summary>From when on a frame is late, and how often is looked.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly HashSet<WebSocketLink> _links = [];
    private ITimer? _timer;
    private bool _isOver;

    /// <summary>A link that can answer by itself, until <see cref="Remove"/>.</summary>
    public void Add(WebSocketLink link)
    {
        lock (_gate)
        {
            if (_isOver) return;
            _links.Add(link);

            // The timer outlives the request that happens to be the first.
            using (ExecutionContext.SuppressFlow()) _timer ??= time.CreateTimer(static state => ((LateFrames)state!).Look(), this, Late, Late);
        }
    }

    /// <summary>The link has ended.</summary>
    public void Remove(WebSocketLink link)
    {
        lock (_gate) _links.Remove(link);
    }

    /// <summary>Ends it; no link is touched afterwards.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _links.Clear();
            _timer?.Dispose();
        }
    }

    private void Look()
    {
        if (!links.IsFrameLate || !_gate.TryEnter()) return;
        try
        {
            foreach (var link in _links) link.AnswerAhead();
        }
        finally
        {
            _gate.Exit();
        }
    }
}
