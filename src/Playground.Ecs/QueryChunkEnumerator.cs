using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <summary>
/// Walks the chunks of a query from the newest to the oldest of each archetype: a destroy fills its hole from the end,
/// which has been visited by then. Archetypes that come while it walks are left out. Made by foreach over a <see cref="Query"/>.
/// </summary>
public ref struct QueryChunkEnumerator
{
    private readonly Archetype[] _archetypes;
    private Chunk[] _chunks;
    private int _left;
    private int _chunk;
#if DEBUG
    private readonly World _world;
    private readonly int _cursor;
#endif

    internal QueryChunkEnumerator(World world, Query query, Archetype[] archetypes, int count)
    {
        _archetypes = archetypes;
        _chunks = null!; // MoveNext comes first.
        _left = count;
        _chunk = 0;
#if DEBUG
        _world = world;
        _cursor = world.Iterations.Enter(query);
#else
        _ = world;
        _ = query;
#endif
    }

    /// <summary>The chunk that <see cref="MoveNext"/> went to.</summary>
    public readonly ref Chunk Current => ref _chunks[_chunk];

    /// <summary>Goes to the next chunk with entities; false when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        var found = --_chunk >= 0 || NextArchetype();
#if DEBUG
        if (found)
            _world.Iterations.VisitChunk(_cursor, Current.Store);
#endif
        return found;
    }

#if DEBUG
#pragma warning disable RS0016 // Not in the packages, which are release builds; there foreach has nothing to end.
    /// <summary>Ends the watch for structural changes that debug builds keep while a query runs; foreach calls it.</summary>
    public readonly void Dispose() => _world.Iterations.Leave(_cursor);
#pragma warning restore RS0016
#endif

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool NextArchetype()
    {
        while (_left > 0)
        {
            var archetype = _archetypes[--_left];
            if (archetype.EntityCount == 0)
                continue;
            _chunks = archetype.Chunks;
            _chunk = archetype.LastChunk;
            return true;
        }

        _chunk = 0;
        return false;
    }
}
