namespace Playground.Ecs;

/// <content>The same change for all entities that match a description.</content>
public sealed partial class World
{
    /// <summary>Destroys all entities that match. Not inside a query over them.</summary>
    public void Destroy(in QueryDescription queryDescription)
    {
        foreach (var archetype in Query(queryDescription).Archetypes)
        {
            if (archetype.EntityCount == 0)
                continue;
            WatchChange(archetype, "destroy of all");
            for (var used = archetype.UsedChunks - 1; used >= 0; used--)
            {
                foreach (var entity in archetype.Chunks[used].Entities)
                    Free(ref _records[entity.Id], entity.Id);
            }

            archetype.Clear();
        }
    }

    /// <summary>
    /// Overwrites the component of all entities that match. Throws <see cref="InvalidOperationException"/> at the first
    /// that lacks it.
    /// </summary>
    public void Set<T>(in QueryDescription queryDescription, in T value)
    {
        // The argument may be a reference into one of the rows that are about to be overwritten.
        var copy = value;
        foreach (ref var chunk in Query(queryDescription))
            chunk.GetSpan<T>().Fill(copy);
    }

    /// <summary>Adds the component to all entities that match and lack it. Not inside a query over them.</summary>
    public void Add<T>(in QueryDescription queryDescription, in T? component = default)
    {
        var copy = component;
        var type = Component<T>.ComponentType;

        // A snapshot: the archetypes that this makes may match as well.
        foreach (var source in Query(queryDescription).Archetypes)
        {
            if (source.EntityCount == 0 || source.Has(type.Id))
                continue;
            var target = ArchetypeWith(source, type);
            while (source.EntityCount > 0)
            {
                ref var record = ref MoveLast(source, target);
                _chunks[record.Chunk].Column<T>()[record.Row] = copy!;
            }
        }
    }

    /// <summary>Removes the component from all entities that match and have it. Not inside a query over them.</summary>
    public void Remove<T>(in QueryDescription queryDescription)
    {
        var type = Component<T>.ComponentType;
        foreach (var source in Query(queryDescription).Archetypes)
        {
            if (source.EntityCount == 0 || !source.Has(type.Id))
                continue;
            var target = ArchetypeWithout(source, type);
            while (source.EntityCount > 0)
                MoveLast(source, target);
        }
    }

    /// <summary>Moves the newest entity, which leaves no hole.</summary>
    private ref EntityRecord MoveLast(Archetype source, Archetype target)
    {
        var last = source.Last;
        var entity = last.Entities[last.Count - 1];
        ref var record = ref _records[entity.Id];
        Move(entity, ref record, last, target);
        return ref record;
    }
}
