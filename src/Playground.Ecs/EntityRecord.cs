namespace Playground.Ecs;

/// <summary>Where the entity of one id is. A free id keeps the version of its next entity, which no handle has yet.</summary>
internal struct EntityRecord
{
    /// <summary>The chunk of the entity; null while the id is free.</summary>
    public ChunkStore? Chunk;

    /// <summary>The row in the chunk; while the id is free, the next free id or -1.</summary>
    public int Row;

    /// <summary>The version of the present or next entity; never 0, so that default(Entity) is never alive.</summary>
    public int Version;
}
