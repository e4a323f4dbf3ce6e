using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>Accepts and upgrades on a thread of its own, as little of RFC 6455 as the load client needs.</summary>
internal sealed class YardstickAcceptor : IDisposable
{
    private const string KeyHeader = "Sec-WebSocket-Key: ";
    private const int HeadBytesMax = 4096;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Action<Socket> _upgraded;

    /// <param name="upgraded">Gets each socket, non-blocking; on the acceptor's thread.</param>
    public YardstickAcceptor(Action<Socket> upgraded)
    {
        _upgraded = upgraded;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        new Thread(Run) { IsBackground = true, Name = "Yardstick accept" }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    private void Run()
    {
        try
        {
            for (; ; ) Upgrade(_listener.Accept());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private void Upgrade(Socket socket)
    {
        var head = new byte[HeadBytesMax];
        var filled = 0;
        while (!head.AsSpan(0, filled).EndsWith("\r\n\r\n"u8))
        {
            var read = socket.Receive(head, filled, head.Length - filled, SocketFlags.None);
            if (read == 0)
            {
                socket.Dispose();
                return;
            }

            filled += read;
        }

        socket.Send(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Accept(head, filled)}\r\n\r\n"));
        socket.NoDelay = true;
        socket.Blocking = false;
        _upgraded(socket);
    }

    private static string Accept(byte[] head, int count)
    {
        var text = Encoding.ASCII.GetString(head, 0, count);
        var at = text.IndexOf(KeyHeader, StringComparison.Ordinal) + KeyHeader.Length;
        var key = text[at..text.IndexOf('\r', at)];
#pragma warning disable CA5350 // The hash that RFC 6455, section 4.2.2, asks for.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }
}
