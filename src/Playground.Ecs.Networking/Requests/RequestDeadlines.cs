using System.Diagnostics.CodeAnalysis;

namespace Playground.Ecs.Networking.Requests;

/// <summary>Pending requests by their deadlines, in timestamps of the system's clock. Loop thread only.</summary>
/// <remarks>
/// Answered ones stay until they are in the majority: taking one out of the middle of the queue would cost a search, and nearly every
/// request is answered long before its deadline.
/// </remarks>
internal sealed class RequestDeadlines
{
    private const int DoneMin = 64;

    private readonly PriorityQueue<PendingRequest, long> _queue = new();
    private int _done;

    /// <summary>Requests in the queue, answered ones included.</summary>
    public int Count => _queue.Count;

    /// <summary>True when there is nothing to look at.</summary>
    public bool IsEmpty => Count == 0;

    public void Add(PendingRequest request, long deadline)
    {
        request.HasDeadline = true;
        _queue.Enqueue(request, deadline);
    }

    /// <summary>A request that stands in the queue is done.</summary>
    public void Forget(PendingRequest request)
    {
        if (!request.HasDeadline) return;
        request.HasDeadline = false;
        if (++_done >= DoneMin && _done > _queue.Count / 2) Compact();
    }

    /// <summary>Takes a request out whose deadline has passed.</summary>
    public bool TryTakeDue(long now, [NotNullWhen(true)] out PendingRequest? request)
    {
        while (_queue.TryPeek(out request, out var deadline) && deadline <= now)
        {
            _queue.Dequeue();
            if (request.HasDeadline)
            {
                request.HasDeadline = false;
                return true;
            }

            _done--;
        }

        request = null;
        return false;
    }

    private void Compact()
    {
        var left = _queue.UnorderedItems.Where(static item => item.Element.HasDeadline).ToArray();
        _queue.Clear();
        _queue.EnqueueRange(left);
        _done = 0;
    }
}
