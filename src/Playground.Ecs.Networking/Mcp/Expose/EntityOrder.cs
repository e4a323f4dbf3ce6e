namespace Playground.Ecs.Networking.Mcp.Expose;

/// <summary>Entities by their ids, which no change to the world reorders: pages of a query continue there. Used again and again. Loop thread only.</summary>
internal sealed class EntityOrder
{
    private Entity[] _byId = [];
    private bool[] _isThere = [];
    private int _end;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Takes all entities that a query matches, instead of those it had.</summary>
    public void Fill(World world, in QueryDescription query)
    {
        Array.Clear(_isThere, 0, _end);
        (_end, Count) = (0, 0);
        foreach (ref var chunk in world.Query(in query))
        {
            for (var i = 0; i < chunk.Count; i++) Add(chunk.Entity(i));
        }
    }

    /// <summary>The entity with the lowest id of at least <paramref name="id"/>.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryNext(int id, out Entity entity)
    {
        entity = Entity.Null;
        if (id >= _end) return false;
        var distance = Array.IndexOf(_isThere, true, id, _end - id);
        if (distance < 0) return false;
        entity = _byId[distance];
        return true;
    }

    private void Add(Entity entity)
    {
        if (entity.Id >= _byId.Length)
        {
            var length = Math.Max(entity.Id + 1, _byId.Length * 2);
            Array.Resize(ref _byId, length);
            Array.Resize(ref _isThere, length);
        }

        _byId[entity.Id] = entity;
        _isThere[entity.Id] = true;
        _end = Math.Max(_end, entity.Id + 1);
        Count++;
    }
}
