namespace Playground.Ecs;

/// <summary>
/// Where the entity of one id is. Eight bytes, since random access waits for the memory that records lie in, and numbers only:
/// writing one tells the garbage collector nothing. A new table of zeros is a table of ids that were never used.
/// </summary>
internal struct EntityRecord
{
    /// <summary>The most rows of a chunk.</summary>
    public const int RowsMax = 1 << RowBits;

    /// <summary>The most chunks of a world.</summary>
    public const int ChunksMax = 1 << (32 - RowBits);

    private const int RowBits = 15;

    /// <summary>The version of the present or next entity; 0 while the id was never used, which no handle of a world has.</summary>
    public int Version;

    private uint _place;

    /// <summary>The <see cref="ChunkStore.Number"/> of the entity's chunk; without meaning while the id is free.</summary>
    public readonly int Chunk => (int)(_place >> RowBits);

    /// <summary>The row in the chunk; without meaning while the id is free.</summary>
    public readonly int Row => (int)(_place & (RowsMax - 1));

    /// <summary>While the id is free, the next free id or -1.</summary>
    public readonly int NextFree => (int)_place;

    /// <summary>Ends the entity: its id has the next version, which after the last is 1 again.</summary>
    public void Free(int nextFree)
    {
        Version = Version == -1 ? 1 : Version + 1;
        _place = (uint)nextFree;
    }

    public void Place(ChunkStore chunk, int row) => _place = ((uint)chunk.Number << RowBits) | (uint)row;
}
