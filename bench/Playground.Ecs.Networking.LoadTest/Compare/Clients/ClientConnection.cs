using System.Net;
using System.Net.Sockets;
using System.Text;
using Playground.Ecs.Networking.LoadPeer;

namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>
/// A WebSocket on a non-blocking socket, which it owns, with the start of what has not come whole. It masks nothing in a run and looks into
/// no message that has the expected length: its cost must stay below the server's.
/// </summary>
internal abstract class ClientConnection : ILoadConnection
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _kept = [];
    private int _keptBytes;
    private UnsentBytes _unsent;
    private bool _upgraded;
    private bool _ended;

    protected ClientConnection(ClientTraffic traffic)
    {
        Traffic = traffic;
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, traffic.Port));
        _socket.Blocking = false;
        var subprotocol = traffic.Dialect.Subprotocol is { } name ? $"Sec-WebSocket-Protocol: {name}\r\n" : "";
        Send(Encoding.ASCII.GetBytes(
            $"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{traffic.Port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{subprotocol}\r\n"));
    }

    /// <summary>The upgrade and the greeting are through.</summary>
    public bool IsReady => _upgraded && IsGreeted && !_ended;

    protected ClientTraffic Traffic { get; }

    protected abstract bool IsGreeted { get; }

    /// <summary>Sends the run's message, unless the one before is still on its way into the kernel.</summary>
    public void SendMessage()
    {
        if (_ended) return;
        if (!_unsent.TryFinish(_socket))
        {
            Traffic.Tally.CountSkipped();
            return;
        }

        _unsent.Send(_socket, Traffic.StampedMessage());
        Traffic.Tally.CountOut(1);
    }

    /// <summary>Takes what the kernel has, with one call where it is less than the buffer.</summary>
    public void Receive()
    {
        if (_ended) return;
        var buffer = Traffic.Receiving;
        int filled;
        do
        {
            _kept.AsSpan(0, _keptBytes).CopyTo(buffer);
            var read = _socket.Receive(buffer.AsSpan(_keptBytes), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return;
            if (read == 0 || error != SocketError.Success)
            {
                End();
                return;
            }

            filled = _keptBytes + read;
            Keep(buffer.AsSpan(0, filled)[Consume(buffer.AsSpan(0, filled))..]);
        }
        while (filled == buffer.Length);
    }

    public void Dispose() => _socket.Dispose();

    protected abstract void OnUpgraded();

    protected abstract void OnMessage(ReadOnlySpan<byte> payload);

    protected void Send(ReadOnlySpan<byte> bytes) => _unsent.Send(_socket, bytes);

    private int Consume(ReadOnlySpan<byte> bytes)
    {
        var consumed = _upgraded ? 0 : ConsumeUpgrade(bytes);
        while (_upgraded && ClientFrames.TryReadHeader(bytes[consumed..], out var opcode, out var header, out var payload)
            && bytes.Length - consumed >= header + payload)
        {
            OnFrame(opcode, bytes.Slice(consumed + header, payload));
            consumed += header + payload;
        }

        return consumed;
    }

    private int ConsumeUpgrade(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return 0;
        if (!bytes.StartsWith("HTTP/1.1 101"u8)) throw new InvalidDataException($"The upgrade was refused: {Encoding.ASCII.GetString(bytes)}");
        _upgraded = true;
        OnUpgraded();
        return end + 4;
    }

    private void OnFrame(byte opcode, ReadOnlySpan<byte> payload)
    {
        if (opcode == ClientFrames.Ping) Send(ClientFrames.Build(ClientFrames.Pong, payload));
        else if (opcode == ClientFrames.Close) End();
        else OnMessage(payload);
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (_kept.Length < rest.Length) _kept = new byte[Math.Max(rest.Length, 1024)];
        rest.CopyTo(_kept);
        _keptBytes = rest.Length;
    }

    private void End()
    {
        _ended = true;
        Traffic.Tally.CountEnded();
    }
}
