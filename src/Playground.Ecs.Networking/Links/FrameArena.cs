namespace Playground.Ecs.Networking.Links;

/// <summary>
/// The memory that one frame's input lives in: transports receive into it, packets point into it, and all of it is free
/// again when the frame ends. Loop thread only. Owner: the networking system.
/// </summary>
public sealed class FrameArena
{
    /// <summary>Bytes of one chunk: what a single <see cref="GetSpace"/> can give at most.</summary>
    public const int ChunkBytes = 512 * 1024;

    // A frame that came late has the input of several: its chunks are kept until there was no such frame for a minute.
    private const int UnusedFramesMax = 3600;

    private readonly List<byte[]> _chunks = [];
    private int _unusedFrames;
    private int _chunk = -1;
    private int _used = ChunkBytes;

    /// <summary>Free, contiguous space of at least <paramref name="minimumBytes"/>; nothing is taken until <see cref="Advance"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="ChunkBytes"/> asked for.</exception>
    public ArraySegment<byte> GetSpace(int minimumBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minimumBytes, ChunkBytes);
        if (ChunkBytes - _used < Math.Max(1, minimumBytes))
        {
            _used = 0;
            if (++_chunk == _chunks.Count)
            {
                _chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkBytes));
            }
        }

        return new ArraySegment<byte>(_chunks[_chunk], _used, ChunkBytes - _used);
    }

    /// <summary>Takes the first <paramref name="count"/> bytes of the space that <see cref="GetSpace"/> gave last.</summary>
    public void Advance(int count) => _used += count;

    /// <summary>Copies <paramref name="bytes"/> in.</summary>
    public ArraySegment<byte> Store(ReadOnlySpan<byte> bytes)
    {
        var space = GetSpace(bytes.Length);
        bytes.CopyTo(space);
        Advance(bytes.Length);
        return space[..bytes.Length];
    }

    /// <summary>Ends the frame: everything handed out is free again. Chunks that went unused for long are let go one a frame.</summary>
    public void Reset()
    {
        if (_chunk == _chunks.Count - 1)
        {
            _unusedFrames = 0;
        }
        else if (++_unusedFrames > UnusedFramesMax && _chunks.Count > 1)
        {
            _chunks.RemoveAt(_chunks.Count - 1);
        }

        _chunk = _chunks.Count > 0 ? 0 : -1;
        _used = _chunks.Count > 0 ? 0 : ChunkBytes;
    }
}
