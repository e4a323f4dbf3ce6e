using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Mcp;

/// <summary>Reads resources at the end of the frame, when all systems have updated. Loop thread only.</summary>
internal sealed class ResourceStage(ToolRegistry registry, ConnectionCounters counters, NetworkLog log)
{
    private readonly Queue<PendingRead> _waiting = [];

    /// <summary>Runs a call on the loop's thread: at once when that is the caller's. Set before the first frame.</summary>
    public Action<Action> OnLoop { get; set; } = null!;

    /// <summary>Takes a reading for the end of this frame.</summary>
    public void Begin(PendingRead read) => _waiting.Enqueue(read);

    /// <summary>When all systems have updated: carries out what waits.</summary>
    public void RunAtFrameEnd()
    {
        for (var left = _waiting.Count; left > 0; left--)
        {
            var read = _waiting.Dequeue();
            if (!read.Answered.IsCompleted) Start(read);
        }
    }

    /// <summary>The system stops: whoever waits learns that.</summary>
    public void EndAll()
    {
        while (_waiting.TryDequeue(out var read)) read.Answer(new NetworkError.ServerStopping());
    }

    private void Start(PendingRead read)
    {
        if (registry.FindResource(read.Uri) is not { } match)
        {
            read.Answer(new NetworkError.InvalidArgument($"there is no resource at '{read.Uri}'"));
            return;
        }

        ValueTask<NetworkResult<ResourceContents>> contents;
        try
        {
            contents = match.Resource.Read(match.Read, read.Cancellation);
        }
        catch (Exception exception)
        {
            // The plugin's own code: whatever it throws is its fault alone.
            Fail(read, match.Resource, exception);
            return;
        }

        if (contents.IsCompletedSuccessfully) read.Answer(contents.Result);
        else _ = AwaitAsync(read, match.Resource, contents);
    }

    private async Task AwaitAsync(PendingRead read, McpResource resource, ValueTask<NetworkResult<ResourceContents>> contents)
    {
        try
        {
            read.Answer(await contents.ConfigureAwait(true));
        }
        catch (Exception exception)
        {
            OnLoop(() => Fail(read, resource, exception));
        }
    }

    private void Fail(PendingRead read, McpResource resource, Exception exception)
    {
        // Called off, it may end as it likes.
        if (exception is OperationCanceledException && read.Cancellation.IsCancellationRequested) return;
        counters.HandlerFailures++;
        log.ResourceFailed(exception, resource.Uri);
        read.Answer(new NetworkError.HandlerFailed($"at resource '{read.Uri}'"));
    }
}
