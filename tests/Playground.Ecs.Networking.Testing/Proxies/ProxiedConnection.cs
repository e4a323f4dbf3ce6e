using System.Net;
using System.Net.Sockets;

namespace Playground.Ecs.Networking.Testing.Proxies;

/// <summary>One connection through a <see cref="FaultProxy"/>: a socket to each end and a pump each way.</summary>
internal sealed class ProxiedConnection(Socket client)
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TaskCompletionSource _reset = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _swallows;

    /// <summary>Forwards until an end closes or the connection is reset; a swallowed one lies until it is reset.</summary>
    public async Task RunAsync(IPEndPoint upstream, Func<Task> flow, CancellationToken cancellationToken)
    {
        try
        {
            await _server.ConnectAsync(upstream, cancellationToken);
            await Task.WhenAny(PumpAsync(client, _server, flow), PumpAsync(_server, client, flow), _reset.Task);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody upstream, or reset meanwhile.
        }

        if (_swallows) await _reset.Task;
        Reset();
    }

    /// <summary>Resets both ends.</summary>
    public void Reset()
    {
        foreach (var socket in (Socket[])[client, _server])
        {
            try
            {
                // Without lingering a close is a reset.
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
            {
                // Reset before, or never connected.
            }

            socket.Dispose();
        }

        _reset.TrySetResult();
    }

    /// <summary>Forwards nothing any more, and closes nothing.</summary>
    public void Swallow() => _swallows = true;

    private async Task PumpAsync(Socket from, Socket to, Func<Task> flow)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer);
                await flow();
                if (_swallows) await _reset.Task;
                if (count == 0) break;
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // An end is gone.
        }

        if (_swallows) await _reset.Task;
    }
}
