using System.Runtime.InteropServices;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// Where sends happen: on the loop's thread while there are few links, else on one thread of their own that gets one
/// hand-off and one wake-up per flush. The two never write at the same time.
/// </summary>
internal sealed class SendThread : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SendSweep _sweep = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;

    // Under the gate.
    private List<Link> _next = [];
    private bool _retry;
    private bool _busy;
    private bool _stopping;

    // The thread's own.
    private List<Link> _current = [];

    /// <summary>Creates the thread; it runs from <see cref="Start"/> on.</summary>
    public SendThread() => _thread = new Thread(Run) { Name = "Networking send", IsBackground = true };

    /// <summary>Links whose peer does not read. Any thread.</summary>
    public int BlockedCount => _sweep.BlockedCount;

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Loop: writes, or hands over, links that got bytes.</summary>
    /// <param name="links">The links.</param>
    /// <param name="retryBlocked">Try the blocked links again as well: once a frame.</param>
    /// <param name="inline">Write on this thread unless the other one is at work.</param>
    public void Flush(ReadOnlySpan<Link> links, bool retryBlocked, bool inline)
    {
        if (links.IsEmpty && !(retryBlocked && BlockedCount > 0))
        {
            return;
        }

        if (inline && IsIdle())
        {
            Pass(links, retryBlocked);
        }
        else
        {
            HandOver(links, retryBlocked);
        }
    }

    /// <summary>Stops the thread after the pass it is in; no more than one further pass of non-blocking calls is waited for.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    // Only the loop makes the thread busy, so an idle one stays idle for the length of an inline pass.
    private bool IsIdle()
    {
        lock (_gate)
        {
            return !_busy;
        }
    }

    private void HandOver(ReadOnlySpan<Link> links, bool retryBlocked)
    {
        bool wake;
        lock (_gate)
        {
            _next.AddRange(links);
            _retry |= retryBlocked;
            wake = !_busy;
            _busy = true;
        }

        if (wake)
        {
            _wake.Set();
        }
    }

    private void Run()
    {
        while (_wake.WaitOne())
        {
            while (TryTake(out var retryBlocked))
            {
                Pass(CollectionsMarshal.AsSpan(_current), retryBlocked);
                _current.Clear();
            }

            lock (_gate)
            {
                if (_stopping)
                {
                    return;
                }
            }
        }
    }

    private bool TryTake(out bool retryBlocked)
    {
        lock (_gate)
        {
            retryBlocked = _retry;
            _busy = !_stopping && (_retry || _next.Count > 0);
            _retry = false;
            (_next, _current) = (_current, _next);
            return _busy;
        }
    }

    private void Pass(ReadOnlySpan<Link> links, bool retryBlocked)
    {
        if (retryBlocked)
        {
            _sweep.RetryBlocked();
        }

        _sweep.Write(links);
    }
}
