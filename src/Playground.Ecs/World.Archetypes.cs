using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <content>The sets of components that entities of this world have or had.</content>
public sealed partial class World
{
    private readonly List<Archetype> _archetypes;
    private readonly Dictionary<int, Archetype> _archetypesByHash = [];
    private Archetype?[] _archetypesBySet = [];
    private ChunkStore[] _chunks = [];
    private int _chunkCount;

    /// <summary>By component id, the columns of all chunks by their numbers: a typed array of columns, so that Get finds one without its chunk.</summary>
    private Array[] _columns = [];

    /// <summary>The archetype of a set of components that the compiler knows, found by the set's number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Archetype ArchetypeOf(int setId, in Signature signature, RowOps? rows = null)
    {
        var bySet = _archetypesBySet;
        return (uint)setId < (uint)bySet.Length && bySet[setId] is { } archetype ? archetype : KeepArchetypeOf(setId, signature, rows);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Archetype KeepArchetypeOf(int setId, in Signature signature, RowOps? rows)
    {
        var archetype = ArchetypeOf(signature.Components);
        if (_archetypesBySet.Length <= setId)
            Array.Resize(ref _archetypesBySet, Math.Max(setId + 1, _archetypesBySet.Length * 2));
        _archetypesBySet[setId] = archetype;
        archetype.Rows ??= rows;
        return archetype;
    }

    private Archetype ArchetypeOf(ReadOnlySpan<ComponentType> components)
    {
        ThrowIfDisposed();
        for (var i = 0; i < components.Length; i++)
        {
            if (components[..i].Contains(components[i]))
                Misuse.NamedTwice(components[i]);
        }

        var hash = Signature.HashOf(components);
        _archetypesByHash.TryGetValue(hash, out var first);
        for (var candidate = first; candidate is not null; candidate = candidate.NextOfSameHash)
        {
            if (HasExactly(candidate, components))
                return candidate;
        }

        var archetype = new Archetype(this, new Signature(components.ToArray()), _chunkSizeInBytes, _minimumEntitiesPerChunk)
        {
            NextOfSameHash = first,
        };
        _archetypesByHash[hash] = archetype;
        _archetypes.Add(archetype);
        _queries.Offer(archetype);
        return archetype;
    }

    /// <summary>Makes a chunk, which lives as long as the world does.</summary>
    internal ChunkStore NewChunk(Archetype archetype, int capacity)
    {
        if (_chunkCount == EntityRecord.ChunksMax)
            throw new InvalidOperationException($"A world has at most {EntityRecord.ChunksMax} chunks of at most {EntityRecord.RowsMax} rows; make the first ones larger.");
        if (_chunkCount == _chunks.Length)
            Array.Resize(ref _chunks, Math.Max(4, _chunkCount * 2));
        var chunk = new ChunkStore(archetype, _chunkCount, capacity);
        for (var i = 0; i < archetype.Ops.Length; i++)
        {
            var id = archetype.ComponentIds[i];
            var used = _columns.Length;
            if (used <= id)
            {
                Array.Resize(ref _columns, id + 1);
                _columns.AsSpan(used).Fill(ColumnOps.NoColumn);
            }

            _columns[id] = archetype.Ops[i].Keep(_columns[id], chunk.Number, chunk.Dense[i]);
        }

        return _chunks[_chunkCount++] = chunk;
    }

    private static bool HasExactly(Archetype archetype, ReadOnlySpan<ComponentType> components)
    {
        if (archetype.Ops.Length != components.Length)
            return false;
        foreach (var component in components)
        {
            if (!archetype.Has(component.Id))
                return false;
        }

        return true;
    }

    /// <summary>The archetype with one component more; the caller knows that it is not there yet.</summary>
    internal Archetype ArchetypeWith(Archetype archetype, ComponentType component) =>
        archetype.AddEdge(component.Id) ?? KeepAddEdge(archetype, component);

    /// <summary>The archetype with one component less; the caller knows that it is there.</summary>
    internal Archetype ArchetypeWithout(Archetype archetype, ComponentType component) =>
        archetype.RemoveEdge(component.Id) ?? KeepRemoveEdge(archetype, component);

    private Archetype KeepAddEdge(Archetype archetype, ComponentType component)
    {
        var target = ArchetypeOf(archetype.Signature.With(component).Components);
        archetype.KeepAddEdge(component.Id, target);
        return target;
    }

    private Archetype KeepRemoveEdge(Archetype archetype, ComponentType component)
    {
        var target = ArchetypeOf(archetype.Signature.Without(component).Components);
        archetype.KeepRemoveEdge(component.Id, target);
        return target;
    }
}
