using System.Net;
using System.Net.Sockets;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>Binds the listening socket, or says in one error why that cannot be.</summary>
internal static class Listener
{
    private const int Backlog = 1024;

    /// <summary>Binds <paramref name="host"/>, an IP address or "localhost" (IPv4 loopback), and listens.</summary>
    public static NetworkResult<Socket> Bind(string host, int port)
    {
        var address = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback : null;
        if (address is null && !IPAddress.TryParse(host, out address))
        {
            return new NetworkError.AddressUnavailable(host, port, "the host is neither an IP address nor \"localhost\"");
        }

        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // .NET sets SO_REUSEADDR on Unix by itself: a restart may bind over old connections, a second listener may not.
            if (OperatingSystem.IsWindows())
            {
                socket.ExclusiveAddressUse = true;
            }

            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            return exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? new NetworkError.AddressInUse(host, port)
                : new NetworkError.AddressUnavailable(host, port, Describe(exception));
        }
    }

    private static string Describe(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AccessDenied => "permission denied",
        SocketError.AddressNotAvailable => "this machine does not have that address",
        _ => exception.SocketErrorCode.ToString(),
    };
}
