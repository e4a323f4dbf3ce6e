using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// Writes links, one non-blocking send each, and remembers those whose peer does not read. One thread at a time:
/// <see cref="SendThread"/> decides which.
/// </summary>
internal sealed class SendSweep
{
    // A frame's budget of one link with its frame headers fits; more takes a second call.
    private const int GatherBytes = 320 * 1024;

    private readonly byte[] _gather = GC.AllocateUninitializedArray<byte>(GatherBytes);
    private readonly List<WireLink> _blocked = [];
    private volatile int _blockedCount;

    /// <summary>Links with bytes left over. Any thread.</summary>
    public int BlockedCount => _blockedCount;

    /// <summary>Writes what the links have queued. A link that blocked waits for <see cref="RetryBlocked"/>.</summary>
    public void Write(ReadOnlySpan<Link> links)
    {
        foreach (var link in links)
        {
            var wire = (WireLink)link;
            if (!wire.IsBlocked && !wire.TryWriteAll(_gather))
            {
                wire.IsBlocked = true;
                _blocked.Add(wire);
            }
        }

        _blockedCount = _blocked.Count;
    }

    /// <summary>Tries the blocked links again.</summary>
    public void RetryBlocked()
    {
        for (var i = _blocked.Count - 1; i >= 0; i--)
        {
            var link = _blocked[i];
            if (link.TryWriteAll(_gather))
            {
                link.IsBlocked = false;
                _blocked[i] = _blocked[^1];
                _blocked.RemoveAt(_blocked.Count - 1);
            }
        }

        _blockedCount = _blocked.Count;
    }
}
