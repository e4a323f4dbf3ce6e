using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Playground.Ecs.Networking.Testing.Links;

/// <summary>
/// A client that puts on the wire what it is told, right or wrong. Writing and the HTTP part wait, at most
/// <see cref="Patience"/>; reading frames never does, so that a test can step the server in between.
/// </summary>
public sealed class RawWebSocket : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;

    private RawWebSocket(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    /// <summary>The server stopped sending: by FIN, or by a reset.</summary>
    public bool HasEnded { get; private set; }

    public bool WasReset { get; private set; }

    /// <summary>The answer to the upgrade.</summary>
    public string Head { get; private set; } = string.Empty;

    /// <summary>A TCP connection.</summary>
    public static RawWebSocket Open(IPEndPoint server, int receiveBufferBytes = 0)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBufferBytes > 0)
        {
            socket.ReceiveBufferSize = receiveBufferBytes;
        }

        socket.Connect(server);
        socket.SendTimeout = socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        return new RawWebSocket(socket);
    }

    /// <summary>A TCP connection, upgraded.</summary>
    public static RawWebSocket Connect(IPEndPoint server, string path = "/ws", string? subprotocol = "playground.v1", int receiveBufferBytes = 0)
    {
        var client = Open(server, receiveBufferBytes);
        client.SendBytes(Encoding.ASCII.GetBytes(Upgrade(path, subprotocol)));
        client.ReadUpgrade();
        return client;
    }

    /// <summary>A valid upgrade request, with further header lines where given.</summary>
    public static string Upgrade(string path = "/ws", string? subprotocol = "playground.v1", string more = "") =>
        $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
        + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\n"
        + (subprotocol is null ? string.Empty : $"Sec-WebSocket-Protocol: {subprotocol}\r\n") + more + "\r\n";

    /// <summary>Reads the answer to the upgrade.</summary>
    /// <exception cref="InvalidOperationException">It is not a 101.</exception>
    public void ReadUpgrade()
    {
        Head = ReadHead();
        if (!Head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"Not upgraded: {Head}");
        }
    }

    /// <summary>Reads an HTTP head, its final empty line included; what is there where the server ends first.</summary>
    public string ReadHead()
    {
        int length;
        while ((length = _bytes.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0 && Receive())
        {
        }

        length = length < 0 ? _end - _start : length + 4;
        _start += length;
        return Encoding.ASCII.GetString(_bytes, _start - length, length);
    }

    /// <summary>Reads until the server ends.</summary>
    public string ReadToEnd()
    {
        while (Receive())
        {
        }

        return Encoding.UTF8.GetString(_bytes, _start, _end - _start);
    }

    /// <summary>Reads so many bytes as text.</summary>
    public string ReadText(int count)
    {
        while (_end - _start < count && Receive())
        {
        }

        _start += count;
        return Encoding.UTF8.GetString(_bytes, _start - count, count);
    }

    public void SendText(string text) => SendBytes(Encoding.UTF8.GetBytes(text));

    public void SendBytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    public void SendFrame(int opcode, ReadOnlySpan<byte> payload, bool final = true) =>
        SendBytes(RawFrame.ToClientBytes((final ? 0x80 : 0) | opcode, payload));

    public void SendClose(int code, string reason = "") => SendFrame(RawFrame.Close, RawFrame.ClosePayload(code, reason));

    /// <summary>Takes the next frame if it is whole; never waits.</summary>
    public bool TryReadFrame(out RawFrame frame)
    {
        while (true)
        {
            frame = RawFrame.TryParse(_bytes.AsSpan(_start, _end - _start), out var consumed)!;
            _start += consumed;
            if (frame is not null)
            {
                return true;
            }

            if (HasEnded || !Socket.Poll(0, SelectMode.SelectRead) || !Receive())
            {
                return false;
            }
        }
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();

    private bool Receive()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        try
        {
            var count = HasEnded ? 0 : Socket.Receive(_bytes.AsSpan(_end));
            _end += count;
            HasEnded |= count == 0;
            return count > 0;
        }
        catch (SocketException exception) when (exception.SocketErrorCode != SocketError.TimedOut && exception.SocketErrorCode != SocketError.WouldBlock)
        {
            HasEnded = WasReset = true;
            return false;
        }
    }
}
