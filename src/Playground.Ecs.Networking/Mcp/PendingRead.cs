namespace Playground.Ecs.Networking.Mcp;

/// <summary>A reading of a resource that waits for its contents. The loop's, but for what says otherwise.</summary>
/// <param name="uri">The resource's address.</param>
internal sealed class PendingRead(string uri)
{
    private readonly TaskCompletionSource<NetworkResult<ResourceContents>> _caller = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The resource's address. Any thread.</summary>
    public string Uri { get; } = uri;

    /// <summary>Calls the reader off, while it reads.</summary>
    public CancellationTokenSource? Cancellation { get; set; }

    /// <summary>Completes with the contents or what stands in the way. Any thread.</summary>
    public Task<NetworkResult<ResourceContents>> Answered => _caller.Task;

    /// <summary>The first answer counts. Any thread.</summary>
    public void Answer(in NetworkResult<ResourceContents> contents) => _caller.TrySetResult(contents);
}
