using System.Runtime.CompilerServices;

namespace Playground.Ecs.Networking.Links;

/// <summary>
/// The framed bytes of one link on their way to the transport's sender: a bounded single-producer single-consumer ring of
/// segments. The loop appends and gives buffers back; the sender only reads and advances.
/// </summary>
/// <remarks>
/// A segment's buffer belongs to the queue from <see cref="TryAppend"/> until <see cref="Reclaim"/> finds it written, so
/// that buffers are counted by the loop thread alone.
/// </remarks>
public sealed class OutboundQueue
{
    /// <summary>Segments that may wait at once.</summary>
    public const int Capacity = 32;

    // Most links never have more at once than what a frame sends to all and what it sends to them: it lies in the queue itself, one
    // look into memory less for each link that is sent to.
    private const int FewCapacity = 2;

    private Few _few;

    // Null while the few are enough. A power of two. The sender reads the tail before it: the ring is then at least as new as the
    // tail, and an older one, or the few, still say the same of every segment that they have.
    private Segment[]? _ring;
    private int _tail;
    private int _reclaimed;
    private long _appendedBytes;

    // Written by the sender, read by the loop.
    private int _head;
    private int _headOffset;
    private long _writtenBytes;

    private struct Segment
    {
        public SharedBuffer Buffer;
        public int Offset;
        public int Length;
    }

    [InlineArray(FewCapacity)]
    private struct Few
    {
        private Segment _first;
    }

    /// <summary>Loop: true when everything appended was written.</summary>
    public bool IsDrained => Volatile.Read(ref _head) == _tail;

    /// <summary>Loop: true when a segment can be appended.</summary>
    public bool HasRoom
    {
        get
        {
            if (_tail - _reclaimed == Capacity) Reclaim();
            return _tail - _reclaimed < Capacity;
        }
    }

    /// <summary>Loop: the place behind everything appended so far, for <see cref="IsWritten"/>.</summary>
    public int Mark => _tail;

    /// <summary>Loop: true when everything before <paramref name="mark"/> was written.</summary>
    public bool IsWritten(int mark) => Volatile.Read(ref _head) - mark >= 0;

    /// <summary>Loop: true when written segments wait to be reclaimed or unwritten ones to be written.</summary>
    public bool HoldsBuffers => _reclaimed != _tail;

    /// <summary>Bytes written to the transport so far. Any thread.</summary>
    public long WrittenBytes => Volatile.Read(ref _writtenBytes);

    /// <summary>Loop: bytes appended and not yet written.</summary>
    public long PendingBytes => _appendedBytes - WrittenBytes;

    /// <summary>Loop: appends a segment and takes over one of the caller's references to <paramref name="buffer"/>.</summary>
    /// <returns>False when the ring is full; the reference stays the caller's then.</returns>
    public bool TryAppend(SharedBuffer buffer, int offset, int length)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (!HasRoom) return false;
        if (_tail - _reclaimed == (_ring?.Length ?? FewCapacity)) Grow();
        ref var segment = ref At(_ring, _tail);
        segment.Buffer = buffer;
        segment.Offset = offset;
        segment.Length = length;
        _appendedBytes += length;
        Volatile.Write(ref _tail, _tail + 1);
        return true;
    }

    /// <summary>Loop: gives back the buffers of the segments that were written.</summary>
    public void Reclaim()
    {
        var head = Volatile.Read(ref _head);
        while (_reclaimed != head)
        {
            ref var segment = ref At(_ring, _reclaimed);
            segment.Buffer.Release();
            segment.Buffer = null!;

            // Where the ring grew from, too.
            _few[_reclaimed++ & (FewCapacity - 1)].Buffer = null!;
        }
    }

    /// <summary>Loop: gives back all buffers, written or not. Only when the sender has let go of the link for good.</summary>
    public void Clear()
    {
        _headOffset = 0;
        Volatile.Write(ref _writtenBytes, _appendedBytes);
        Volatile.Write(ref _head, _tail);
        Reclaim();
    }

    /// <summary>Sender: the unwritten rest of the first segment.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryPeek(out ArraySegment<byte> bytes)
    {
        var head = _head;
        if (head == Volatile.Read(ref _tail))
        {
            bytes = default;
            return false;
        }

        ref var segment = ref At(Volatile.Read(ref _ring), head);
        bytes = new ArraySegment<byte>(segment.Buffer.Bytes, segment.Offset + _headOffset, segment.Length - _headOffset);
        return true;
    }

    /// <summary>
    /// Sender: copies as many unwritten bytes as fit, over segment borders, without advancing; for one send of several segments.
    /// </summary>
    /// <returns>The bytes copied.</returns>
    public int CopyTo(Span<byte> destination)
    {
        var copied = 0;
        var offset = _headOffset;
        var tail = Volatile.Read(ref _tail);
        var ring = Volatile.Read(ref _ring);
        for (var index = _head; index != tail && copied < destination.Length; index++)
        {
            ref var segment = ref At(ring, index);
            var count = Math.Min(segment.Length - offset, destination.Length - copied);
            segment.Buffer.Bytes.AsSpan(segment.Offset + offset, count).CopyTo(destination[copied..]);
            copied += count;
            offset = 0;
        }

        return copied;
    }

    /// <summary>Sender: segments appended and not yet wholly written.</summary>
    public int UnwrittenSegments => Volatile.Read(ref _tail) - _head;

    /// <summary>Sender: marks the next <paramref name="count"/> bytes as written.</summary>
    public void Advance(int count)
    {
        Volatile.Write(ref _writtenBytes, _writtenBytes + count);
        var ring = Volatile.Read(ref _ring);
        while (count > 0)
        {
            var left = At(ring, _head).Length - _headOffset;
            if (count < left)
            {
                _headOffset += count;
                return;
            }

            count -= left;
            _headOffset = 0;
            Volatile.Write(ref _head, _head + 1);
        }
    }

    private ref Segment At(Segment[]? ring, int index)
    {
        if (ring is null) return ref _few[index & (FewCapacity - 1)];
        return ref ring[index & (ring.Length - 1)];
    }

    private void Grow()
    {
        var grown = new Segment[4 * (_ring?.Length ?? FewCapacity)];
        for (var index = _reclaimed; index != _tail; index++) grown[index & (grown.Length - 1)] = At(_ring, index);
        Volatile.Write(ref _ring, grown);
    }
}
