namespace Playground.Ecs.Commands;

/// <summary>
/// Records changes to entities, to be applied later: while a query runs, or before the world may be touched. Playback
/// creates, then adds, sets, removes and destroys, each in the order of recording; its time is linear in the commands
/// and, once it has played as many before, it allocates nothing. Used by one thread at a time.
/// </summary>
/// <remarks>
/// Commands about an entity that is not alive when their turn comes are skipped, since whoever recorded them could not
/// know. An Add of a component that is there by then overwrites it, a Remove of one that is not does nothing, so two
/// systems may ask for the same; the value recorded last wins. A Set of a component that is not there throws.
/// </remarks>
public sealed class CommandBuffer : IDisposable
{
    private const int PlaceholderWorldId = -1;

    private static int _lastBatch;

    private readonly int _initialCapacity;
    private readonly List<ComponentType[]> _creates;
    private readonly List<Entity> _created;
    private readonly List<Change> _adds;
    private readonly List<Change> _removes;
    private readonly List<Entity> _destroys;
    private readonly List<ValueLog> _usedLogs = [];
    private ValueLog?[] _logs = [];

    /// <summary>Tells this buffer's placeholders since its last playback from all others of the process.</summary>
    private int _batch = Interlocked.Increment(ref _lastBatch);

    /// <summary>Makes an empty buffer with room for <paramref name="initialCapacity"/> commands of each kind.</summary>
    public CommandBuffer(int initialCapacity = 128)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(initialCapacity);
        _initialCapacity = initialCapacity;
        _creates = new List<ComponentType[]>(initialCapacity);
        _created = new List<Entity>(initialCapacity);
        _adds = new List<Change>(initialCapacity);
        _removes = new List<Change>(initialCapacity);
        _destroys = new List<Entity>(initialCapacity);
    }

    /// <summary>
    /// Records the making of an entity and returns a placeholder with a negative id, for other commands of this buffer
    /// until its playback. Keeps <paramref name="types"/>; do not change it.
    /// </summary>
    public Entity Create(ComponentType[] types)
    {
        ArgumentNullException.ThrowIfNull(types);
        _creates.Add(types);
        return new Entity(-_creates.Count, PlaceholderWorldId, _batch);
    }

    /// <summary>
    /// Records a destroy. Throws <see cref="ArgumentException"/> for a placeholder of another buffer or an earlier playback.
    /// </summary>
    public void Destroy(in Entity entity)
    {
        CheckPlaceholder(entity);
        _destroys.Add(entity);
    }

    /// <summary>
    /// Records an overwrite. Throws <see cref="ArgumentException"/> for a placeholder of another buffer or an earlier playback.
    /// </summary>
    public void Set<T>(in Entity entity, in T component)
    {
        CheckPlaceholder(entity);
        LogOf<T>().Append(entity, component);
    }

    /// <summary>
    /// Records an addition. Throws <see cref="ArgumentException"/> for a placeholder of another buffer or an earlier playback.
    /// </summary>
    public void Add<T>(in Entity entity, in T? component = default)
    {
        CheckPlaceholder(entity);
        _adds.Add(new Change(entity, Component<T>.ComponentType));
        LogOf<T>().Append(entity, component!);
    }

    /// <summary>
    /// Records a removal. Throws <see cref="ArgumentException"/> for a placeholder of another buffer or an earlier playback.
    /// </summary>
    public void Remove<T>(in Entity entity)
    {
        CheckPlaceholder(entity);
        _removes.Add(new Change(entity, Component<T>.ComponentType));
    }

    /// <summary>
    /// Applies the commands on the world's thread, outside of queries over the entities concerned. Throws
    /// <see cref="InvalidOperationException"/> when a Set finds no component; the commands before it are applied then.
    /// </summary>
    /// <param name="world">The world of the recorded entities.</param>
    /// <param name="dispose">Whether to forget the commands, also after an error; if not, the next playback repeats them.</param>
    public void Playback(World world, bool dispose = true)
    {
        ArgumentNullException.ThrowIfNull(world);
        try
        {
            _created.Clear();
            foreach (var types in _creates)
                _created.Add(world.Create(types));
            PlayChanges(world, _adds, isAdd: true);
            foreach (var log in _usedLogs)
                log.Play(world, this);
            PlayChanges(world, _removes, isAdd: false);
            foreach (var entity in _destroys)
                DestroyIfAlive(world, Resolve(entity));
        }
        finally
        {
            if (dispose)
                Clear();
        }
    }

    /// <summary>Forgets the commands that were not played. The buffer may be used on.</summary>
    public void Dispose() => Clear();

    internal Entity Resolve(Entity entity) => entity.WorldId == PlaceholderWorldId ? _created[-entity.Id - 1] : entity;

    private static void DestroyIfAlive(World world, Entity entity)
    {
        if (world.IsAlive(entity))
            world.Destroy(entity);
    }

    /// <summary>Moves an entity once for all changes in a row that concern it.</summary>
    private void PlayChanges(World world, List<Change> changes, bool isAdd)
    {
        for (var start = 0; start < changes.Count;)
        {
            var entity = changes[start].Entity;
            var end = start + 1;
            while (end < changes.Count && changes[end].Entity == entity)
                end++;
            entity = Resolve(entity);
            if (world.IsAlive(entity))
                world.Change(entity, changes, start, end, isAdd);
            start = end;
        }
    }

    private ValueLog<T> LogOf<T>()
    {
        var id = Component<T>.ComponentType.Id;
        if (id < _logs.Length && _logs[id] is ValueLog<T> log)
            return log;
        if (_logs.Length <= id)
            Array.Resize(ref _logs, id + 1);
        log = new ValueLog<T>(_initialCapacity);
        _logs[id] = log;
        _usedLogs.Add(log);
        return log;
    }

    private void CheckPlaceholder(Entity entity)
    {
        if (entity.WorldId == PlaceholderWorldId && entity.Version != _batch)
            throw new ArgumentException($"{entity} is a placeholder of another command buffer or of an earlier playback.", nameof(entity));
    }

    private void Clear()
    {
        _creates.Clear();
        _created.Clear();
        _adds.Clear();
        _removes.Clear();
        _destroys.Clear();
        foreach (var log in _usedLogs)
            log.Clear();
        _batch = Interlocked.Increment(ref _lastBatch);
    }
}
