namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>
/// What waits for the application, in the order of arrival. Packets and errors are bounded in count and bytes: the oldest
/// unreliable ones are dropped and counted, reliable ones never; when only such wait, the link is read no further (PROTOCOL.md, section 8).
/// </summary>
internal sealed class Inbox(ClientOptions options, SessionCounters counters)
{
    // What stays until it is taken, and what may be dropped: the order numbers join the two.
    private readonly Queue<Entry> _kept = new();
    private readonly Queue<Entry> _droppable = new();
    private long _order;
    private int _keptPackets;
    private long _keptBytes;
    private long _droppableBytes;

    private readonly record struct Entry(long Order, ClientEvent Event)
    {
        public int Bytes => Event.Data.Length + ((Event.Call.Arguments?.Length ?? 0) * sizeof(char));

        public bool Counts => Event.Kind != ClientEventKind.State;
    }

    public bool IsEmpty => _kept.Count == 0 && _droppable.Count == 0;

    /// <summary>Packets, requests and errors that wait.</summary>
    public int Packets => _keptPackets + _droppable.Count;

    /// <summary>Their bytes.</summary>
    public long Bytes => _keptBytes + _droppableBytes;

    /// <summary>True when what may not be dropped fills it. One more message is taken then: it has arrived already.</summary>
    public bool IsFull => _keptPackets >= options.InboxPackets || _keptBytes >= options.InboxBytes;

    /// <summary>Adds what may not be dropped: state changes, reliable packets, requests and tool calls.</summary>
    public void Keep(in ClientEvent e)
    {
        var entry = new Entry(_order++, e);
        _kept.Enqueue(entry);
        if (!entry.Counts) return;
        _keptPackets++;
        _keptBytes += entry.Bytes;
        while (IsOver() && _droppable.Count > 0) DropOldest();
    }

    /// <summary>Adds what may be dropped: unreliable packets and errors.</summary>
    public void Offer(in ClientEvent e)
    {
        var entry = new Entry(_order++, e);
        _droppable.Enqueue(entry);
        _droppableBytes += entry.Bytes;
        while (IsOver() && _droppable.Count > 0) DropOldest();
    }

    public bool TryTake(out ClientEvent e)
    {
        if (TakesKept())
        {
            var entry = _kept.Dequeue();
            e = entry.Event;
            if (!entry.Counts) return true;
            _keptPackets--;
            _keptBytes -= entry.Bytes;
            return true;
        }

        if (_droppable.TryDequeue(out var oldest))
        {
            _droppableBytes -= oldest.Bytes;
            e = oldest.Event;
            return true;
        }

        e = default;
        return false;
    }

    private bool TakesKept() =>
        _kept.TryPeek(out var kept) && (!_droppable.TryPeek(out var droppable) || kept.Order < droppable.Order);

    private bool IsOver() => Packets > options.InboxPackets || Bytes > options.InboxBytes;

    private void DropOldest()
    {
        _droppableBytes -= _droppable.Dequeue().Bytes;
        counters.InboxDropped++;
    }
}
