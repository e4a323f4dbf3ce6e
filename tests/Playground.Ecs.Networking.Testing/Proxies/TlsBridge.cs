using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Testing.Proxies;

/// <summary>
/// Lets a client that speaks plain text on 127.0.0.1 speak to a TLS server: ends and resets pass as such, both ways. Any thread.
/// </summary>
public sealed class TlsBridge : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly IPEndPoint _upstream;

    private TlsBridge(IPEndPoint upstream)
    {
        _upstream = upstream;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _ = AcceptAsync();
    }

    /// <summary>Where clients connect to.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Begins to forward to <paramref name="upstream"/>, which has the test's certificate.</summary>
    public static TlsBridge Start(IPEndPoint upstream) => new(upstream);

    /// <summary>Takes no more connections; those that are open end with their ends.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.AcceptAsync(_stopping.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(_upstream);
            await using var tls = new SslStream(new NetworkStream(server), leaveInnerStreamOpen: false);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = TestCertificate.IsTheServers,
            });
            await Task.WhenAll(
                UnlessLostAsync(SendAsync(client, tls, server), client, server),
                UnlessLostAsync(ReceiveAsync(tls, client), client, server));
        }
        catch (Exception exception) when (IsLost(exception))
        {
            Reset(client);
        }

        client.Dispose();
    }

    private static async Task SendAsync(Socket client, SslStream tls, Socket server)
    {
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await client.ReceiveAsync(buffer)) > 0)
        {
            await tls.WriteAsync(buffer.AsMemory(0, count));
        }

        await tls.ShutdownAsync();
        server.Shutdown(SocketShutdown.Send);
    }

    private static async Task ReceiveAsync(SslStream tls, Socket client)
    {
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await tls.ReadAsync(buffer)) > 0)
        {
            await client.SendAsync(buffer.AsMemory(0, count));
        }

        client.Shutdown(SocketShutdown.Send);
    }

    private static async Task UnlessLostAsync(Task direction, Socket client, Socket server)
    {
        try
        {
            await direction;
        }
        catch (Exception exception) when (IsLost(exception))
        {
            Reset(client);
            Reset(server);
        }
    }

    private static bool IsLost(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException;

    private static void Reset(Socket socket)
    {
        try
        {
            // Without lingering a close is a reset.
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            // Gone already.
        }

        socket.Dispose();
    }
}
