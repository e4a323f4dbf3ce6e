namespace Playground.Ecs.Networking.Mcp;

/// <summary>A reading of a resource that waits for its contents. Any thread.</summary>
/// <param name="uri">The resource's address.</param>
/// <param name="cancellation">Cancelled when nobody waits any more.</param>
internal sealed class PendingRead(string uri, CancellationToken cancellation)
{
    private readonly TaskCompletionSource<NetworkResult<ResourceContents>> _caller = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Uri { get; } = uri;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Completes with the contents or what stands in the way.</summary>
    public Task<NetworkResult<ResourceContents>> Answered => _caller.Task;

    /// <summary>The first answer counts.</summary>
    public void Answer(in NetworkResult<ResourceContents> contents) => _caller.TrySetResult(contents);
}
