using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <summary>
/// Entities and their components. One thread at a time may use a world (reading included); different worlds may be
/// used on different threads at the same time. Reusing ids, rows and chunks, a world whose capacity exists allocates
/// nothing for creating, destroying, changing and querying entities. A reference to a component is valid until its
/// entity gets or loses a component or is destroyed.
/// </summary>
public sealed partial class World : IDisposable
{
    private static int _lastId;

    private readonly int _chunkSizeInBytes;
    private readonly int _minimumEntitiesPerChunk;
    private readonly QueryCache _queries = new();
#if DEBUG
    internal readonly IterationWatch Iterations = new();
#endif

    private World(int chunkSizeInBytes, int minimumAmountOfEntitiesPerChunk, int archetypeCapacity, int entityCapacity)
    {
        // From 1, so that default(Entity) is of no world. Ids are not reused, so that a handle of a destroyed world matches nothing for the life of the process.
        Id = Interlocked.Increment(ref _lastId);
        _chunkSizeInBytes = chunkSizeInBytes;
        _minimumEntitiesPerChunk = minimumAmountOfEntitiesPerChunk;
        _archetypes = new List<Archetype>(archetypeCapacity);
        GrowRecords(entityCapacity);
    }

    /// <summary>The number of the world, unique in the process.</summary>
    public int Id { get; }

    /// <summary>How many entities are alive.</summary>
    public int Size { get; private set; }

    /// <summary>How many entities the world's table holds before it grows.</summary>
    public int Capacity => _records.Length;

    internal bool IsDisposed { get; private set; }

    /// <summary>Makes a world. May be called from any thread; the world then belongs to the one that uses it.</summary>
    /// <param name="chunkSizeInBytes">
    /// The size of the first chunk of each set of components, all components of its entities together; later ones are
    /// larger, up to 64 times.
    /// </param>
    /// <param name="minimumAmountOfEntitiesPerChunk">How many entities fit in a chunk at least, however large they are; above 32768 it counts as that, the most of any chunk.</param>
    /// <param name="archetypeCapacity">How many sets of components the world makes room for at first.</param>
    /// <param name="entityCapacity">How many entities the world makes room for at first.</param>
    public static World Create(
        int chunkSizeInBytes = 16_384, int minimumAmountOfEntitiesPerChunk = 100, int archetypeCapacity = 2, int entityCapacity = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chunkSizeInBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(minimumAmountOfEntitiesPerChunk);
        ArgumentOutOfRangeException.ThrowIfNegative(archetypeCapacity);
        ArgumentOutOfRangeException.ThrowIfNegative(entityCapacity);
        return new World(chunkSizeInBytes, minimumAmountOfEntitiesPerChunk, archetypeCapacity, entityCapacity);
    }

    /// <summary>Destroys the world and all its entities; using it afterwards throws <see cref="ObjectDisposedException"/>.</summary>
    public static void Destroy(World world)
    {
        ArgumentNullException.ThrowIfNull(world);
        world.Dispose();
    }

    /// <summary>The same as <see cref="Destroy(World)"/>; a second call does nothing.</summary>
    public void Dispose()
    {
        // Empty tables send every later use into the slow paths, which tell why.
        IsDisposed = true;
        Size = 0;
        _records = [];
        _chunks = [];
        _columns = [];
        _archetypesBySet = [];
        _archetypes.Clear();
        _archetypesByHash.Clear();
        _queries.Clear();
    }

    /// <summary>
    /// Finds the query of a description. Keep the description, not necessarily the query. Throws
    /// <see cref="ArgumentException"/> when WithExclusive is combined with another condition.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Query Query(in QueryDescription queryDescription) => _queries.Find(queryDescription) ?? NewQuery(queryDescription);

    /// <summary>Counts the entities that match.</summary>
    public int CountEntities(in QueryDescription queryDescription)
    {
        var count = 0;
        foreach (var archetype in Query(queryDescription).Archetypes)
            count += archetype.EntityCount;
        return count;
    }

    /// <summary>
    /// Writes the entities that match to <paramref name="list"/> from index <paramref name="start"/>. Throws
    /// <see cref="ArgumentException"/>, writing nothing, when they do not fit.
    /// </summary>
    public void GetEntities(in QueryDescription queryDescription, Span<Entity> list, int start = 0)
    {
        var target = list[start..];
        var count = CountEntities(queryDescription);
        if (target.Length < count)
            throw new ArgumentException($"{count} entities match but there is room for {target.Length}.", nameof(list));
        foreach (ref var chunk in Query(queryDescription))
        {
            // Newest first within the chunk as well, like every other walk over entities.
            for (var row = chunk.Count - 1; row >= 0; row--)
            {
                target[0] = chunk.Entities[row];
                target = target[1..];
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Query NewQuery(in QueryDescription description)
    {
        ThrowIfDisposed();
        description.Check();
        var query = new Query(this, description);
        foreach (var archetype in _archetypes)
            query.Offer(archetype);
        _queries.Add(query);
        return query;
    }

    private void ThrowIfDisposed()
    {
        if (IsDisposed)
            Misuse.ThrowDisposed(Id);
    }

    /// <summary>Tells debug builds which row a query is about to hand out.</summary>
    [Conditional("DEBUG")]
    private void WatchRow(int row)
    {
#if DEBUG
        Iterations.VisitRow(row);
#endif
    }

    [Conditional("DEBUG")]
    private void WatchDestroy(Entity entity, ChunkStore chunk, int row)
    {
#if DEBUG
        Iterations.CheckDestroy(entity, chunk, row);
#endif
    }

    [Conditional("DEBUG")]
    private void WatchChange(Archetype archetype, string change)
    {
#if DEBUG
        Iterations.CheckChange(archetype, change);
#endif
    }
}
