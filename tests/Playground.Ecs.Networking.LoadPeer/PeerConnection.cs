using System.Net;
using System.Net.Sockets;
using System.Text;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>
/// One WebSocket on a non-blocking socket, driven by sweeps. It owns what a sweep could not finish: the start of a message
/// not yet complete, the rest of one not yet taken by the kernel. Allocates only for those.
/// </summary>
internal sealed class PeerConnection : IDisposable
{
    // Any 16 bytes will do; the accept value that belongs to them follows from RFC 6455, section 4.2.2.
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private readonly Traffic _traffic;
    private readonly Socket _socket;
    private readonly PeerSetup _setup;
    private byte[] _kept = [];
    private int _keptBytes;
    private UnsentBytes _unsent;
    private bool _upgraded;
    private ushort _lastReliable;
    private ushort _reliableSent;
    private bool _ackDue;

    // Sent and not yet echoed.
    private int _packetsOut;

    public PeerConnection(Traffic traffic)
    {
        _traffic = traffic;
        _setup = new PeerSetup(traffic.Options);
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (traffic.Options.ReceiveBufferBytes > 0) _socket.ReceiveBufferSize = traffic.Options.ReceiveBufferBytes;
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, traffic.Options.Port));
        _socket.Blocking = false;
        Send(Encoding.ASCII.GetBytes(
            $"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{traffic.Options.Port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            $"Sec-WebSocket-Key: {Key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {ProtocolLimits.Subprotocol}\r\n\r\n"));
    }

    /// <summary>The upgrade, Hello and look-ups are through.</summary>
    public bool IsReady => _upgraded && _setup.IsDone && !IsEnded;

    /// <summary>The server closed, or the socket failed.</summary>
    public bool IsEnded { get; private set; }

    private bool IsWindowFull => _traffic.Options.Window > 0 && _packetsOut > (_traffic.Options.Window - 1) * _traffic.Options.Packets;

    /// <summary>Sends the run's message, unless the one before is still on its way into the kernel, or the window is full.</summary>
    public void SendMessage()
    {
        if (IsEnded) return;
        if (!_unsent.TryFinish(_socket) || IsWindowFull)
        {
            _traffic.BlockedSends++;
            return;
        }

        Send(_traffic.Options.Reliable ? _traffic.NumberedMessage(_setup.Channel, _reliableSent) : _traffic.StampedMessage(_setup.Channel));
        _reliableSent += (ushort)_traffic.Options.Packets;
        _traffic.MessagesSent++;
        _packetsOut += _traffic.Options.Packets;
    }

    /// <summary>Sends a WebSocket pong that nobody asked for (RFC 6455, section 5.5.3): a sign of life without an answer.</summary>
    public void ShowLife() => Send(ClientFrames.Build(ClientFrames.Pong, []));

    /// <summary>Takes what the kernel has.</summary>
    /// <param name="bytesMax">At most so much of it.</param>
    public void Sweep(int bytesMax = int.MaxValue)
    {
        _unsent.TryFinish(_socket);
        var buffer = _traffic.Receiving;
        while (!IsEnded && bytesMax > 0)
        {
            _kept.AsSpan(0, _keptBytes).CopyTo(buffer);
            var room = buffer.AsSpan(_keptBytes);
            if (room.Length > bytesMax) room = room[..bytesMax];
            var read = _socket.Receive(room, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) break;
            if (read == 0 || error != SocketError.Success)
            {
                End(1006);
                break;
            }

            _traffic.BytesReceived += read;
            bytesMax -= read;
            var isAll = read < room.Length;
            var filled = _keptBytes + read;
            Keep(buffer.AsSpan(0, filled)[Consume(buffer.AsSpan(0, filled))..]);
            if (isAll) break;
        }

        AckIfDue();
    }

    private int Consume(ReadOnlySpan<byte> bytes)
    {
        var consumed = _upgraded ? 0 : ConsumeUpgrade(bytes);
        while (_upgraded && !IsEnded && ClientFrames.TryReadHeader(bytes[consumed..], out var opcode, out var header, out var payload)
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
        var response = Encoding.ASCII.GetString(bytes[..end]);
        if (!response.StartsWith("HTTP/1.1 101", StringComparison.Ordinal) || !response.Contains(Accept, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"The upgrade was refused: {response}");
        }

        _upgraded = true;
        Advance();
        return end + 4;
    }

    private void OnFrame(byte opcode, ReadOnlySpan<byte> payload)
    {
        switch (opcode)
        {
            case ClientFrames.Binary:
                _traffic.MessagesReceived++;
                OnBatch(payload);
                break;
            case ClientFrames.Ping:
                Send(ClientFrames.Build(ClientFrames.Pong, payload));
                break;
            case ClientFrames.Close:
                Send(ClientFrames.Build(ClientFrames.Close, payload));
                End(payload.Length < 2 ? 1005 : (payload[0] << 8) | payload[1]);
                break;
            default:
                throw new InvalidDataException($"The server sent a frame of opcode {opcode}.");
        }
    }

    private void OnBatch(ReadOnlySpan<byte> batch)
    {
        var reader = new PacketReader(batch);
        while (reader.TryRead(out var header, out _))
        {
            if (header.IsReliable)
            {
                _lastReliable = header.Sequence;
                _ackDue = true;
            }

            if (header.Channel == ChannelId.Control) OnControl((ControlType)header.Type, reader.Payload);
            else if (header.Channel == _setup.Channel) CountPacket(reader.Payload);
        }
    }

    private void CountPacket(ReadOnlySpan<byte> payload)
    {
        _packetsOut--;
        _traffic.CountPacket(payload);
    }

    private void OnControl(ControlType type, ReadOnlySpan<byte> payload)
    {
        if (type == ControlType.Ping && Ping.TryRead(payload.ToArray(), out var ping))
        {
            Send(ClientFrames.Build(new Pong(ping.Stamp)));
        }
        else if (_setup.OnControl(type, payload))
        {
            Advance();
        }
    }

    private void Advance()
    {
        if (_setup.NextRequest() is { } request) Send(request);
    }

    private void AckIfDue()
    {
        if (!_ackDue || IsEnded) return;
        _ackDue = false;
        Send(ClientFrames.Build(new Ack(_lastReliable)));
    }

    private void Send(ReadOnlySpan<byte> frame)
    {
        if (IsEnded) return;
        _traffic.BytesSent += frame.Length;
        _unsent.Send(_socket, frame);
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (_kept.Length < rest.Length) _kept = new byte[Math.Max(rest.Length, 4096)];
        rest.CopyTo(_kept);
        _keptBytes = rest.Length;
    }

    private void End(int code)
    {
        IsEnded = true;
        _traffic.CountClose(code);
    }

    public void Dispose() => _socket.Dispose();
}
