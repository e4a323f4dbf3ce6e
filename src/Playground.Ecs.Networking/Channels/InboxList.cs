namespace Playground.Ecs.Networking.Channels;

/// <summary>The inboxes that hold packets and so must be told when a frame ends. Loop thread only.</summary>
internal sealed class InboxList
{
    private readonly List<Inbox> _inboxes = [];

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
