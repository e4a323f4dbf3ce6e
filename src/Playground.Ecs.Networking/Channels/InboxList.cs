namespace Playground.Ecs.Networking.Channels;

/// <summary>The inboxes that hold packets and so must be told when a frame ends. Loop thread only.</summary>
internal sealed class InboxList
{
    private readonly List<Inbox> _inboxes = [];
    private long _dropped;

    /// <summary>Packets dropped from all inboxes so far, those of channels that are gone included. Any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void CountDropped() => Volatile.Write(ref _dropped, _dropped + 1);

    public void List(Inbox inbox)
    {
        if (inbox.IsListed) return;
        inbox.IsListed = true;
        _inboxes.Add(inbox);
    }

    /// <summary>What was taken is freed, what was not is kept beyond the frame's arena.</summary>
    public void EndFrame()
    {
        for (var i = _inboxes.Count - 1; i >= 0; i--)
        {
            var inbox = _inboxes[i];
            if (inbox.EndFrame()) continue;
            inbox.IsListed = false;
            _inboxes[i] = _inboxes[^1];
            _inboxes.RemoveAt(_inboxes.Count - 1);
        }
    }
}
