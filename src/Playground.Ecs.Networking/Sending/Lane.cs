using System.Diagnostics;
using System.Runtime.CompilerServices;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sending;

/// <summary>
/// The packets of one priority that wait for one connection, framed, oldest first: copies in blocks of the lane's own, and bytes that it shares
/// with the other subscribers of a channel. An empty lane holds no buffer. Loop thread only.
/// </summary>
/// <remarks>
/// Many readers of one channel that all fall behind so cost its bytes once, and a lane holds no more memory than what waits in it and a block.
/// </remarks>
internal struct Lane
{
    /// <summary>Bytes kept free before the packets, so that a whole lane can be framed in place.</summary>
    public const int HeaderRoom = 4;

    // A frame's packets stay in one block, to be sent from there; what waits longer goes into blocks of this size.
    private const int BlockBytes = 64 * 1024;

    // Fewer bytes are copied: a reference would hold more memory than they need.
    private const int SharedBytesMin = 512;

    private LaneSegments _segments;
    private int _bytes;

    // Where copies go: the lane has a reference to it beside those of the segments in it.
    private SharedBuffer? _block;
    private int _blockTail;

    // The block's bytes while the newest segment ends where copies go, and so grows with them; null: the next packet begins a segment or finds out.
    private byte[]? _open;

    // What the lane's last block was filled to.
    private int _usedBytes;

    // The train whose rest must follow the last packet taken, in payload bytes; 0: that packet was no fragment with more to come.
    private int _trainBytes;

    // Packets that were taken or dropped.
    private long _gone;

    /// <summary>Some of the oldest packets.</summary>
    /// <param name="Bytes">Their bytes, headers included.</param>
    /// <param name="Packets">How many they are.</param>
    /// <param name="TrainBytes">The payload bytes of the train that the last one leaves unfinished; 0: none.</param>
    public readonly record struct Portion(int Bytes, int Packets, int TrainBytes);

    /// <summary>A packet's place.</summary>
    private readonly record struct Place(int Segment, int Offset);

    /// <summary>Packets ever appended, to find the one that somebody waits for.</summary>
    public readonly long Appended => _gone + Packets;

    /// <summary>Packets waiting.</summary>
    public int Packets { readonly get; private set; }

    /// <summary>Frames in a row in which others were sent and this lane was not.</summary>
    public int WaitedFrames { get; set; }

    /// <summary>Bytes waiting, headers included.</summary>
    public readonly int Bytes => _bytes;

    public readonly bool IsEmpty => _bytes == 0;

    /// <summary>True when all that waits lies together in a buffer of the lane's own: it may be given away.</summary>
    public bool IsDetachable => _segments.Count == 1 && _segments[0].Buffer == _block;

    /// <summary>The size of the oldest packet, header included.</summary>
    public int NextPacketBytes => PacketWriter.SizeOf(HeaderAt(First).PayloadLength);

    private Place First => new(0, _segments[0].Head);

    /// <summary>Makes room for <paramref name="bytes"/> of packets, to be filled by the caller at once.</summary>
    public Span<byte> Append(BufferPool pool, int bytes, int packets)
    {
        var tail = _blockTail;
        if (_open is not { } open || open.Length - tail < bytes) open = Open(pool, bytes, out tail);
        _segments.Newest.Tail = _blockTail = tail + bytes;
        Count(bytes, packets);
        return open.AsSpan(tail, bytes);
    }

    /// <summary>Appends packets that lie in a buffer which others read too, and which does not change any more: by reference, or a few bytes as a copy.</summary>
    public void AppendShared(BufferPool pool, SharedBuffer buffer, int offset, int bytes, int packets)
    {
        if (bytes < SharedBytesMin)
        {
            buffer.Bytes.AsSpan(offset, bytes).CopyTo(Append(pool, bytes, packets));
            return;
        }

        buffer.AddReferences(1);
        _segments.Add(new LaneSegment { Buffer = buffer, Head = offset, Tail = offset + bytes });
        _open = null;
        Count(bytes, packets);
    }

    /// <summary>True while a train that was begun to be sent has not ended: no other packet may come between.</summary>
    public readonly bool IsMidTrain => _trainBytes > 0;

    /// <summary>The payload bytes of that train, written and waiting; 0: none.</summary>
    public readonly int TrainBytes => _trainBytes;

    /// <summary>All packets.</summary>
    public readonly Portion Whole => new(_bytes, Packets, 0);

    /// <summary>The oldest packet.</summary>
    public Portion Next
    {
        get
        {
            var header = HeaderAt(First);
            var train = !header.HasMoreFragments ? 0 : IsMidTrain ? _trainBytes : TrainBytesAt(First);
            return new Portion(PacketWriter.SizeOf(header.PayloadLength), 1, train);
        }
    }

    /// <summary>As many of the oldest packets as stay within all limits.</summary>
    /// <param name="bytesMax">The most bytes.</param>
    /// <param name="packetsMax">The most packets.</param>
    /// <param name="trainBytesMax">The largest train that may be begun; one that was begun may always go on.</param>
    public Portion Measure(int bytesMax, int packetsMax, int trainBytesMax)
    {
        var (bytes, packets, train) = (0, 0, _trainBytes);
        var place = First;
        while (packets < packetsMax && bytes < _bytes)
        {
            var header = HeaderAt(place);
            var size = PacketWriter.SizeOf(header.PayloadLength);
            if (bytes + size > bytesMax) break;
            if (!header.HasMoreFragments) train = 0;
            else if (train == 0 && (train = TrainBytesAt(place)) > trainBytesMax) return new Portion(bytes, packets, 0);
            bytes += size;
            packets++;
            place = After(place, size);
        }

        return new Portion(bytes, packets, train);
    }

    /// <summary>Copies the oldest packets out.</summary>
    public void Take(Span<byte> destination, in Portion portion)
    {
        Debug.Assert(portion.Bytes <= Bytes && portion.Packets <= Packets, "More was taken from a lane than it held.");
        for (var left = portion.Bytes; left > 0;)
        {
            ref var oldest = ref _segments[0];
            var bytes = Math.Min(left, oldest.Bytes);
            oldest.Buffer.Bytes.AsSpan(oldest.Head, bytes).CopyTo(destination);
            destination = destination[bytes..];
            left -= bytes;
            oldest.Head += bytes;
            if (oldest.Bytes == 0) _segments.RemoveOldest();
        }

        _bytes -= portion.Bytes;
        Packets -= portion.Packets;
        _gone += portion.Packets;
        _trainBytes = portion.TrainBytes;
        if (IsEmpty) Reset();
    }

    /// <summary>Gives the whole lane away, which <see cref="IsDetachable"/>: the caller becomes the buffer's owner and finds the packets at the offset.</summary>
    public SharedBuffer Detach(out int offset, out int length)
    {
        ref var only = ref _segments[0];
        var buffer = only.Buffer;
        offset = only.Head;
        length = only.Bytes;
        _segments.Forget();
        Reset();
        return buffer;
    }

    /// <summary>Drops the oldest packet, or the whole train it begins; never the rest of a train that was begun to be sent.</summary>
    /// <returns>The packets dropped; 0 when nothing may be dropped.</returns>
    public int DropOldest()
    {
        var place = FirstToDrop();
        if (place < 0) return 0;
        _open = null;
        var (dropped, isTrain) = (0, true);
        while (isTrain && place < _segments.Count)
        {
            ref var segment = ref _segments[place];
            var header = HeaderAt(new Place(place, segment.Head));
            var size = PacketWriter.SizeOf(header.PayloadLength);
            isTrain = header.HasMoreFragments;
            segment.Head += size;
            _bytes -= size;
            dropped++;
            if (segment.Bytes == 0) _segments.Remove(place);
        }

        Packets -= dropped;
        _gone += dropped;
        if (IsEmpty) Reset();
        return dropped;
    }

    /// <summary>Drops everything and gives the buffers back.</summary>
    public void Clear()
    {
        _segments.Clear();
        Reset();
    }

    /// <summary>Finds the segment that begins with the oldest packet that may go: what must stay before it is cut off.</summary>
    /// <returns>Its place; -1 when nothing may go.</returns>
    private int FirstToDrop()
    {
        if (IsEmpty) return -1;
        if (!IsMidTrain) return 0;
        var place = First;
        for (var isTrain = true; isTrain && place.Segment < _segments.Count;)
        {
            var header = HeaderAt(place);
            isTrain = header.HasMoreFragments;
            place = After(place, PacketWriter.SizeOf(header.PayloadLength));
        }

        if (place.Segment == _segments.Count) return -1;
        if (place.Offset == _segments[place.Segment].Head) return place.Segment;
        _segments.Split(place.Segment, place.Offset);
        return place.Segment + 1;
    }

    private PacketHeader HeaderAt(Place place)
    {
        PacketHeader.TryRead(_segments[place.Segment].Buffer.Bytes.AsSpan(place.Offset), out var header);
        return header;
    }

    private Place After(Place place, int packetBytes)
    {
        var offset = place.Offset + packetBytes;
        if (offset < _segments[place.Segment].Tail) return place with { Offset = offset };
        var next = place.Segment + 1;
        return new Place(next, next < _segments.Count ? _segments[next].Head : 0);
    }

    private int TrainBytesAt(Place place)
    {
        var bytes = 0;
        for (var isTrain = true; isTrain && place.Segment < _segments.Count;)
        {
            var header = HeaderAt(place);
            isTrain = header.HasMoreFragments;
            bytes += header.PayloadLength;
            place = After(place, PacketWriter.SizeOf(header.PayloadLength));
        }

        return bytes;
    }

    private void Count(int bytes, int packets)
    {
        _bytes += bytes;
        Packets += packets;
    }

    private void Reset()
    {
        if (_block is not null) _usedBytes = Math.Min(_blockTail, ProtocolLimits.MaxMessageBytes);
        _block?.Release();
        _block = null;
        _blockTail = 0;
        _open = null;
        _bytes = 0;
        _trainBytes = 0;
        _gone += Packets;
        Packets = 0;
        WaitedFrames = 0;
    }

    // Apart from what is done for every packet.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte[] Open(BufferPool pool, int bytes, out int tail)
    {
        if (_block is null || _block.Bytes.Length - _blockTail < bytes) MakeRoom(pool, bytes);
        tail = _blockTail;
        if (_segments.Count == 0 || _segments.Newest.Buffer != _block || _segments.Newest.Tail != tail)
        {
            _block!.AddReferences(1);
            _segments.Add(new LaneSegment { Buffer = _block, Head = tail, Tail = tail });
        }

        return _open = _block!.Bytes;
    }

    private void MakeRoom(BufferPool pool, int bytes)
    {
        if (IsEmpty) Replace(pool.Rent(Math.Max(HeaderRoom + bytes, _usedBytes)));
        else if (IsDetachable && HeaderRoom + _bytes + bytes <= BlockBytes) Grow(pool, bytes);
        else Replace(pool.Rent(Math.Max(HeaderRoom + bytes, Math.Min(BlockBytes, 2 * (_block?.Bytes.Length ?? 0)))));
    }

    private void Replace(SharedBuffer block)
    {
        _block?.Release();
        _block = block;
        _blockTail = HeaderRoom;
    }

    // What waits moves to the front of its block, where half or more of that is used up, or into a larger one.
    private void Grow(BufferPool pool, int bytes)
    {
        ref var only = ref _segments[0];
        var waiting = only.Buffer.Bytes.AsSpan(only.Head, only.Bytes);
        var isRoomy = HeaderRoom + _bytes + bytes <= _block!.Bytes.Length / 2;
        var block = isRoomy ? _block : pool.Rent(Math.Max(HeaderRoom + _bytes + bytes, _bytes * 2));
        waiting.CopyTo(block.Bytes.AsSpan(HeaderRoom));
        if (!isRoomy)
        {
            only.Buffer.Release();
            block.AddReferences(1);
            Replace(block);
            only.Buffer = block;
        }

        only.Head = HeaderRoom;
        only.Tail = _blockTail = HeaderRoom + _bytes;
    }
}
