using Microsoft.Extensions.Hosting;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>Tells the SDK's services when the endpoint stops; the process is none of their business. Any thread.</summary>
internal sealed class McpLifetime : IHostApplicationLifetime, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public CancellationToken ApplicationStarted { get; } = new(canceled: true);

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => _stopping.Token;

    /// <summary>Ends streams and calls.</summary>
    public void StopApplication() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();
}
