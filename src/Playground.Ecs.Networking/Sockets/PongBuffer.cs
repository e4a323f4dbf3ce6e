using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// The Pongs that a link owes, in at most one small buffer however many Pings come: where they do not fit, only the latest
/// is answered (RFC 6455, section 5.5.3). A mutable struct: one per link, never copied. Owner of its buffer until it is
/// appended. Loop thread only.
/// </summary>
internal struct PongBuffer
{
    /// <summary>Bytes of the buffer.</summary>
    public const int CapacityBytes = 1024;

    private SharedBuffer? _buffer;

    /// <summary>Pongs wait to be appended.</summary>
    public readonly bool HasAny => _buffer is not null;

    /// <summary>Adds the answer to a Ping.</summary>
    public void Add(ReadOnlySpan<byte> payload, BufferPool pool)
    {
        _buffer ??= pool.Rent(CapacityBytes);
        if (_buffer.Length + FrameHeader.ServerLength(payload.Length) + payload.Length > CapacityBytes)
        {
            _buffer.Length = 0;
        }

        var header = FrameHeader.WriteServer(_buffer.Bytes.AsSpan(_buffer.Length), Opcode.Pong, payload.Length);
        payload.CopyTo(_buffer.Bytes.AsSpan(_buffer.Length + header));
        _buffer.Length += header + payload.Length;
    }

    /// <summary>Hands the Pongs to the queue; they stay here while it is full.</summary>
    public bool TryAppendTo(OutboundQueue queue)
    {
        if (!queue.TryAppend(_buffer!, 0, _buffer!.Length))
        {
            return false;
        }

        _buffer = null;
        return true;
    }

    /// <summary>Forgets the Pongs.</summary>
    public void Release()
    {
        _buffer?.Release();
        _buffer = null;
    }
}
