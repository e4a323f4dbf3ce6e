namespace Playground.Ecs;

/// <content>Two to four components of one entity at once; one move between archetypes instead of several.</content>
public sealed partial class World
{
    /// <summary>Whether the entity is alive and has all of the components.</summary>
    public bool Has<T0, T1>(Entity entity) => Has<T0>(entity) && Has<T1>(entity);

    /// <summary>Whether the entity is alive and has all of the components.</summary>
    public bool Has<T0, T1, T2>(Entity entity) => Has<T0, T1>(entity) && Has<T2>(entity);

    /// <summary>Whether the entity is alive and has all of the components.</summary>
    public bool Has<T0, T1, T2, T3>(Entity entity) => Has<T0, T1, T2>(entity) && Has<T3>(entity);

    /// <summary>
    /// Overwrites the components. Throws <see cref="InvalidOperationException"/>, changing nothing, when the entity is not alive or
    /// lacks one of them.
    /// </summary>
    public void Set<T0, T1>(Entity entity, in T0 t0Component, in T1 t1Component)
    {
        ref var c0 = ref Get<T0>(entity);
        ref var c1 = ref Get<T1>(entity);
        c0 = t0Component;
        c1 = t1Component;
    }

    /// <inheritdoc cref="Set{T0, T1}(Entity, in T0, in T1)"/>
    public void Set<T0, T1, T2>(Entity entity, in T0 t0Component, in T1 t1Component, in T2 t2Component)
    {
        ref var c0 = ref Get<T0>(entity);
        ref var c1 = ref Get<T1>(entity);
        ref var c2 = ref Get<T2>(entity);
        c0 = t0Component;
        c1 = t1Component;
        c2 = t2Component;
    }

    /// <inheritdoc cref="Set{T0, T1}(Entity, in T0, in T1)"/>
    public void Set<T0, T1, T2, T3>(Entity entity, in T0 t0Component, in T1 t1Component, in T2 t2Component, in T3 t3Component)
    {
        ref var c0 = ref Get<T0>(entity);
        ref var c1 = ref Get<T1>(entity);
        ref var c2 = ref Get<T2>(entity);
        ref var c3 = ref Get<T3>(entity);
        c0 = t0Component;
        c1 = t1Component;
        c2 = t2Component;
        c3 = t3Component;
    }

    /// <summary>
    /// Adds the components. References to the entity's components are stale afterwards. Throws
    /// <see cref="InvalidOperationException"/>, changing nothing, when the entity is not alive or has one of them already.
    /// </summary>
    public void Add<T0, T1>(Entity entity, in T0 t0Component, in T1 t1Component)
    {
        // The arguments may be references into the row that is about to move.
        var value0 = t0Component;
        var value1 = t1Component;
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        var target = Extended(entity, chunk.Archetype, Component<T0>.ComponentType);
        target = Extended(entity, target, Component<T1>.ComponentType);
        chunk = Move(entity, ref record, chunk, target);
        chunk.Column<T0>()[record.Row] = value0;
        chunk.Column<T1>()[record.Row] = value1;
    }

    /// <inheritdoc cref="Add{T0, T1}(Entity, in T0, in T1)"/>
    public void Add<T0, T1, T2>(Entity entity, in T0 t0Component, in T1 t1Component, in T2 t2Component)
    {
        var value0 = t0Component;
        var value1 = t1Component;
        var value2 = t2Component;
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        var target = Extended(entity, chunk.Archetype, Component<T0>.ComponentType);
        target = Extended(entity, target, Component<T1>.ComponentType);
        target = Extended(entity, target, Component<T2>.ComponentType);
        chunk = Move(entity, ref record, chunk, target);
        chunk.Column<T0>()[record.Row] = value0;
        chunk.Column<T1>()[record.Row] = value1;
        chunk.Column<T2>()[record.Row] = value2;
    }

    /// <inheritdoc cref="Add{T0, T1}(Entity, in T0, in T1)"/>
    public void Add<T0, T1, T2, T3>(Entity entity, in T0 t0Component, in T1 t1Component, in T2 t2Component, in T3 t3Component)
    {
        var value0 = t0Component;
        var value1 = t1Component;
        var value2 = t2Component;
        var value3 = t3Component;
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        var target = Extended(entity, chunk.Archetype, Component<T0>.ComponentType);
        target = Extended(entity, target, Component<T1>.ComponentType);
        target = Extended(entity, target, Component<T2>.ComponentType);
        target = Extended(entity, target, Component<T3>.ComponentType);
        chunk = Move(entity, ref record, chunk, target);
        chunk.Column<T0>()[record.Row] = value0;
        chunk.Column<T1>()[record.Row] = value1;
        chunk.Column<T2>()[record.Row] = value2;
        chunk.Column<T3>()[record.Row] = value3;
    }

    /// <summary>
    /// Removes the components. References to the entity's components are stale afterwards. Throws
    /// <see cref="InvalidOperationException"/>, changing nothing, when the entity is not alive or lacks one of them.
    /// </summary>
    public void Remove<T0, T1>(Entity entity)
    {
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        var target = Reduced(entity, chunk.Archetype, Component<T0>.ComponentType);
        target = Reduced(entity, target, Component<T1>.ComponentType);
        Move(entity, ref record, chunk, target);
    }

    /// <inheritdoc cref="Remove{T0, T1}(Entity)"/>
    public void Remove<T0, T1, T2>(Entity entity)
    {
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        var target = Reduced(entity, chunk.Archetype, Component<T0>.ComponentType);
        target = Reduced(entity, target, Component<T1>.ComponentType);
        target = Reduced(entity, target, Component<T2>.ComponentType);
        Move(entity, ref record, chunk, target);
    }

    /// <inheritdoc cref="Remove{T0, T1}(Entity)"/>
    public void Remove<T0, T1, T2, T3>(Entity entity)
    {
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        var target = Reduced(entity, chunk.Archetype, Component<T0>.ComponentType);
        target = Reduced(entity, target, Component<T1>.ComponentType);
        target = Reduced(entity, target, Component<T2>.ComponentType);
        target = Reduced(entity, target, Component<T3>.ComponentType);
        Move(entity, ref record, chunk, target);
    }
}
