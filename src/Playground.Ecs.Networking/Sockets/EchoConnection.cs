using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>One connection of the echo path. Owner of its buffers; its stream is the caller's.</summary>
internal sealed class EchoConnection
{
    private const int FirstBytes = 4 * 1024;

    // Fragments may be single bytes there; only their sum is bounded.
    private const int FragmentsMax = int.MaxValue;

    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly Action? _endSending;
    private readonly byte[] _header = new byte[CloseFrame.ServerMax];
    private FrameReader _reader;
    private byte[] _bytes;
    private int _start;
    private int _end;
    private byte[] _message = [];
    private int _messageLength;
    private Utf8Check _text;

    /// <summary>Serves an upgraded stream.</summary>
    public EchoConnection(Stream stream, byte[] glued, int messageBytesMax, Action? endSending)
    {
        _stream = stream;
        _endSending = endSending;
        _bytes = new byte[Math.Max(FirstBytes, glued.Length)];
        glued.CopyTo(_bytes, 0);
        _end = glued.Length;
        _reader = new FrameReader(messageBytesMax, FragmentsMax, acceptsText: true);
    }

    /// <summary>Echoes until either side closes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var open = true;
        while (open)
        {
            var step = _reader.Read(_bytes.AsSpan(_start, _end - _start), out var frame);
            if (step == FrameStep.NeedMore)
            {
                open = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            var payload = new ArraySegment<byte>(_bytes, _start + frame.Offset, frame.Length);
            _start += frame.Consumed;
            open = step switch
            {
                FrameStep.Message => await EchoMessageAsync(frame.Opcode, payload, cancellationToken).ConfigureAwait(false),
                FrameStep.Fragment => await AddAsync(frame.Opcode, payload, isLast: false, cancellationToken).ConfigureAwait(false),
                FrameStep.LastFragment => await AddAsync(frame.Opcode, payload, isLast: true, cancellationToken).ConfigureAwait(false),
                FrameStep.Ping => await SendAsync(Opcode.Pong, payload, cancellationToken).ConfigureAwait(false),
                FrameStep.Pong => true,
                FrameStep.Close => await AnswerCloseAsync(payload, cancellationToken).ConfigureAwait(false),
                _ => await CloseAsync(frame.Violation, frame.Reason!, cancellationToken).ConfigureAwait(false),
            };
        }
    }

    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var count = await _stream.ReadAsync(_bytes.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += count;
        return count > 0;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _bytes.Length)
        {
            var target = _start > 0 ? _bytes : new byte[_bytes.Length * 2];
            _bytes.AsSpan(_start, _end - _start).CopyTo(target);
            _bytes = target;
            _end -= _start;
            _start = 0;
        }
    }

    private async ValueTask<bool> EchoMessageAsync(Opcode opcode, ArraySegment<byte> payload, CancellationToken cancellationToken)
    {
        if (opcode == Opcode.Text && !_text.IsValid(payload, isLast: true))
        {
            return await CloseAsync(CloseCode.InvalidUtf8, "not UTF-8", cancellationToken).ConfigureAwait(false);
        }

        return await SendAsync(opcode, payload, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> AddAsync(Opcode opcode, ArraySegment<byte> fragment, bool isLast, CancellationToken cancellationToken)
    {
        var length = _messageLength + fragment.Count;
        if (length > _message.Length)
        {
            Array.Resize(ref _message, Math.Max(length, _message.Length * 2));
        }

        fragment.CopyTo(_message, _messageLength);
        _messageLength = length;
        if (opcode == Opcode.Text && !_text.IsValid(_message.AsSpan(0, length), isLast))
        {
            return await CloseAsync(CloseCode.InvalidUtf8, "not UTF-8", cancellationToken).ConfigureAwait(false);
        }

        if (!isLast)
        {
            return true;
        }

        _messageLength = 0;
        return await SendAsync(opcode, new ArraySegment<byte>(_message, 0, length), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> SendAsync(Opcode opcode, ArraySegment<byte> payload, CancellationToken cancellationToken)
    {
        var header = FrameHeader.WriteServer(_header, opcode, payload.Count);
        await _stream.WriteAsync(_header.AsMemory(0, header), cancellationToken).ConfigureAwait(false);
        await _stream.WriteAsync(payload, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private ValueTask<bool> AnswerCloseAsync(ArraySegment<byte> body, CancellationToken cancellationToken)
    {
        var violation = CloseFrame.Read(body, out var code, out _);
        return violation == CloseCode.None
            ? CloseAsync((CloseCode)code, string.Empty, cancellationToken)
            : CloseAsync(violation, "malformed Close frame", cancellationToken);
    }

    // The server closes first; what still comes in is read away for a moment, so that no reset overtakes the Close frame.
    private async ValueTask<bool> CloseAsync(CloseCode code, string reason, CancellationToken cancellationToken)
    {
        var length = CloseFrame.WriteServer(_header, (ushort)code, reason);
        await _stream.WriteAsync(_header.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        if (_endSending is null)
        {
            return false;
        }

        _endSending();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        leaving.CancelAfter(LeaveTime);
        _start = _end = 0;
        while (await ReceiveAsync(leaving.Token).ConfigureAwait(false))
        {
            _start = _end;
        }

        return false;
    }
}
