using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// The fragments of a message that has not ended, in a rented buffer that doubles as they arrive; the frame reader bounds
/// them. A mutable struct: one per link, never copied. Owner of its buffer. Loop thread only.
/// </summary>
internal struct PartialMessage
{
    private SharedBuffer? _buffer;

    /// <summary>Adds a fragment's payload.</summary>
    public void Append(ReadOnlySpan<byte> payload, BufferPool pool)
    {
        if (payload.IsEmpty)
        {
            return;
        }

        _buffer ??= pool.Rent(payload.Length);
        var length = _buffer.Length + payload.Length;
        if (length > _buffer.Bytes.Length)
        {
            Grow(Math.Max(length, _buffer.Bytes.Length * 2), pool);
        }

        payload.CopyTo(_buffer.Bytes.AsSpan(_buffer.Length));
        _buffer.Length = length;
    }

    /// <summary>Puts the whole message into the arena and lets go of the buffer.</summary>
    public ArraySegment<byte> Finish(FrameArena arena)
    {
        var message = arena.Store(_buffer is null ? [] : _buffer.Bytes.AsSpan(0, _buffer.Length));
        Release();
        return message;
    }

    /// <summary>Forgets the fragments.</summary>
    public void Release()
    {
        _buffer?.Release();
        _buffer = null;
    }

    private void Grow(int capacity, BufferPool pool)
    {
        var larger = pool.Rent(capacity);
        _buffer!.Bytes.AsSpan(0, _buffer.Length).CopyTo(larger.Bytes);
        larger.Length = _buffer.Length;
        _buffer.Release();
        _buffer = larger;
    }
}
