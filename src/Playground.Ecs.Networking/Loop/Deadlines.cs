using System.Diagnostics.CodeAnalysis;

namespace Playground.Ecs.Networking.Loop;

/// <summary>What waits for something, by the time until which it does, in timestamps of the system's clock. Loop thread only.</summary>
/// <remarks>
/// What is done stays until it may be the majority: taking one out of the middle of the queue would cost a search, and nearly everything is
/// done long before its deadline.
/// </remarks>
/// <param name="isDone">True of one that waits for nothing any more.</param>
internal sealed class Deadlines<T>(Func<T, bool> isDone)
    where T : class
{
    private const int CompactMin = 128;

    private readonly PriorityQueue<T, long> _queue = new();
    private int _compactAt = CompactMin;

    /// <summary>How many stand in the queue, done ones included.</summary>
    public int Count => _queue.Count;

    /// <summary>True when there is nothing to look at.</summary>
    public bool IsEmpty => Count == 0;

    public void Add(T waiting, long deadline)
    {
        if (_queue.Count >= _compactAt) Compact();
        _queue.Enqueue(waiting, deadline);
    }

    /// <summary>Takes one out whose deadline has passed before it was done.</summary>
    public bool TryTakeDue(long now, [NotNullWhen(true)] out T? due)
    {
        while (_queue.TryPeek(out due, out var deadline) && deadline <= now)
        {
            _queue.Dequeue();
            if (!isDone(due)) return true;
        }

        due = null;
        return false;
    }

    public void Clear() => _queue.Clear();

    private void Compact()
    {
        var left = _queue.UnorderedItems.Where(item => !isDone(item.Element)).ToArray();
        _queue.Clear();
        _queue.EnqueueRange(left);
        _compactAt = Math.Max(CompactMin, 2 * _queue.Count);
    }
}
