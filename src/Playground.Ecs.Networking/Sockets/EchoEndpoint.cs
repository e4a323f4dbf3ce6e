using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// The connections of the echo path: a plain WebSocket echo for conformance tools, with the same framing code as links, away
/// from the loop. A task each, and at most <see cref="ConnectionsMax"/> of them.
/// </summary>
internal sealed class EchoEndpoint(int messageBytesMax, ILogger logger) : IDisposable
{
    private const int ConnectionsMax = 64;

    private readonly CancellationTokenSource _stop = new();
    private int _count;

    /// <summary>Takes a place. Any thread.</summary>
    public bool TryReserve()
    {
        if (Interlocked.Increment(ref _count) <= ConnectionsMax)
        {
            return true;
        }

        Release();
        return false;
    }

    /// <summary>Gives a place back. Any thread.</summary>
    public void Release() => Interlocked.Decrement(ref _count);

    /// <summary>Starts to serve an upgraded socket, and owns it from here.</summary>
    public void Begin(Socket socket, byte[] glued) => _ = ServeAsync(socket, glued);

    /// <summary>Ends all connections.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task ServeAsync(Socket socket, byte[] glued)
    {
        try
        {
            await Task.Yield();
            var connection = new EchoConnection(socket, glued, messageBytesMax);
            await connection.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            TransportLog.EchoEnded(logger, exception.Message);
        }
        finally
        {
            socket.Dispose();
            Release();
        }
    }
}
