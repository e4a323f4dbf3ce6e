using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>Reads resources at the end of the frame, when all systems have updated. Loop thread only.</summary>
internal sealed class ResourceStage(ToolRegistry registry, ConnectionCounters counters, NetworkLog log)
{
    private readonly Queue<PendingRead> _waiting = [];
    private readonly HashSet<PendingRead> _reading = [];
    private bool _isOver;

    /// <summary>Runs a call on the loop's thread: at once when that is the caller's. Set before the first frame.</summary>
    public Action<Action> OnLoop { get; set; } = null!;

    /// <summary>Takes a reading for the end of this frame.</summary>
    public void Begin(PendingRead read)
    {
        if (_isOver) read.Answer(new NetworkError.ServerStopping());
        else _waiting.Enqueue(read);
    }

    /// <summary>When all systems have updated: carries out what waits.</summary>
    public void RunAtFrameEnd()
    {
        for (var left = _waiting.Count; left > 0; left--)
        {
            var read = _waiting.Dequeue();
            if (!read.Answered.IsCompleted) Start(read);
        }
    }

    /// <summary>Nobody waits any more.</summary>
    public void Withdraw(PendingRead read) => CallOff(read);

    /// <summary>The system stops: whoever waits learns that.</summary>
    public void EndAll()
    {
        _isOver = true;
        while (_waiting.TryDequeue(out var read)) read.Answer(new NetworkError.ServerStopping());
        foreach (var read in _reading.ToArray())
        {
            read.Answer(new NetworkError.ServerStopping());
            CallOff(read);
        }
    }

    private void Start(PendingRead read)
    {
        if (registry.FindResource(read.Uri) is not { } match)
        {
            read.Answer(new NetworkError.InvalidArgument($"there is no resource at '{read.Uri}'"));
            return;
        }

        read.Cancellation = new CancellationTokenSource();
        ValueTask<NetworkResult<ResourceContents>> contents;
        try
        {
            contents = match.Resource.Read(match.Read, read.Cancellation.Token);
        }
        catch (Exception exception)
        {
            // The plugin's own code: whatever it throws is its fault alone.
            Fail(read, match.Resource, exception);
            return;
        }

        if (contents.IsCompletedSuccessfully)
        {
            Finish(read, match.Resource, contents.Result);
        }
        else
        {
            _reading.Add(read);
            _ = AwaitAsync(read, match.Resource, contents);
        }
    }

    private async Task AwaitAsync(PendingRead read, McpResource resource, ValueTask<NetworkResult<ResourceContents>> reading)
    {
        try
        {
            var contents = await reading.ConfigureAwait(true);
            OnLoop(() => Finish(read, resource, contents));
        }
        catch (Exception exception)
        {
            OnLoop(() => Fail(read, resource, exception));
        }
    }

    private void Finish(PendingRead read, McpResource resource, in NetworkResult<ResourceContents> contents)
    {
        if (contents.IsOk && contents.Value is null)
        {
            Fail(read, resource, new InvalidOperationException($"The reader of resource {resource.Uri} returned nothing."));
            return;
        }

        Forget(read);
        read.Answer(contents);
    }

    private void Fail(PendingRead read, McpResource resource, Exception exception)
    {
        Forget(read);

        // Called off, it may end as it likes.
        if (read.Answered.IsCompleted && exception is OperationCanceledException) return;
        Count(resource.Uri, exception);
        read.Answer(new NetworkError.HandlerFailed($"at resource '{read.Uri}'"));
    }

    private void Count(string uri, Exception exception)
    {
        counters.HandlerFailures++;
        log.ResourceFailed(exception, uri);
    }

    private void Forget(PendingRead read)
    {
        _reading.Remove(read);
        read.Cancellation = null;
    }

    private void CallOff(PendingRead read)
    {
        if (read.Cancellation is not { } cancellation) return;
        Forget(read);
        _ = CancelAsync(read, cancellation);
    }

    // Not Cancel: the application's callbacks are none of the loop's.
    private async Task CancelAsync(PendingRead read, CancellationTokenSource cancellation)
    {
        try
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException exception)
        {
            OnLoop(() => Count(read.Uri, exception));
        }
    }
}
