namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>Calls that wait for something to become true: each is asked once a frame, and none holds a frame up. Loop thread only.</summary>
internal sealed class FrameWaiters
{
    private readonly List<Waiter> _waiters = [];
    private readonly List<Waiter> _asked = [];

    private sealed record Waiter(Func<ToolOutput?> Ask, TaskCompletionSource<ToolOutput> Answered, CancellationToken Cancellation);

    public int Count => _waiters.Count;

    /// <summary>Waits until <paramref name="ask"/> has an answer; asks at once, then at the end of every frame.</summary>
    public ValueTask<ToolOutput> Until(Func<ToolOutput?> ask, CancellationToken cancellationToken)
    {
        if (ask() is { } atOnce) return new(atOnce);
        var waiter = new Waiter(ask, new TaskCompletionSource<ToolOutput>(), cancellationToken);
        _waiters.Add(waiter);
        return new(waiter.Answered.Task);
    }

    /// <summary>At the end of a frame, when its handlers have run.</summary>
    public void Run()
    {
        if (_waiters.Count == 0) return;
        _asked.AddRange(_waiters);
        foreach (var waiter in _asked) Ask(waiter);
        _asked.Clear();
    }

    private void Ask(Waiter waiter)
    {
        if (waiter.Cancellation.IsCancellationRequested)
        {
            _waiters.Remove(waiter);
            waiter.Answered.TrySetCanceled(waiter.Cancellation);
            return;
        }

        try
        {
            if (waiter.Ask() is not { } answer) return;
            _waiters.Remove(waiter);
            waiter.Answered.TrySetResult(answer);
        }
        catch (Exception exception)
        {
            // What a component's own code throws is its call's alone.
            _waiters.Remove(waiter);
            waiter.Answered.TrySetException(exception);
        }
    }
}
