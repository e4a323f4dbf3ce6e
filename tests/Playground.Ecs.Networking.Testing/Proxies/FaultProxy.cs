using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Playground.Ecs.Networking.Testing.Proxies;

/// <summary>
/// A TCP proxy on 127.0.0.1 that does to its connections what networks do: cuts them, stalls them, or lets them lie open with
/// nobody behind. Any thread.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _upstream;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<ProxiedConnection, Task> _connections = [];
    private readonly Task _accepting;
    private volatile TaskCompletionSource _flow = Opened();
    private volatile bool _refuses;

    private FaultProxy(IPEndPoint upstream)
    {
        _upstream = upstream;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect to.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Connections taken so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>Begins to forward to <paramref name="upstream"/>.</summary>
    public static FaultProxy Start(IPEndPoint upstream) => new(upstream);

    /// <summary>Resets all connections, both ends of each.</summary>
    public void Cut()
    {
        foreach (var connection in _connections.Keys) connection.Reset();
    }

    /// <summary>Lets no byte pass, of these connections and of later ones, until <see cref="Flow"/>.</summary>
    public void Stall() => _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends <see cref="Stall"/>: what waited passes.</summary>
    public void Flow() => _flow.TrySetResult();

    /// <summary>Lets the connections of now lie open: whatever either end says or does, the other one is told nothing any more.</summary>
    public void HalfOpen()
    {
        foreach (var connection in _connections.Keys) connection.Swallow();
    }

    /// <summary>Whether later connections are reset as soon as they are made.</summary>
    public void Refuse(bool refuses) => _refuses = refuses;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        Flow();
        await _accepting;
        Cut();
        await Task.WhenAll(_connections.Values);
        _stopping.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stopping.Token);
                Accepted++;
                Take(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Disposed.
        }
    }

    private void Take(Socket client)
    {
        var connection = new ProxiedConnection(client);
        if (_refuses)
        {
            connection.Reset();
            return;
        }

        var running = new TaskCompletionSource();
        _connections[connection] = running.Task;
        _ = RunAsync(connection, running);
    }

    private async Task RunAsync(ProxiedConnection connection, TaskCompletionSource running)
    {
        await connection.RunAsync(_upstream, () => _flow.Task, _stopping.Token);
        _connections.TryRemove(connection, out _);
        running.SetResult();
    }
}
