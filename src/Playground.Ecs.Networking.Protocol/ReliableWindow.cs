using System.Buffers;
using System.Diagnostics;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>
/// The sending side of reliable delivery in one session (PROTOCOL.md, section 8): stamps packets in the order in which they enter
/// batches and keeps copies of those that were written and not yet acknowledged, to be repeated on the session's next link. Owner
/// of its buffer, which it rents when it has something to keep and returns when it has not. For one thread at a time.
/// </summary>
public sealed class ReliableWindow : IDisposable
{
    private const int InitialBytes = 1024;

    private readonly int _packetsMax;
    private readonly int _bytesMax;
    private readonly ArrayPool<byte> _pool;
    private byte[]? _buffer;
    private int _head;
    private int _tail;

    // Where the repetition stands; at the tail when there is nothing to repeat.
    private int _replay;

    /// <summary>Makes an empty window.</summary>
    /// <param name="packetsMax">Packets kept at once, at most <see cref="ProtocolLimits.ReliableWindowPackets"/>.</param>
    /// <param name="bytesMax">Bytes kept at once, headers included; at least one full packet.</param>
    /// <param name="pool">Where the buffer is rented.</param>
    /// <param name="last">The number before the first one to be stamped; <see cref="Sequence.BeforeFirst"/> in a new session.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    public ReliableWindow(int packetsMax, int bytesMax, ArrayPool<byte> pool, Sequence last)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(packetsMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(packetsMax, ProtocolLimits.ReliableWindowPackets);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesMax, PacketHeader.Size + ProtocolLimits.FragmentBytes);
        ArgumentNullException.ThrowIfNull(pool);
        _packetsMax = packetsMax;
        _bytesMax = bytesMax;
        _pool = pool;
        LastStamped = last;
    }

    /// <summary>Packets that were stamped and not acknowledged.</summary>
    public int Packets { get; private set; }

    /// <summary>Their bytes, headers included.</summary>
    public int Bytes => _tail - _head;

    /// <summary>True when everything that was stamped was acknowledged.</summary>
    public bool IsEmpty => Packets == 0;

    /// <summary>The number of the packet stamped last.</summary>
    public Sequence LastStamped { get; private set; }

    /// <summary>The number up to which everything was acknowledged.</summary>
    public Sequence LastAcknowledged => new(unchecked((ushort)(LastStamped.Value - Packets)));

    /// <summary>True while packets wait to be repeated: nothing new may be stamped until they are written.</summary>
    public bool IsReplaying => _replay != _tail;

    /// <summary>Whether a packet of so many bytes, header included, can be stamped now.</summary>
    public bool HasRoomFor(int bytes) => Packets != _packetsMax && bytes <= _bytesMax - Bytes && !IsReplaying;

    /// <summary>Gives the framed packet the next number, in place, and keeps a copy.</summary>
    /// <param name="packet">A whole packet, header first, that <see cref="HasRoomFor"/> allows.</param>
    /// <returns>Its number.</returns>
    public Sequence Stamp(Span<byte> packet)
    {
        Debug.Assert(HasRoomFor(packet.Length), "A packet was stamped that the window has no room for.");
        LastStamped = LastStamped.Next;
        PacketHeader.Stamp(packet, LastStamped);
        if (_buffer is null || _buffer.Length - _tail < packet.Length) MakeRoom(packet.Length);
        packet.CopyTo(_buffer.AsSpan(_tail));
        _tail += packet.Length;
        _replay = _tail;
        Packets++;
        return LastStamped;
    }

    /// <summary>Drops what the other side has: everything up to <paramref name="sequence"/>.</summary>
    public AckStatus Acknowledge(Sequence sequence)
    {
        var count = sequence.DistanceFrom(LastAcknowledged);
        if (count == 0) return AckStatus.Unchanged;
        if (count < 0) return AckStatus.Stale;
        if (count > Packets) return AckStatus.Impossible;
        Packets -= count;
        for (; count > 0; count--) _head += PacketBytesAt(_head);
        _replay = Math.Max(_replay, _head);
        if (Packets == 0) Free();
        return AckStatus.Advanced;
    }

    /// <summary>To be called when the session got a new link and the other side said what it has: everything else is repeated.</summary>
    public void BeginReplay() => _replay = _head;

    /// <summary>The next packets to be repeated, oldest first and with their old numbers; they count as written.</summary>
    /// <param name="bytesMax">The most bytes to take.</param>
    /// <param name="packetsMax">The most packets to take.</param>
    /// <param name="packets">How many they are.</param>
    /// <returns>Whole packets, valid until the window is changed; empty when none fits or none is left.</returns>
    public ReadOnlySpan<byte> TakeReplay(int bytesMax, int packetsMax, out int packets)
    {
        var start = _replay;
        packets = 0;
        while (_replay != _tail && packets < packetsMax)
        {
            var size = PacketBytesAt(_replay);
            if (_replay - start + size > bytesMax) break;
            _replay += size;
            packets++;
        }

        return _buffer.AsSpan(start, _replay - start);
    }

    /// <summary>Drops everything and returns the buffer; the numbers stay.</summary>
    public void Dispose()
    {
        Packets = 0;
        Free();
    }

    private int PacketBytesAt(int offset)
    {
        PacketHeader.TryRead(_buffer.AsSpan(offset), out var header);
        return PacketWriter.SizeOf(header.PayloadLength);
    }

    private void Free()
    {
        if (_buffer is not null) _pool.Return(_buffer);
        _buffer = null;
        _head = _tail = _replay = 0;
    }

    private void MakeRoom(int bytes)
    {
        var live = Bytes;
        if (_buffer is not null && live + bytes <= _buffer.Length / 2)
        {
            // Half or more is used up: moving is cheaper than growing, and cannot happen often.
            _buffer.AsSpan(_head, live).CopyTo(_buffer);
        }
        else
        {
            var larger = _pool.Rent(Math.Max(InitialBytes, 2 * (live + bytes)));
            if (_buffer is not null)
            {
                _buffer.AsSpan(_head, live).CopyTo(larger);
                _pool.Return(_buffer);
            }

            _buffer = larger;
        }

        _head = 0;
        _tail = live;
    }
}
