using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <summary>
/// The queries of a world by their descriptions: a hash table with linear probing, at most half full, so that finding a
/// kept description costs a few nanoseconds.
/// </summary>
internal sealed class QueryCache
{
    private Query?[] _slots = new Query?[16];
    private int _count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Query? Find(in QueryDescription description)
    {
        var slots = _slots;
        var first = slots[Mix(description.Hash) & (slots.Length - 1)];
        return first is not null && first.Description.IsSameInstance(description) ? first : Probe(description);
    }

    public void Add(Query query)
    {
        if (++_count * 2 > _slots.Length)
        {
            var old = _slots;
            _slots = new Query?[old.Length * 2];
            foreach (var present in old)
            {
                if (present is not null)
                    Place(present);
            }
        }

        Place(query);
    }

    public void Offer(Archetype archetype)
    {
        foreach (var query in _slots)
            query?.Offer(archetype);
    }

    public void Clear()
    {
        foreach (var query in _slots)
            query?.End();
        _slots = new Query?[2];
        _count = 0;
    }

    private static int Mix(int hash) => hash ^ (hash >>> 15);

    private Query? Probe(in QueryDescription description)
    {
        var slots = _slots;
        for (var slot = Mix(description.Hash); ; slot++)
        {
            var query = slots[slot & (slots.Length - 1)];
            if (query is null || query.Description.IsSame(description))
                return query;
        }
    }

    private void Place(Query query)
    {
        var slot = Mix(query.Description.Hash);
        while (_slots[slot & (_slots.Length - 1)] is not null)
            slot++;
        _slots[slot & (_slots.Length - 1)] = query;
    }
}
