namespace Playground.Ecs;

/// <summary>
/// All entities with one exact set of components, packed into chunks without gaps: every chunk but the last used one is
/// full, and the newest entity sits at the end. Chunks are kept when they empty, to be filled again. Each new chunk is as
/// large as all before it, up to a limit: a rare set of components stays small, a common one has few chunks to walk.
/// </summary>
internal sealed class Archetype
{
    /// <summary>
    /// How many times the first chunk a chunk may grow to. Measured: creating and random access gain up to here, and
    /// beyond only memory is lost that stays empty.
    /// </summary>
    private const int LargestGrowth = 64;

    public readonly Signature Signature;
    public readonly ColumnOps[] Ops;

    /// <summary>The component ids in the order of <see cref="Ops"/>.</summary>
    public readonly int[] ComponentIds;

    /// <summary>One more than the highest component id, the length of <see cref="ChunkStore.Columns"/>.</summary>
    public readonly int ColumnsLength;

    /// <summary>The next archetype with the same hash of its signature.</summary>
    public Archetype? NextOfSameHash;

    /// <summary>All columns at once, where code spelled the components out; null: column by column.</summary>
    public RowOps? Rows;

    private readonly World _world;
    private readonly int _firstChunkCapacity;
    private readonly bool[] _has;
    private Archetype?[] _addEdges = [];
    private Archetype?[] _removeEdges = [];
    private Chunk[] _chunks = [];
    private int _chunkCount;
    private int _lastChunk;
    private ChunkStore? _last;

    public Archetype(World world, Signature signature, int chunkSizeInBytes, int minimumEntitiesPerChunk)
    {
        _world = world;
        Signature = signature;
        Ops = new ColumnOps[signature.Count];
        ComponentIds = new int[signature.Count];
        var rowBytes = 12;
        for (var i = 0; i < Ops.Length; i++)
        {
            ComponentIds[i] = signature.Components[i].Id;
            Ops[i] = ComponentRegistry.OpsOf(ComponentIds[i]);
            rowBytes += Ops[i].SizeInBytes;
            ColumnsLength = Math.Max(ColumnsLength, ComponentIds[i] + 1);
        }

        _has = new bool[ColumnsLength];
        foreach (var id in ComponentIds)
            _has[id] = true;
        _firstChunkCapacity = Math.Clamp(chunkSizeInBytes / rowBytes, Math.Clamp(minimumEntitiesPerChunk, 1, EntityRecord.RowsMax), EntityRecord.RowsMax);
    }

    public int EntityCount { get; private set; }

    /// <summary>The chunks, of which the first <see cref="UsedChunks"/> hold entities.</summary>
    public Chunk[] Chunks => _chunks;

    public int UsedChunks => EntityCount == 0 ? 0 : _lastChunk + 1;

    /// <summary>The index of the last chunk that holds entities; there must be one.</summary>
    public int LastChunk => _lastChunk;

    /// <summary>The chunk of the newest entity; there must be one.</summary>
    public ChunkStore Last => _last!;

    public bool Has(int componentId) => (uint)componentId < (uint)_has.Length && _has[componentId];

    /// <summary>Appends the entity; its columns hold what a former row left there until the caller writes them.</summary>
    public ChunkStore Append(Entity entity, out int row)
    {
        var store = _last;
        if (store is null || store.Count >= store.Entities.Length)
            store = NextChunk();
        row = store.Count;
        store.Entities[row] = entity;
        store.Count = row + 1;
        EntityCount++;
        return store;
    }

    /// <summary>Takes the last row away, whose values the caller has moved or forgotten.</summary>
    public void DropLast()
    {
        EntityCount--;
        if (--_last!.Count == 0 && _lastChunk > 0)
            _last = _chunks[--_lastChunk].Store;
    }

    public void Clear()
    {
        for (var used = UsedChunks - 1; used >= 0; used--)
        {
            var store = _chunks[used].Store;
            for (var i = 0; i < Ops.Length; i++)
                Ops[i].Forget(store.Dense[i], store.Count);
            store.Count = 0;
        }

        EntityCount = 0;
        _lastChunk = 0;
        _last = _chunkCount == 0 ? null : _chunks[0].Store;
    }

    public Archetype? AddEdge(int componentId) => At(_addEdges, componentId);

    public Archetype? RemoveEdge(int componentId) => At(_removeEdges, componentId);

    public void KeepAddEdge(int componentId, Archetype target) => Keep(ref _addEdges, componentId, target);

    public void KeepRemoveEdge(int componentId, Archetype target) => Keep(ref _removeEdges, componentId, target);

    private static Archetype? At(Archetype?[] edges, int componentId) => (uint)componentId < (uint)edges.Length ? edges[componentId] : null;

    private static void Keep(ref Archetype?[] edges, int componentId, Archetype target)
    {
        if (edges.Length <= componentId)
            Array.Resize(ref edges, componentId + 1);
        edges[componentId] = target;
    }

    private ChunkStore NextChunk()
    {
        var next = EntityCount == 0 ? 0 : _lastChunk + 1;
        if (next == _chunkCount)
        {
            if (_chunks.Length == next)
                Array.Resize(ref _chunks, Math.Max(1, next * 2));
            var capacity = Math.Min(Math.Max(EntityCount, _firstChunkCapacity), Math.Min(_firstChunkCapacity * LargestGrowth, EntityRecord.RowsMax));
            _chunks[next] = new Chunk(_world.NewChunk(this, capacity));
            _chunkCount++;
        }

        _lastChunk = next;
        return _last = _chunks[next].Store;
    }
}
