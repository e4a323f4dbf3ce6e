namespace Playground.Ecs;

/// <summary>
/// The entities of a world that match a description. It stays valid while components and archetypes come, so it may be
/// kept. Usable on the world's thread until the world is destroyed.
/// </summary>
public sealed class Query
{
    private readonly World _world;
    private readonly QueryDescription _description;
    private Archetype[]? _archetypes = [];
    private int _count;

    internal Query(World world, in QueryDescription description)
    {
        _world = world;
        _description = description;
    }

    internal ref readonly QueryDescription Description => ref _description;

    internal ReadOnlySpan<Archetype> Archetypes => new(_archetypes, 0, _count);

    /// <summary>
    /// Enumerates the chunks that hold entities, newest first. Throws <see cref="ObjectDisposedException"/> when the
    /// world was destroyed.
    /// </summary>
    public QueryChunkEnumerator GetEnumerator()
    {
        var archetypes = _archetypes;
        if (archetypes is null)
            Misuse.ThrowDisposed(_world.Id);
        return new QueryChunkEnumerator(_world, this, archetypes, _count);
    }

    /// <summary>Called by the world for every archetype there is and every one that comes, so that iterating need not check.</summary>
    internal void Offer(Archetype archetype)
    {
        if (!_description.Matches(archetype))
            return;
        if (_count == _archetypes!.Length)
            Array.Resize(ref _archetypes, Math.Max(2, _count * 2));
        _archetypes[_count++] = archetype;
    }

    /// <summary>Called when the world is destroyed.</summary>
    internal void End()
    {
        _archetypes = null;
        _count = 0;
    }
}
