namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>What fails at its deadline. What ended before is forgotten when its deadline comes.</summary>
internal sealed class Deadlines
{
    private readonly PriorityQueue<Waiting, long> _waiting = new();

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
        if (waiting.Deadline != long.MaxValue) _waiting.Enqueue(waiting, waiting.Deadline);
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
}
