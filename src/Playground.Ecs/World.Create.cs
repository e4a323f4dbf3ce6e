namespace Playground.Ecs;

/// <content>Making entities from one to eight components.</content>
public sealed partial class World
{
    /// <summary>
    /// Makes an entity with these components. Throws <see cref="ArgumentException"/> when a type is named twice. Inside a query over
    /// the same components, debug builds throw <see cref="InvalidOperationException"/>.
    /// </summary>
    public Entity Create<T0>(in T0 t0Component)
    {
        var archetype = ArchetypeOf(ComponentSet<T0>.Id, ComponentSet<T0>.Signature);
        var entity = Create(archetype, out var chunk, out var row);
        chunk.Column<T0>()[row] = t0Component;
        return entity;
    }

    /// <inheritdoc cref="Create{T0}(in T0)"/>
    public Entity Create<T0, T1>(in T0 t0Component, in T1 t1Component)
    {
        var archetype = ArchetypeOf(ComponentSet<T0, T1>.Id, ComponentSet<T0, T1>.Signature, ComponentSet<T0, T1>.Rows);
        var entity = Create(archetype, out var chunk, out var row);
        chunk.Column<T0>()[row] = t0Component;
        chunk.Column<T1>()[row] = t1Component;
        return entity;
    }

    /// <inheritdoc cref="Create{T0}(in T0)"/>
    public Entity Create<T0, T1, T2>(in T0 t0Component, in T1 t1Component, in T2 t2Component)
    {
        var archetype = ArchetypeOf(ComponentSet<T0, T1, T2>.Id, ComponentSet<T0, T1, T2>.Signature, ComponentSet<T0, T1, T2>.Rows);
        var entity = Create(archetype, out var chunk, out var row);
        chunk.Column<T0>()[row] = t0Component;
        chunk.Column<T1>()[row] = t1Component;
        chunk.Column<T2>()[row] = t2Component;
        return entity;
    }

    /// <inheritdoc cref="Create{T0}(in T0)"/>
    public Entity Create<T0, T1, T2, T3>(in T0 t0Component, in T1 t1Component, in T2 t2Component, in T3 t3Component)
    {
        var archetype = ArchetypeOf(ComponentSet<T0, T1, T2, T3>.Id, ComponentSet<T0, T1, T2, T3>.Signature, ComponentSet<T0, T1, T2, T3>.Rows);
        var entity = Create(archetype, out var chunk, out var row);
        chunk.Column<T0>()[row] = t0Component;
        chunk.Column<T1>()[row] = t1Component;
        chunk.Column<T2>()[row] = t2Component;
        chunk.Column<T3>()[row] = t3Component;
        return entity;
    }

    /// <inheritdoc cref="Create{T0}(in T0)"/>
    public Entity Create<T0, T1, T2, T3, T4>(in T0 t0Component, in T1 t1Component, in T2 t2Component, in T3 t3Component, in T4 t4Component)
    {
        var archetype = ArchetypeOf(ComponentSet<T0, T1, T2, T3, T4>.Id, ComponentSet<T0, T1, T2, T3, T4>.Signature);
        var entity = Create(archetype, out var chunk, out var row);
        chunk.Column<T0>()[row] = t0Component;
        chunk.Column<T1>()[row] = t1Component;
        chunk.Column<T2>()[row] = t2Component;
        chunk.Column<T3>()[row] = t3Component;
        chunk.Column<T4>()[row] = t4Component;
        return entity;
    }

    /// <inheritdoc cref="Create{T0}(in T0)"/>
    public Entity Create<T0, T1, T2, T3, T4, T5>(
        in T0 t0Component, in T1 t1Component, in T2 t2Component,
        in T3 t3Component, in T4 t4Component, in T5 t5Component)
    {
        var archetype = ArchetypeOf(ComponentSet<T0, T1, T2, T3, T4, T5>.Id, ComponentSet<T0, T1, T2, T3, T4, T5>.Signature);
        var entity = Create(archetype, out var chunk, out var row);
        chunk.Column<T0>()[row] = t0Component;
        chunk.Column<T1>()[row] = t1Component;
        chunk.Column<T2>()[row] = t2Component;
        chunk.Column<T3>()[row] = t3Component;
        chunk.Column<T4>()[row] = t4Component;
        chunk.Column<T5>()[row] = t5Component;
        return entity;
    }

    /// <inheritdoc cref="Create{T0}(in T0)"/>
    public Entity Create<T0, T1, T2, T3, T4, T5, T6>(
        in T0 t0Component, in T1 t1Component, in T2 t2Component, in T3 t3Component,
        in T4 t4Component, in T5 t5Component, in T6 t6Component)
    {
        var archetype = ArchetypeOf(ComponentSet<T0, T1, T2, T3, T4, T5, T6>.Id, ComponentSet<T0, T1, T2, T3, T4, T5, T6>.Signature);
        var entity = Create(archetype, out var chunk, out var row);
        chunk.Column<T0>()[row] = t0Component;
        chunk.Column<T1>()[row] = t1Component;
        chunk.Column<T2>()[row] = t2Component;
        chunk.Column<T3>()[row] = t3Component;
        chunk.Column<T4>()[row] = t4Component;
        chunk.Column<T5>()[row] = t5Component;
        chunk.Column<T6>()[row] = t6Component;
        return entity;
    }

    /// <inheritdoc cref="Create{T0}(in T0)"/>
    public Entity Create<T0, T1, T2, T3, T4, T5, T6, T7>(
        in T0 t0Component, in T1 t1Component, in T2 t2Component, in T3 t3Component,
        in T4 t4Component, in T5 t5Component, in T6 t6Component, in T7 t7Component)
    {
        var archetype = ArchetypeOf(
            ComponentSet<T0, T1, T2, T3, T4, T5, T6, T7>.Id, ComponentSet<T0, T1, T2, T3, T4, T5, T6, T7>.Signature);
        var entity = Create(archetype, out var chunk, out var row);
        chunk.Column<T0>()[row] = t0Component;
        chunk.Column<T1>()[row] = t1Component;
        chunk.Column<T2>()[row] = t2Component;
        chunk.Column<T3>()[row] = t3Component;
        chunk.Column<T4>()[row] = t4Component;
        chunk.Column<T5>()[row] = t5Component;
        chunk.Column<T6>()[row] = t6Component;
        chunk.Column<T7>()[row] = t7Component;
        return entity;
    }
}
