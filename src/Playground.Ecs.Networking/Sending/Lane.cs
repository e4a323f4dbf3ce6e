using System.Diagnostics;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sending;

/// <summary>
/// The packets of one priority that wait for one connection: framed bytes in one pooled buffer, oldest first. An empty lane
/// holds no buffer. Owner of the buffer: the lane, until <see cref="Detach"/>. Loop thread only.
/// </summary>
internal struct Lane
{
    /// <summary>Bytes kept free before the packets, so that a whole lane can be framed in place.</summary>
    public const int HeaderRoom = 4;

    private SharedBuffer? _buffer;
    private int _head;
    private int _tail;

    // What the lane's last buffer was filled to.
    private int _usedBytes;

    // The train whose rest must follow the last packet taken, in payload bytes; 0: that packet was no fragment with more to come.
    private int _trainBytes;

    /// <summary>Some of the oldest packets.</summary>
    /// <param name="Bytes">Their bytes, headers included.</param>
    /// <param name="Packets">How many they are.</param>
    /// <param name="TrainBytes">The payload bytes of the train that the last one leaves unfinished; 0: none.</param>
    public readonly record struct Portion(int Bytes, int Packets, int TrainBytes);

    /// <summary>Packets ever appended, to find the one that somebody waits for.</summary>
    public long Appended { get; private set; }

    /// <summary>Packets waiting.</summary>
    public int Packets { get; private set; }

    /// <summary>Frames in a row in which others were sent and this lane was not.</summary>
    public int WaitedFrames { get; set; }

    /// <summary>Bytes waiting, headers included.</summary>
    public readonly int Bytes => _tail - _head;

    public readonly bool IsEmpty => _tail == _head;

    public readonly ReadOnlySpan<byte> Waiting => _buffer is null ? default : _buffer.Bytes.AsSpan(_head, _tail - _head);

    /// <summary>The size of the oldest packet, header included.</summary>
    public readonly int NextPacketBytes => PacketBytesAt(_head);

    /// <summary>Makes room for <paramref name="bytes"/> of packets, to be filled by the caller at once.</summary>
    public Span<byte> Append(BufferPool pool, int bytes, int packets)
    {
        if (_buffer is null || _buffer.Bytes.Length - _tail < bytes) MakeRoom(pool, bytes);
        var space = _buffer!.Bytes.AsSpan(_tail, bytes);
        _tail += bytes;
        Packets += packets;
        Appended += packets;
        return space;
    }

    /// <summary>True while a train that was begun to be sent has not ended: no other packet may come between.</summary>
    public readonly bool IsMidTrain => _trainBytes > 0;

    /// <summary>The payload bytes of that train, written and waiting; 0: none.</summary>
    public readonly int TrainBytes => _trainBytes;

    /// <summary>All packets.</summary>
    public readonly Portion Whole => new(Bytes, Packets, 0);

    /// <summary>As many of the oldest packets as stay within all limits.</summary>
    /// <param name="bytesMax">The most bytes.</param>
    /// <param name="packetsMax">The most packets.</param>
    /// <param name="trainBytesMax">The largest train that may be begun; one that was begun may always go on.</param>
    public readonly Portion Measure(int bytesMax, int packetsMax, int trainBytesMax)
    {
        var (bytes, packets, train) = (0, 0, _trainBytes);
        while (packets < packetsMax && _head + bytes < _tail)
        {
            var header = HeaderAt(_head + bytes);
            var size = PacketWriter.SizeOf(header.PayloadLength);
            if (bytes + size > bytesMax) break;
            if (!header.HasMoreFragments) train = 0;
            else if (train == 0 && (train = TrainBytesAt(_head + bytes)) > trainBytesMax) return new Portion(bytes, packets, 0);
            bytes += size;
            packets++;
        }

        return new Portion(bytes, packets, train);
    }

    /// <summary>The oldest packet.</summary>
    public readonly Portion Next
    {
        get
        {
            var header = HeaderAt(_head);
            var train = !header.HasMoreFragments ? 0 : IsMidTrain ? _trainBytes : TrainBytesAt(_head);
            return new Portion(PacketWriter.SizeOf(header.PayloadLength), 1, train);
        }
    }

    /// <summary>Copies the oldest packets out.</summary>
    public void Take(Span<byte> destination, in Portion portion)
    {
        Debug.Assert(portion.Bytes <= Bytes && portion.Packets <= Packets, "More was taken from a lane than it held.");
        _buffer!.Bytes.AsSpan(_head, portion.Bytes).CopyTo(destination);
        if (portion.Bytes == Bytes)
        {
            Clear();
            return;
        }

        _trainBytes = portion.TrainBytes;
        _head += portion.Bytes;
        Packets -= portion.Packets;
    }

    /// <summary>Gives the whole lane away: the caller becomes the buffer's owner and finds the packets at the offset.</summary>
    public SharedBuffer Detach(out int offset, out int length)
    {
        var buffer = _buffer!;
        offset = _head;
        length = Bytes;
        _buffer = null;
        Reset();
        return buffer;
    }

    /// <summary>Drops the oldest packet, or the whole train it begins; never the rest of a train that was begun to be sent.</summary>
    /// <returns>The packets dropped; 0 when nothing may be dropped.</returns>
    public int DropOldest()
    {
        var start = _head;
        if (IsMidTrain) start = EndOfTrain(start, out _);
        if (start == _tail) return 0;
        var end = EndOfTrain(start, out var packets);

        // What is protected moves up over what is dropped.
        _buffer!.Bytes.AsSpan(_head, start - _head).CopyTo(_buffer.Bytes.AsSpan(_head + end - start));
        _head += end - start;
        Packets -= packets;
        if (IsEmpty) Clear();
        return packets;
    }

    /// <summary>Drops everything and gives the buffer back.</summary>
    public void Clear()
    {
        _buffer?.Release();
        _buffer = null;
        Reset();
    }

    private readonly PacketHeader HeaderAt(int offset)
    {
        PacketHeader.TryRead(_buffer!.Bytes.AsSpan(offset), out var header);
        return header;
    }

    private readonly int PacketBytesAt(int offset) => PacketWriter.SizeOf(HeaderAt(offset).PayloadLength);

    private readonly bool HasMoreFragmentsAt(int offset) => HeaderAt(offset).HasMoreFragments;

    private readonly int TrainBytesAt(int offset) => EndOfTrain(offset, out var packets) - offset - (packets * PacketHeader.Size);

    private readonly int EndOfTrain(int offset, out int packets)
    {
        packets = 1;
        while (HasMoreFragmentsAt(offset))
        {
            offset += PacketBytesAt(offset);
            packets++;
        }

        return offset + PacketBytesAt(offset);
    }

    private void Reset()
    {
        _usedBytes = Math.Min(_tail, ProtocolLimits.MaxMessageBytes);
        _head = _tail = 0;
        _trainBytes = 0;
        Packets = 0;
        WaitedFrames = 0;
    }

    private void MakeRoom(BufferPool pool, int bytes)
    {
        var live = Bytes;
        if (_buffer is not null && live + bytes + HeaderRoom <= _buffer.Bytes.Length / 2)
        {
            // Half or more is used up: moving is cheaper than growing, and cannot happen often.
            Waiting.CopyTo(_buffer.Bytes.AsSpan(HeaderRoom));
        }
        else
        {
            // The next frame's packets are about as many as the last one's.
            var larger = pool.Rent(Math.Max(HeaderRoom + Math.Max(live + bytes, live * 2), live == 0 ? _usedBytes : 0));
            Waiting.CopyTo(larger.Bytes.AsSpan(HeaderRoom));
            _buffer?.Release();
            _buffer = larger;
        }

        _head = HeaderRoom;
        _tail = HeaderRoom + live;
    }
}
