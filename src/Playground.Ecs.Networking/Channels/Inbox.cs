using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Channels;

/// <summary>
/// The packets of one channel that wait to be received, oldest first, bounded in count and bytes. Loop thread only.
/// </summary>
/// <remarks>
/// Packets arrive pointing into the frame's arena. Those still unread at the next frame's start are copied into buffers of
/// the inbox's own, so that a plugin that reads every frame costs no copy and one that does not pins no arena.
/// </remarks>
internal sealed class Inbox(int packetsMax, int bytesMax, BufferPool pool, InboxList inboxes)
{
    private const int InitialCapacity = 16;
    private const int StageBytes = 4 * 1024;

    private ReceivedPacket[] _packets = [];

    // The buffer that keeps packet i, or null while it points into the arena.
    private SharedBuffer?[] _keepers = [];
    private readonly Queue<(ReceivedPacket Packet, SharedBuffer Keeper)> _staged = [];
    private int _stagedBytes;

    // Where the packets of this frame are copied to, one behind the other.
    private SharedBuffer? _stage;
    private int _first;
    private int _next;
    private int _end;

    // False when all packets point into the arena: the usual case.
    private bool _holdsKeepers;

    // No packet before this one points into the arena.
    private int _arenaFrom;

    /// <summary>Packets waiting.</summary>
    public int Count => _end - _next;

    /// <summary>Payload bytes waiting.</summary>
    public int Bytes { get; private set; }

    /// <summary>Packets dropped because the inbox was full.</summary>
    public long Dropped { get; private set; }

    /// <summary>True when the inbox must be told of the frame's end.</summary>
    public bool IsListed { get; set; }

    /// <summary>True once its channel is gone: what waits is dropped when the frame ends.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Appends a packet whose data lives until the frame ends. Drops the oldest when full.</summary>
    public void Append(in ReceivedPacket packet)
    {
        var bytes = packet.Data.Length;
        if (_end == _packets.Length || Count >= packetsMax || Bytes + bytes > bytesMax) MakeRoom(bytes);
        _packets[_end++] = packet;
        Bytes += bytes;
    }

    /// <summary>Copies a packet sent in this frame; <see cref="PublishStaged"/> makes it visible.</summary>
    public void Stage(in ReceivedPacket packet, ReadOnlySpan<byte> data)
    {
        if (_stage is null || _stage.Bytes.Length - _stage.Length < data.Length)
        {
            _stage?.Release();
            _stage = pool.Rent(Math.Max(StageBytes, data.Length));
        }

        var copy = _stage.Bytes.AsMemory(_stage.Length, data.Length);
        data.CopyTo(copy.Span);
        _stage.Length += data.Length;
        _stage.AddReferences(1);
        _staged.Enqueue((packet.WithData(copy), _stage));
        _stagedBytes += data.Length;
        while (_staged.Count > 1 && (_staged.Count > packetsMax || _stagedBytes > bytesMax))
        {
            var oldest = _staged.Dequeue();
            _stagedBytes -= oldest.Packet.Data.Length;
            oldest.Keeper.Release();
            CountDropped();
        }
    }

    /// <summary>Makes the packets of <see cref="Stage"/> visible, in order.</summary>
    public void PublishStaged()
    {
        while (_staged.TryDequeue(out var staged)) Append(staged.Packet, staged.Keeper);
        _stagedBytes = 0;
        _stage?.Release();
        _stage = null;
    }

    /// <summary>Takes all waiting packets; the span is valid until the frame ends.</summary>
    public ReadOnlySpan<ReceivedPacket> Take()
    {
        var taken = new ReadOnlySpan<ReceivedPacket>(_packets, _next, Count);
        _next = _end;
        Bytes = 0;
        return taken;
    }

    /// <summary>Frees what was taken and keeps what was not: to be called once between two frames.</summary>
    /// <returns>True while packets wait or buffers are held, false when the inbox needs no further call.</returns>
    public bool EndFrame()
    {
        if (IsClosed)
        {
            PublishStaged();
            Take();
        }

        FreeTaken();
        if (_next == _end)
        {
            _first = _next = _end = _arenaFrom = 0;
            return _staged.Count > 0;
        }

        if (_first > _packets.Length / 2) MoveToFront();
        KeepArenaPackets();
        return true;
    }

    private void Append(in ReceivedPacket packet, SharedBuffer keeper)
    {
        Append(packet);
        _keepers[_end - 1] = keeper;
        _holdsKeepers = true;
    }

    private void MakeRoom(int bytes)
    {
        while (Count > 0 && (Count >= packetsMax || Bytes + bytes > bytesMax)) DropOldest();
        if (_end == _packets.Length) Grow();
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
        _holdsKeepers &= _next != _end;
    }

    private void DropOldest()
    {
        Bytes -= _packets[_next].Data.Length;
        _keepers[_next]?.Release();
        _keepers[_next++] = null;
        CountDropped();
    }

    private void CountDropped()
    {
        Dropped++;
        inboxes.CountDropped();
    }

    // The taken part stays readable to whoever holds its span, so growth copies and never moves in place.
    private void Grow()
    {
        var capacity = Math.Max(InitialCapacity, Math.Min(_packets.Length * 2, (_end - _first) * 2));
        var packets = new ReceivedPacket[capacity];
        var keepers = new SharedBuffer?[capacity];
        Array.Copy(_packets, _first, packets, 0, _end - _first);
        Array.Copy(_keepers, _first, keepers, 0, _end - _first);
        _packets = packets;
        _keepers = keepers;
        MoveIndices();
    }

    private void MoveIndices()
    {
        _next -= _first;
        _end -= _first;
        _arenaFrom = Math.Max(0, _arenaFrom - _first);
        _first = 0;
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

    private void KeepArenaPackets()
    {
        var count = 0;
        var bytes = 0;
        for (var i = Math.Max(_arenaFrom, _next); i < _end; i++)
        {
            if (_keepers[i] is not null) continue;
            count++;
            bytes += _packets[i].Data.Length;
        }

        if (count > 0) Keep(count, bytes);
        _arenaFrom = _end;
    }

    private void Keep(int count, int bytes)
    {
        var keeper = pool.Rent(Math.Max(1, bytes));
        keeper.AddReferences(count - 1);
        _holdsKeepers = true;
        var offset = 0;
        for (var i = Math.Max(_arenaFrom, _next); i < _end; i++)
        {
            if (_keepers[i] is not null) continue;
            var data = _packets[i].Data;
            data.Span.CopyTo(keeper.Bytes.AsSpan(offset));
            _packets[i] = _packets[i].WithData(new ReadOnlyMemory<byte>(keeper.Bytes, offset, data.Length));
            _keepers[i] = keeper;
            offset += data.Length;
        }
    }
}
