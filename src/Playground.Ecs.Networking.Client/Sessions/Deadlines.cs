namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>What fails at its deadline. What ended before is forgotten when its deadline comes, or when it is half of all.</summary>
internal sealed class Deadlines
{
    private const int SweepAtLeast = 1024;

    private readonly PriorityQueue<Waiting, long> _waiting = new();
    private int _sweepAt = SweepAtLeast;

    public int Count => _waiting.Count;

    /// <summary>The next deadline of something that still waits; <see cref="long.MaxValue"/>: none.</summary>
    public long Next
    {
        get
        {
            while (_waiting.TryPeek(out var first, out var deadline))
            {
                if (!first.IsOver) return deadline;
                _waiting.Dequeue();
            }

            return long.MaxValue;
        }
    }

    public void Add(Waiting waiting)
    {
        if (waiting.Deadline == long.MaxValue) return;
        _waiting.Enqueue(waiting, waiting.Deadline);
        if (_waiting.Count >= _sweepAt) Sweep();
    }

    /// <summary>Takes one whose deadline has come.</summary>
    public bool TryTakeDue(long now, out Waiting due)
    {
        if (Next <= now)
        {
            due = _waiting.Dequeue();
            return true;
        }

        due = null!;
        return false;
    }

    public void Clear() => _waiting.Clear();

    private void Sweep()
    {
        var left = _waiting.UnorderedItems.Where(static item => !item.Element.IsOver).ToList();
        _waiting.Clear();
        _waiting.EnqueueRange(left);
        _sweepAt = Math.Max(SweepAtLeast, 2 * left.Count);
    }
}
