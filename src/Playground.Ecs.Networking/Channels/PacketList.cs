using System.Runtime.CompilerServices;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Channels;

/// <summary>
/// Packets in the order of their arrival with the buffers that keep them; what was taken stays readable until the frame ends.
/// Loop thread only.
/// </summary>
/// <remarks>
/// A packet that is dropped from behind one that stays leaves a hole. All holes lie before a cursor that only moves forward, so
/// that dropping looks at each packet once, however many reliable ones are in front; they are closed when packets are taken or
/// the array is full.
/// </remarks>
internal sealed class PacketList
{
    private const int InitialCapacity = 16;

    private ReceivedPacket[] _packets = [];

    // The buffer that keeps packet i, or null while it points into the arena.
    private SharedBuffer?[] _keepers = [];
    private int _first;
    private int _next;
    private int _end;
    private int _holes;

    // No packet before this one can be dropped.
    private int _unreliableFrom;

    // False when all packets point into the arena: the usual case.
    private bool _holdsKeepers;

    // No packet before this one points into the arena.
    private int _arenaFrom;

    /// <summary>Packets waiting.</summary>
    public int Count => _end - _next - _holes;

    /// <summary>Payload bytes waiting.</summary>
    public int Bytes { get; private set; }

    /// <summary>Reliable packets among those that wait.</summary>
    public int ReliableCount { get; private set; }

    /// <summary>Payload bytes of the reliable packets that wait.</summary>
    public int ReliableBytes { get; private set; }

    /// <summary>Appends a packet whose data live until the frame ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See Inbox.Append.
    public void Add(in ReceivedPacket packet)
    {
        if (_end == _packets.Length) MakeSpace();
        _packets[_end++] = packet;
        Bytes += packet.Data.Length;
        if (!packet.IsReliable) return;
        ReliableCount++;
        ReliableBytes += packet.Data.Length;
    }

    /// <summary>Appends a packet whose data <paramref name="keeper"/> holds; the reference is the list's from now on.</summary>
    public void Add(in ReceivedPacket packet, SharedBuffer keeper)
    {
        Add(packet);
        _keepers[_end - 1] = keeper;
        _holdsKeepers = true;
    }

    /// <summary>Takes all waiting packets; the span is valid until the frame ends.</summary>
    public ReadOnlySpan<ReceivedPacket> Take()
    {
        if (_holes > 0) CloseHoles();
        var taken = new ReadOnlySpan<ReceivedPacket>(_packets, _next, _end - _next);
        _next = _end;
        Bytes = ReliableCount = ReliableBytes = 0;
        return taken;
    }

    /// <summary>Takes the packets of a list in which every packet has a keeper out of it, one by one.</summary>
    /// <param name="packet">The oldest packet.</param>
    /// <param name="keeper">What holds its data: the caller's from now on.</param>
    /// <returns>False when none is left.</returns>
    public bool TryRemoveFirst(out ReceivedPacket packet, out SharedBuffer keeper)
    {
        while (_next < _end && _packets[_next].IsHole)
        {
            _holes--;
            _next++;
        }

        if (_next == _end)
        {
            packet = default;
            keeper = null!;
            FreeTaken();
            return false;
        }

        packet = _packets[_next];
        keeper = _keepers[_next]!;
        _keepers[_next++] = null;
        Discount(packet);
        return true;
    }

    /// <summary>Drops the oldest packet that is not reliable.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryDropOldestUnreliable()
    {
        var i = Math.Max(_unreliableFrom, _next);
        while (i < _end && _packets[i].IsReliable) i++;
        _unreliableFrom = i;
        if (i == _end) return false;
        Bytes -= _packets[i].Data.Length;
        _keepers[i]?.Release();
        _keepers[i] = null;
        _unreliableFrom++;
        _packets[i] = ReceivedPacket.Hole;
        if (i > _next) _holes++;
        else SkipFirst();
        return true;
    }

    /// <summary>Frees what was taken and copies what still points into the arena: to be called once between two frames.</summary>
    /// <returns>False when nothing waits.</returns>
    public bool EndFrame(BufferPool pool)
    {
        FreeTaken();
        if (_end == 0) return false;
        if (_first > _packets.Length / 2) MoveToFront();
        KeepArenaPackets(pool);
        return true;
    }

    private void Discount(in ReceivedPacket packet)
    {
        Bytes -= packet.Data.Length;
        if (!packet.IsReliable) return;
        ReliableCount--;
        ReliableBytes -= packet.Data.Length;
    }

    private void SkipFirst()
    {
        // Behind what was taken its place stays, since somebody may still read that.
        if (_first == _next) _first++;
        _next++;
    }

    private void FreeTaken()
    {
        var keepers = _keepers.AsSpan(_first, _next - _first);
        if (_holdsKeepers)
        {
            foreach (var keeper in keepers) keeper?.Release();
            keepers.Clear();
        }

        _packets.AsSpan(_first, keepers.Length).Clear();
        _first = _next;
        if (_next != _end) return;
        _holdsKeepers = false;
        _first = _next = _end = _unreliableFrom = _arenaFrom = 0;
    }

    private void MakeSpace()
    {
        if (_holes > 0) CloseHoles();
        var used = _end - _first;

        // With half the array free, moving is cheaper than growing, and cannot happen often.
        if (_first == _next && _packets.Length > 0 && used <= _packets.Length / 2) MoveToFront();
        else Grow();
    }

    // What was taken lies before all holes and stays where it is.
    private void CloseHoles()
    {
        var to = _next;
        for (var from = _next; from < _end; from++)
        {
            if (_packets[from].IsHole) continue;
            _packets[to] = _packets[from];
            _keepers[to++] = _keepers[from];
        }

        Array.Clear(_packets, to, _end - to);
        Array.Clear(_keepers, to, _end - to);
        _end = to;
        _unreliableFrom -= _holes;
        _arenaFrom = Math.Min(_arenaFrom, _next);
        _holes = 0;
    }

    // The taken part stays readable to whoever holds its span, so growth copies and never moves in place.
    private void Grow()
    {
        var count = _end - _first;
        var capacity = Math.Max(InitialCapacity, Math.Min(_packets.Length * 2, count * 2));
        var packets = new ReceivedPacket[capacity];
        var keepers = new SharedBuffer?[capacity];
        Array.Copy(_packets, _first, packets, 0, count);
        Array.Copy(_keepers, _first, keepers, 0, count);
        _packets = packets;
        _keepers = keepers;
        MoveIndices();
    }

    private void MoveToFront()
    {
        var count = _end - _first;
        Array.Copy(_packets, _first, _packets, 0, count);
        Array.Copy(_keepers, _first, _keepers, 0, count);
        Array.Clear(_packets, count, _end - count);
        Array.Clear(_keepers, count, _end - count);
        MoveIndices();
    }

    private void MoveIndices()
    {
        _next -= _first;
        _end -= _first;
        _unreliableFrom = Math.Max(0, _unreliableFrom - _first);
        _arenaFrom = Math.Max(0, _arenaFrom - _first);
        _first = 0;
    }

    private void KeepArenaPackets(BufferPool pool)
    {
        var count = 0;
        var bytes = 0;
        for (var i = Math.Max(_arenaFrom, _next); i < _end; i++)
        {
            if (!IsInArena(i)) continue;
            count++;
            bytes += _packets[i].Data.Length;
        }

        if (count > 0) Keep(pool, count, bytes);
        _arenaFrom = _end;
    }

    private void Keep(BufferPool pool, int count, int bytes)
    {
        var keeper = pool.Rent(Math.Max(1, bytes));
        keeper.AddReferences(count - 1);
        _holdsKeepers = true;
        var offset = 0;
        for (var i = Math.Max(_arenaFrom, _next); i < _end; i++)
        {
            if (!IsInArena(i)) continue;
            var data = _packets[i].Data;
            data.Span.CopyTo(keeper.Bytes.AsSpan(offset));
            _packets[i] = _packets[i].WithData(new ReadOnlyMemory<byte>(keeper.Bytes, offset, data.Length));
            _keepers[i] = keeper;
            offset += data.Length;
        }
    }

    private bool IsInArena(int index) => _keepers[index] is null && !_packets[index].IsHole;
}
