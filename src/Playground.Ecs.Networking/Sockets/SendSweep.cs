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

    // A peer that reads nothing is asked less and less often: a thousand of them would cost a thousand calls a frame.
    private const int RetryPauseMax = 8;

    private readonly byte[] _gather = GC.AllocateUninitializedArray<byte>(GatherBytes);
    private readonly List<WireLink> _blocked = [];
    private volatile int _blockedCount;

    /// <summary>Links with bytes left over. Any thread.</summary>
    public int BlockedCount => _blockedCount;

    /// <summary>Writes what the links have queued. A link that blocked waits for <see cref="RetryBlocked"/>.</summary>
    public void Write(ReadOnlySpan<Link> links)
    {
        foreach (var link in links) Write((WireLink)link);
        _blockedCount = _blocked.Count;
    }

    private void Write(WireLink link)
    {
        if (link.IsBlocked || link.TryWriteAll(_gather)) return;
        link.IsBlocked = true;
        link.RetryIn = link.RetryPause = 1;
        _blocked.Add(link);
    }

    /// <summary>Tries the blocked links again that are due; to be called once a frame.</summary>
    public void RetryBlocked()
    {
        for (var i = _blocked.Count - 1; i >= 0; i--)
        {
            var link = _blocked[i];
            if (--link.RetryIn > 0) continue;
            var written = link.Outbound.WrittenBytes;
            if (link.TryWriteAll(_gather))
            {
                link.IsBlocked = false;
                _blocked[i] = _blocked[^1];
                _blocked.RemoveAt(_blocked.Count - 1);
            }
            else
            {
                // Who reads at all is asked in every pass.
                link.RetryPause = link.Outbound.WrittenBytes > written ? 1 : Math.Min(RetryPauseMax, link.RetryPause * 2);
                link.RetryIn = link.RetryPause;
            }
        }

        _blockedCount = _blocked.Count;
    }
}
