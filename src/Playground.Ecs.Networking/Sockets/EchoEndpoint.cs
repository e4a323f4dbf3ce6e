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

    /// <summary>Echoes on an upgraded stream until either side ends, and gives the place back that was taken before.</summary>
    /// <param name="stream">The stream; its owner ends it afterwards.</param>
    /// <param name="glued">Bytes that came with the upgrade.</param>
    /// <param name="endSending">Ends the stream's own half; null: that needs the end of all of it.</param>
    public async Task ServeAsync(Stream stream, byte[] glued, Action? endSending)
    {
        try
        {
            await new EchoConnection(stream, glued, messageBytesMax, endSending).RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            TransportLog.EchoEnded(logger, exception.Message);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Ends all connections.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task ServeAsync(Socket socket, byte[] glued)
    {
        await Task.Yield();
        socket.Blocking = true;
        using var stream = new NetworkStream(socket, ownsSocket: true);
        await ServeAsync(stream, glued, () => socket.Shutdown(SocketShutdown.Send)).ConfigureAwait(false);
    }
}
