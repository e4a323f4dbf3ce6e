using System.Buffers.Binary;
using System.Text;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Links;

/// <summary>
/// The client's end of a link inside the process: whole WebSocket messages both ways. One thread at a time, which need not
/// be the loop's.
/// </summary>
public sealed class MemoryClient
{
    /// <summary>What the client's side buffers unless told otherwise, in bytes.</summary>
    public const int DefaultReceiveBytesMax = 512 * 1024;

    // More than the largest message, so that one always fits into an empty ring.
    private const int SendBytesMax = 256 * 1024;

    private readonly byte[] _received;
    private int _start;
    private int _end;
    private LinkEnd? _ownEnd;
    private volatile bool _isLost;
    private int _pingsReceived;

    internal MemoryClient(int receiveBytesMax)
    {
        FromServer = new ByteRing(receiveBytesMax);
        _received = new byte[ProtocolLimits.MaxMessageBytes + FrameHeader.ServerMax];
    }

    /// <summary>How the link ended for the client: by its own close, or by what it received; null while it is open.</summary>
    public LinkEnd? End => Volatile.Read(ref _ownEnd);

    /// <summary>WebSocket pings received so far; receiving answers them.</summary>
    public int PingsReceived => Volatile.Read(ref _pingsReceived);

    internal ByteRing ToServer { get; } = new(SendBytesMax);

    internal ByteRing FromServer { get; }

    /// <summary>Sends one binary message.</summary>
    /// <returns>False when the server has not yet taken enough of what was sent, or the link has ended.</returns>
    public bool TrySend(ReadOnlySpan<byte> message) => End is null && ToServer.TryWriteMessage(message);

    /// <summary>Takes the next binary message that arrived whole.</summary>
    /// <param name="message">Its bytes, valid until the next call.</param>
    /// <returns>False when there is none; <see cref="End"/> says whether there can be more.</returns>
    public bool TryReceive(out ReadOnlyMemory<byte> message)
    {
        while (TryReadFrame(out var opcode, out message))
        {
            if (opcode == Opcode.Binary) return true;
            if (opcode == Opcode.Ping) Volatile.Write(ref _pingsReceived, _pingsReceived + 1);
            if (opcode == Opcode.Close) EndBy(message.Span);
        }

        if (_isLost && End is null && FromServer.Count == 0) EndWith(new LinkEnd((ushort)CloseCode.Abnormal, "lost", false));
        message = default;
        return false;
    }

    /// <summary>Closes the link; the server sees it behind what was sent.</summary>
    public void Close(ushort code, string reason = "") => EndWith(new LinkEnd(code, reason, true));

    /// <summary>Drops the link; the server sees 1006 behind what was sent.</summary>
    public void Abort() => EndWith(new LinkEnd((ushort)CloseCode.Abnormal, "reset", true));

    internal void Lose() => _isLost = true;

    private bool TryReadFrame(out Opcode opcode, out ReadOnlyMemory<byte> payload)
    {
        Fill();
        opcode = default;
        payload = default;
        var bytes = _received.AsSpan(_start, _end - _start);
        if (bytes.Length < 2) return false;
        var header = 2;
        int length = bytes[1];
        if (length == 126)
        {
            if (bytes.Length < 4) return false;
            header = 4;
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        }
        else if (length == 127)
        {
            if (bytes.Length < FrameHeader.ServerMax) return false;
            header = FrameHeader.ServerMax;
            length = (int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]);
        }

        if (bytes.Length < header + length) return false;
        opcode = (Opcode)(bytes[0] & 0x0F);
        payload = _received.AsMemory(_start + header, length);
        _start += header + length;
        return true;
    }

    private void Fill()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_start > 0)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            _end -= _start;
            _start = 0;
        }

        _end += FromServer.Read(_received.AsSpan(_end));
    }

    private void EndBy(ReadOnlySpan<byte> close) => EndWith(
        close.Length < sizeof(ushort)
            ? new LinkEnd((ushort)CloseCode.NoStatus, string.Empty, false)
            : new LinkEnd(BinaryPrimitives.ReadUInt16BigEndian(close), Encoding.UTF8.GetString(close[sizeof(ushort)..]), false));

    private void EndWith(LinkEnd end) => Interlocked.CompareExchange(ref _ownEnd, end, null);
}
