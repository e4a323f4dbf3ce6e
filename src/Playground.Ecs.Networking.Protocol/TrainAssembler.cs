using System.Buffers;
using System.Runtime.CompilerServices;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>
/// Puts the trains of one connection together again (PROTOCOL.md, section 4): at most one reliable and one unreliable partial
/// payload per lane. It owns the arrays of the partial payloads; a complete one's array belongs to the caller from then on.
/// For one thread at a time.
/// An assembler that has seen no fragment holds no memory but itself.
/// </summary>
public sealed class TrainAssembler : IDisposable
{
    private const int Slots = 8;
    private const uint ReliableSlots = 0b10101010;

    private readonly ArrayPool<byte> _pool;
    private readonly int _maxPacketBytes;
    private Partial[]? _partials;
    private uint _pending;
    private long _pendingBytes;
    private bool _disposed;

    /// <summary>Makes an assembler without any partial payload.</summary>
    /// <param name="maxPacketBytes">The largest reassembled payload in bytes; all partial ones together may hold twice that.</param>
    /// <param name="pool">Where arrays are rented; a complete payload's array goes back there.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxPacketBytes"/> is not positive.</exception>
    public TrainAssembler(int maxPacketBytes, ArrayPool<byte> pool)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxPacketBytes);
        ArgumentNullException.ThrowIfNull(pool);
        _maxPacketBytes = maxPacketBytes;
        _pool = pool;
    }

    /// <summary>The bytes held in partial payloads, for statistics.</summary>
    public long PendingBytes => _pendingBytes;

    /// <summary>Takes the next packet of the link, in the order of arrival.</summary>
    /// <param name="header">The packet's header.</param>
    /// <param name="payload">The packet's payload; copied when it is part of a train.</param>
    /// <param name="complete">The whole payload, the caller's from now on, with <see cref="TrainStatus.Complete"/> only.</param>
    /// <returns>What to do; after Malformed or TooLarge nothing was taken and the link is to be closed.</returns>
    /// <exception cref="ObjectDisposedException">A fragment after <see cref="Dispose"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TrainStatus Add(in PacketHeader header, ReadOnlySpan<byte> payload, out TrainBuffer complete)
    {
        if (_pending == 0 && !header.HasMoreFragments && payload.Length <= _maxPacketBytes)
        {
            complete = default;
            return TrainStatus.Single;
        }

        return AddSlow(header, payload, out complete);
    }

    /// <summary>
    /// Drops unreliable partial payloads, as both sides do when a link ends; reliable ones belong to the session and stay.
    /// </summary>
    public void DiscardUnreliable() => Discard(_pending & ~ReliableSlots);

    /// <summary>Drops the unreliable partial payload of one lane, of which a fragment was not taken.</summary>
    public void DiscardUnreliable(Priority priority) => Discard(_pending & (1u << new PacketHeader(default, 0, priority).TrainSlot));

    /// <summary>Returns all partial payloads to the pool; a second call does nothing.</summary>
    public void Dispose()
    {
        Discard(_pending);
        _disposed = true;
    }

    private TrainStatus AddSlow(in PacketHeader header, ReadOnlySpan<byte> payload, out TrainBuffer complete)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        complete = default;
        var slot = header.TrainSlot;
        var isContinued = (_pending >> slot & 1) != 0;
        if (!isContinued && !header.HasMoreFragments)
            return payload.Length <= _maxPacketBytes ? TrainStatus.Single : TrainStatus.TooLarge;

        _partials ??= new Partial[Slots];
        ref var partial = ref _partials[slot];
        if (isContinued && partial.ChannelAndType != header.ChannelAndType) return TrainStatus.Malformed;
        if (payload.Length > _maxPacketBytes - partial.Length) return TrainStatus.TooLarge;
        if (_pendingBytes + payload.Length > 2L * _maxPacketBytes) return TrainStatus.TooLarge;

        partial.ChannelAndType = header.ChannelAndType;
        _pending |= 1u << slot;
        Append(ref partial, payload);
        return header.HasMoreFragments ? TrainStatus.Partial : Finish(slot, out complete);
    }

    private void Append(ref Partial partial, ReadOnlySpan<byte> payload)
    {
        var needed = partial.Length + payload.Length;
        if (partial.Array is null || partial.Array.Length < needed) Grow(ref partial, needed);
        payload.CopyTo(partial.Array.AsSpan(partial.Length));
        partial.Length = needed;
        _pendingBytes += payload.Length;
    }

    // By what has arrived and at most doubling: a peer that claims much and sends little costs little.
    private void Grow(ref Partial partial, int needed)
    {
        var old = partial.Array;
        var doubled = (int)Math.Min(2L * (old?.Length ?? 0), _maxPacketBytes);
        var array = _pool.Rent(Math.Max(needed, doubled));
        partial.Array = array;
        if (old is null) return;
        old.AsSpan(0, partial.Length).CopyTo(array);
        _pool.Return(old);
    }

    private TrainStatus Finish(int slot, out TrainBuffer complete)
    {
        ref var partial = ref _partials![slot];
        complete = new TrainBuffer(partial.Array, partial.Length);
        Forget(slot);
        return TrainStatus.Complete;
    }

    private void Discard(uint slots)
    {
        for (var slot = 0; slots != 0; slot++, slots >>= 1)
        {
            if ((slots & 1) == 0) continue;
            if (_partials![slot].Array is { } array) _pool.Return(array);
            Forget(slot);
        }
    }

    private void Forget(int slot)
    {
        _pendingBytes -= _partials![slot].Length;
        _partials[slot] = default;
        _pending &= ~(1u << slot);
    }

    private struct Partial
    {
        public byte[]? Array;
        public int Length;
        public uint ChannelAndType;
    }
}
