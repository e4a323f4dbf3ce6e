namespace Playground.Ecs.Networking.Links;

/// <summary>
/// A bounded ring of bytes between two threads, like a pipe whose writer never waits. Any thread. It takes memory as it is
/// used, up to its capacity.
/// </summary>
internal sealed class ByteRing(int capacity)
{
    private const int InitialBytes = 1024;

    private byte[] _bytes = [];
    private readonly Lock _lock = new();
    private int _head;
    private int _count;

    /// <summary>Bytes waiting.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _count;
        }
    }

    /// <summary>Writes as much as fits.</summary>
    /// <returns>The bytes written.</returns>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var written = Math.Min(bytes.Length, capacity - _count);
            Put(bytes[..written]);
            return written;
        }
    }

    /// <summary>Writes a message with its length before it, or nothing.</summary>
    /// <returns>False when it does not fit.</returns>
    public bool TryWriteMessage(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            if (capacity - _count < message.Length + sizeof(int)) return false;
            Span<byte> length = stackalloc byte[sizeof(int)];
            BitConverter.TryWriteBytes(length, message.Length);
            Put(length);
            Put(message);
            return true;
        }
    }

    /// <summary>Reads the next message of <see cref="TryWriteMessage"/> into space that the caller makes for it.</summary>
    public bool TryReadMessage(FrameArena arena, out ArraySegment<byte> message)
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                message = default;
                return false;
            }

            Span<byte> prefix = stackalloc byte[sizeof(int)];
            Get(prefix);
            var length = BitConverter.ToInt32(prefix);
            message = arena.GetSpace(length)[..length];
            Get(message);
            arena.Advance(length);
            return true;
        }
    }

    /// <summary>Reads up to <paramref name="destination"/>'s length.</summary>
    /// <returns>The bytes read.</returns>
    public int Read(Span<byte> destination)
    {
        lock (_lock)
        {
            var read = Math.Min(destination.Length, _count);
            Get(destination[..read]);
            return read;
        }
    }

    /// <summary>Drops what waits.</summary>
    /// <returns>The bytes dropped.</returns>
    public int Discard()
    {
        lock (_lock)
        {
            var dropped = _count;
            _head = _count = 0;
            return dropped;
        }
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _count < bytes.Length) Grow(_count + bytes.Length);
        var tail = Wrap(_head + _count);
        var first = Math.Min(bytes.Length, _bytes.Length - tail);
        bytes[..first].CopyTo(_bytes.AsSpan(tail));
        bytes[first..].CopyTo(_bytes);
        _count += bytes.Length;
    }

    private void Get(Span<byte> destination)
    {
        var first = Math.Min(destination.Length, _bytes.Length - _head);
        _bytes.AsSpan(_head, first).CopyTo(destination);
        _bytes.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
        _head = Wrap(_head + destination.Length);
        _count -= destination.Length;
    }

    private int Wrap(int index) => index >= _bytes.Length ? index - _bytes.Length : index;

    private void Grow(int needed)
    {
        var larger = new byte[Math.Min(capacity, Math.Max(InitialBytes, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed)))];
        var count = _count;
        Get(larger.AsSpan(0, count));
        _bytes = larger;
        _head = 0;
        _count = count;
    }
}
