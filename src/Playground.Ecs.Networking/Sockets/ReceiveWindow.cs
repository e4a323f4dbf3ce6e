using System.Diagnostics.CodeAnalysis;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// The bytes of one link that were received and not yet read. Within a turn they lie in the frame's arena; what is left at
/// its end moves to a rented buffer, so that an idle link holds none. A mutable struct: one per link, never copied. Owner of
/// its rented buffer. Loop thread only.
/// </summary>
internal struct ReceiveWindow
{
    /// <summary>The most that one receive takes, in bytes: what a turn can leave over is about that.</summary>
    public const int ReceiveBytesMax = 64 * 1024;

    private const int ReceiveBytesMin = 16 * 1024;

    // A smaller rest is cheaper to copy back into the arena than to receive behind; a larger one is never copied twice, or a
    // sender of one byte at a time would make the frame copy its whole message for each of them.
    private const int SmallRestBytes = 2 * 1024;

    private byte[]? _bytes;
    private int _start;
    private int _end;
    private SharedBuffer? _kept;

    /// <summary>Bytes received and not yet read.</summary>
    public readonly int Count => _end - _start;

    /// <summary>The bytes received and not yet read.</summary>
    public readonly Span<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Space to receive into, right behind the unread bytes; never empty. <see cref="Received"/> follows, or nothing.</summary>
    public Span<byte> GetSpace(FrameArena arena, BufferPool pool)
    {
        if (_kept is not null && Count > SmallRestBytes)
        {
            MakeRoomInKept(pool);
        }
        else
        {
            MoveToArena(arena);
        }

        return _bytes.AsSpan(_end, Math.Min(_bytes.Length - _end, ReceiveBytesMax));
    }

    /// <summary>Takes the first <paramref name="count"/> bytes of the space that <see cref="GetSpace"/> gave.</summary>
    public void Received(FrameArena arena, int count)
    {
        _end += count;
        if (_kept is null)
        {
            arena.Advance(count);
        }
    }

    /// <summary>Consumes a frame and gives its payload a place in the arena: where it lies, or a copy.</summary>
    public ArraySegment<byte> Take(FrameArena arena, in FrameRead frame)
    {
        var payload = new ArraySegment<byte>(_bytes!, _start + frame.Offset, frame.Length);
        _start += frame.Consumed;
        return _kept is null ? payload : arena.Store(payload);
    }

    /// <summary>Consumes bytes.</summary>
    public void Skip(int count) => _start += count;

    /// <summary>Puts bytes that came by another way in front; only into an empty window.</summary>
    public void Begin(ReadOnlySpan<byte> bytes, BufferPool pool)
    {
        if (!bytes.IsEmpty)
        {
            Keep(bytes, pool.Rent(bytes.Length));
        }
    }

    /// <summary>Ends the turn: the arena's bytes move to a rented buffer; an empty window holds nothing.</summary>
    public void EndTurn(BufferPool pool)
    {
        if (_start == _end)
        {
            Release();
        }
        else if (_kept is null)
        {
            Keep(Unread, pool.Rent(Count));
        }
    }

    /// <summary>Forgets everything unread.</summary>
    public void Release()
    {
        _kept?.Release();
        _kept = null;
        _bytes = null;
        _start = _end = 0;
    }

    [MemberNotNull(nameof(_bytes))]
    private void MoveToArena(FrameArena arena)
    {
        var space = arena.GetSpace(Count + ReceiveBytesMin);
        if (_kept is null && ReferenceEquals(space.Array, _bytes) && space.Offset == _end)
        {
            _bytes = space.Array!;
            return;
        }

        var count = Count;
        Unread.CopyTo(space);
        arena.Advance(count);
        _kept?.Release();
        _kept = null;
        _bytes = space.Array!;
        _start = space.Offset;
        _end = space.Offset + count;
    }

    [MemberNotNull(nameof(_bytes))]
    private void MakeRoomInKept(BufferPool pool)
    {
        if (_end < _bytes!.Length)
        {
            return;
        }

        if (_start > 0)
        {
            Keep(Unread, _kept!);
            return;
        }

        // Doubled as bytes arrive, never by what a header claims; a frame above the limit is refused before it gets here.
        var old = _kept!;
        Keep(Unread, pool.Rent(_bytes.Length * 2));
        old.Release();
    }

    [MemberNotNull(nameof(_bytes))]
    private void Keep(ReadOnlySpan<byte> unread, SharedBuffer buffer)
    {
        unread.CopyTo(buffer.Bytes);
        _kept = buffer;
        _bytes = buffer.Bytes;
        _start = 0;
        _end = unread.Length;
    }
}
