using Fleck;
using Fleck.Handlers;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Fleck;

/// <summary>
/// Stands before the handler that Fleck made for a connection: a frame reaches Fleck's parser only when its header keeps the rules and
/// the limits of RFC 6455 that Fleck does not know. Control frames are parsed by Fleck too, apart from the message they
/// came inside of. Fleck's thread of the connection.
/// </summary>
/// <param name="connection">The connection, whose handler this becomes.</param>
/// <param name="inner">Fleck's handler.</param>
/// <param name="socket">The connection's socket.</param>
/// <param name="fragmentsMax">The most frames of one message.</param>
internal sealed class FrameGuard(IWebSocketConnection connection, IHandler inner, FleckSocket socket, int fragmentsMax) : IHandler
{
    private readonly byte[] _header = new byte[FrameHeader.ClientMax];
    private readonly List<byte> _control = [];
    private readonly ReadState _controlState = new();
    private FrameReader _reader = new(ProtocolLimits.MaxMessageBytes, fragmentsMax, acceptsText: false);
    private ClientFrame _frame;
    private int _headerLength;
    private int _payloadLeft;
    private bool _inFrame;
    private bool _isOver;
    private long _bytesReceived;
    private long _controlFrames;
    private int _messages;
    private volatile bool _isIncomplete;

    /// <summary>Bytes read so far. Any thread.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Pings and Pongs so far. Any thread.</summary>
    public long ControlFrames => Volatile.Read(ref _controlFrames);

    /// <summary>Messages completed so far, wrapping around. Any thread.</summary>
    public int Messages => Volatile.Read(ref _messages);

    /// <summary>A message or frame has begun and not ended. Any thread.</summary>
    public bool IsIncomplete => _isIncomplete;

    /// <summary>Checks what the socket received and passes it on. <paramref name="data"/> enumerates the same bytes one by one.</summary>
    public void Receive(IEnumerable<byte> data)
    {
        var bytes = socket.Received;
        while (bytes.Count > 0 && !_isOver)
        {
            bytes = bytes[(_inFrame ? PassPayload(bytes) : PassHeader(bytes))..];
        }

        _isIncomplete = !_isOver && (_headerLength > 0 || _inFrame || _reader.InMessage);
        Volatile.Write(ref _bytesReceived, _bytesReceived + socket.Received.Count);
    }

    /// <inheritdoc/>
    public byte[] CreateHandshake(string? subProtocol = null) => inner.CreateHandshake(subProtocol);

    /// <inheritdoc/>
    public byte[] FrameText(string text) => inner.FrameText(text);

    /// <inheritdoc/>
    public byte[] FrameBinary(byte[] bytes) => inner.FrameBinary(bytes);

    /// <inheritdoc/>
    public byte[] FramePing(byte[] bytes) => inner.FramePing(bytes);

    /// <inheritdoc/>
    public byte[] FramePong(byte[] bytes) => inner.FramePong(bytes);

    /// <summary>Nothing: Close frames, with the peer's code or the loop's and a reason, are the link's.</summary>
    public byte[] FrameClose(int code) => [];

    /// <returns>The bytes consumed.</returns>
    private int PassHeader(ArraySegment<byte> bytes)
    {
        var before = _headerLength;
        _headerLength = Math.Min(_header.Length, before + bytes.Count);
        bytes[..(_headerLength - before)].CopyTo(_header, before);
        var step = _reader.ReadHeader(_header.AsSpan(0, _headerLength), out _frame, out var read);
        if (step == FrameStep.NeedMore)
        {
            return bytes.Count;
        }

        if (step == FrameStep.Violation)
        {
            Violate(read.Violation, read.Reason!);
            return bytes.Count;
        }

        Pass(new ArraySegment<byte>(_header, 0, _frame.HeaderLength));
        var consumed = _frame.HeaderLength - before;
        _headerLength = 0;
        _payloadLeft = (int)_frame.PayloadLength;
        _inFrame = true;
        EndFrame();
        return consumed;
    }

    /// <returns>The bytes consumed.</returns>
    private int PassPayload(ArraySegment<byte> bytes)
    {
        var count = Math.Min(_payloadLeft, bytes.Count);
        _payloadLeft -= count;
        Pass(bytes[..count]);
        EndFrame();
        return count;
    }

    // Fleck's parser runs at every piece, and completes the frame with its last one.
    private void Pass(ArraySegment<byte> piece)
    {
        if (_frame.Opcode < Opcode.Close)
        {
            inner.Receive(piece);
        }
        else
        {
            _control.AddRange(piece);
        }
    }

    private void EndFrame()
    {
        if (_payloadLeft > 0)
        {
            return;
        }

        _inFrame = false;
        switch (_reader.Complete(in _frame))
        {
            case FrameStep.Message or FrameStep.LastFragment:
                Volatile.Write(ref _messages, _messages + 1);
                break;
            case FrameStep.Ping or FrameStep.Pong or FrameStep.Close:
                Hybi13Handler.ReceiveData(_control, _controlState, HandleControl);
                break;
        }
    }

    private void HandleControl(FrameType type, byte[] payload)
    {
        if (type == FrameType.Close)
        {
            HandleClose(payload);
            return;
        }

        Volatile.Write(ref _controlFrames, _controlFrames + 1);
        if (type == FrameType.Ping)
        {
            connection.OnPing(payload);
        }
        else
        {
            connection.OnPong(payload);
        }
    }

    private void HandleClose(byte[] body)
    {
        var violation = CloseFrame.Read(body, out var code, out var reason);
        if (violation != CloseCode.None)
        {
            Violate(violation, "malformed Close frame");
            return;
        }

        _isOver = true;
        socket.Inbox.Finish(new InboxEnd(code, reason, ByPeer: true));
    }

    private void Violate(CloseCode code, string reason)
    {
        _isOver = true;
        socket.Inbox.Finish(new InboxEnd((ushort)code, reason, ByPeer: false));
    }
}
