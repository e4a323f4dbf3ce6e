namespace Playground.Ecs;

/// <content>Access for tools that learn a component's type at run time; values are boxed.</content>
public sealed partial class World
{
    /// <summary>What the entity is made of. Throws <see cref="InvalidOperationException"/> when it is not alive.</summary>
    public Signature GetSignature(Entity entity) => _chunks[Living(entity).Chunk].Archetype.Signature;

    /// <summary>
    /// Copies of all its components, in no special order. Throws <see cref="InvalidOperationException"/> when it is not alive.
    /// </summary>
    public object?[] GetAllComponents(Entity entity)
    {
        ref var record = ref Living(entity);
        var archetype = _chunks[record.Chunk].Archetype;
        var components = new object?[archetype.Ops.Length];
        for (var i = 0; i < components.Length; i++)
            components[i] = archetype.Ops[i].GetBoxed(_chunks[record.Chunk].Columns[archetype.ComponentIds[i]], record.Row);
        return components;
    }

    /// <summary>Whether the entity is alive and has the component.</summary>
    public bool Has(Entity entity, ComponentType type) => IsAlive(entity) && _chunks[_records[entity.Id].Chunk].Archetype.Has(type.Id);

    /// <summary>A copy of the component. Throws <see cref="InvalidOperationException"/> when the entity is not alive or lacks it.</summary>
    public object? Get(Entity entity, ComponentType type)
    {
        ref var record = ref Living(entity);
        return ComponentRegistry.OpsOf(type.Id).GetBoxed(PresentColumn(entity, _chunks[record.Chunk], type), record.Row);
    }

    /// <summary>
    /// Overwrites the component of the value's type. Throws <see cref="InvalidOperationException"/> when the entity is not
    /// alive or lacks it.
    /// </summary>
    public void Set(Entity entity, object component)
    {
        ArgumentNullException.ThrowIfNull(component);
        ComponentType type = component.GetType();
        ref var record = ref Living(entity);
        ComponentRegistry.OpsOf(type.Id).SetBoxed(PresentColumn(entity, _chunks[record.Chunk], type), record.Row, component);
    }

    /// <summary>
    /// Adds a component of the value's type. Throws <see cref="InvalidOperationException"/> when the entity is not alive
    /// or has it already.
    /// </summary>
    public void Add(Entity entity, in object cmp)
    {
        ArgumentNullException.ThrowIfNull(cmp);
        var value = cmp;
        ComponentType type = value.GetType();
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        chunk = Move(entity, ref record, chunk, Extended(entity, chunk.Archetype, type));
        ComponentRegistry.OpsOf(type.Id).SetBoxed(chunk.Columns[type.Id], record.Row, value);
    }

    /// <summary>Removes the component. Throws <see cref="InvalidOperationException"/> when the entity is not alive or lacks it.</summary>
    public void Remove(Entity entity, ComponentType type)
    {
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        Move(entity, ref record, chunk, Reduced(entity, chunk.Archetype, type));
    }

    private static Array PresentColumn(Entity entity, ChunkStore chunk, ComponentType type)
    {
        if (!chunk.Archetype.Has(type.Id))
            throw Misuse.Missing(entity, type, chunk.Archetype);
        return chunk.Columns[type.Id];
    }
}
