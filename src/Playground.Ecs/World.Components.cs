using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <content>One component of one entity.</content>
public sealed partial class World
{
    /// <summary>Whether the entity is alive and has the component.</summary>
    public bool Has<T>(Entity entity) => IsAlive(entity) && _chunks[_records[entity.Id].Chunk].Archetype.Has(Component<T>.ComponentType.Id);

    /// <summary>
    /// The component, to read or write in place; valid until the entity gets or loses a component or is destroyed.
    /// Throws <see cref="InvalidOperationException"/> when the entity is not alive or lacks it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Get<T>(Entity entity)
    {
        // One way out for all misuse, and nothing to keep behind it: accesses in a row overlap.
        var records = _records;
        if ((uint)entity.Id < (uint)records.Length)
        {
            ref var record = ref records[entity.Id];
            if (record.Version == entity.Version && entity.WorldId == Id)
            {
                var columns = _columns;
                var id = Component<T>.ComponentType.Id;
                if ((uint)id < (uint)columns.Length)
                {
                    var untyped = columns[id];
                    if (untyped.GetType() == typeof(T[][]))
                    {
                        var byChunk = (T[][])untyped;
                        if ((uint)record.Chunk < (uint)byChunk.Length)
                        {
                            var column = byChunk[record.Chunk];
                            if ((uint)record.Row < (uint)column.Length)
                                return ref column[record.Row];
                        }
                    }
                }
            }
        }

        ThrowAbsent(entity, Component<T>.ComponentType);
        return ref Nobody<T>.Value!;
    }

    /// <summary>Copies the component out; false when the entity is not alive or lacks it.</summary>
    public bool TryGet<T>(Entity entity, out T? component)
    {
        var column = ColumnOf<T>(entity, out var row);
        component = column is null ? default : column[row];
        return column is not null;
    }

    /// <summary>
    /// The component in place, like <see cref="Get{T}(Entity)"/>; when the entity is not alive or lacks it, a value that
    /// belongs to nobody, to be left alone.
    /// </summary>
    public ref T TryGetRef<T>(Entity entity, out bool exists)
    {
        var column = ColumnOf<T>(entity, out var row);
        exists = column is not null;
        if (column is not null)
            return ref column[row];
        Nobody<T>.Value = default;
        return ref Nobody<T>.Value!;
    }

    /// <summary>
    /// Overwrites the component. Throws <see cref="InvalidOperationException"/> when the entity is not alive or lacks it.
    /// </summary>
    public void Set<T>(Entity entity, in T component) => Get<T>(entity) = component;

    /// <summary>Adds the component with its default value; see <see cref="Add{T}(Entity, in T)"/>.</summary>
    public void Add<T>(Entity entity)
    {
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        chunk = Move(entity, ref record, chunk, Extended(entity, chunk.Archetype, Component<T>.ComponentType));
        chunk.Column<T>()[record.Row] = default!;
    }

    /// <summary>
    /// Adds the component. References to the entity's components are stale afterwards. Throws
    /// <see cref="InvalidOperationException"/>, changing nothing, when the entity is not alive or has it already.
    /// </summary>
    public void Add<T>(Entity entity, in T component)
    {
        // The argument may be a reference into the row that is about to move.
        var value = component;
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        chunk = Move(entity, ref record, chunk, Extended(entity, chunk.Archetype, Component<T>.ComponentType));
        chunk.Column<T>()[record.Row] = value;
    }

    /// <summary>
    /// The component in place, added with the value of <paramref name="component"/> when the entity lacks it. Throws
    /// <see cref="InvalidOperationException"/> when the entity is not alive.
    /// </summary>
    public ref T AddOrGet<T>(Entity entity, T? component = default)
    {
        ref var record = ref Living(entity);
        var type = Component<T>.ComponentType;
        var chunk = _chunks[record.Chunk];
        if (!chunk.Archetype.Has(type.Id))
        {
            chunk = Move(entity, ref record, chunk, ArchetypeWith(chunk.Archetype, type));
            chunk.Column<T>()[record.Row] = component!;
        }

        return ref chunk.Column<T>()[record.Row];
    }

    /// <summary>
    /// Removes the component. References to the entity's components are stale afterwards. Throws
    /// <see cref="InvalidOperationException"/>, changing nothing, when the entity is not alive or lacks it.
    /// </summary>
    public void Remove<T>(Entity entity)
    {
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        var target = Reduced(entity, chunk.Archetype, Component<T>.ComponentType);
        var row = record.Row;
        var last = chunk.Archetype.Last;
        var lastRow = last.Count - 1;
        Move(entity, ref record, chunk, target, isRestDone: target.Rows is not null);
        if (target.Rows is not null)
            RowOps.FillHole<T>(chunk.Columns, row, last.Columns, lastRow);
    }

    private T[]? ColumnOf<T>(Entity entity, out int row)
    {
        row = 0;
        if (!IsAlive(entity))
            return null;
        ref var record = ref _records[entity.Id];
        row = record.Row;
        var columns = _chunks[record.Chunk].Columns;
        var id = Component<T>.ComponentType.Id;
        return (uint)id < (uint)columns.Length ? columns[id] as T[] : null;
    }

    private Archetype Extended(Entity entity, Archetype archetype, ComponentType component)
    {
        // Where there is an edge, somebody asked before.
        if (archetype.AddEdge(component.Id) is { } target)
            return target;
        if (archetype.Has(component.Id))
            throw Misuse.AlreadyThere(entity, component);
        return ArchetypeWith(archetype, component);
    }

    private Archetype Reduced(Entity entity, Archetype archetype, ComponentType component)
    {
        if (archetype.RemoveEdge(component.Id) is { } target)
            return target;
        if (!archetype.Has(component.Id))
            throw Misuse.Missing(entity, component, archetype);
        return ArchetypeWithout(archetype, component);
    }

    // Nothing but a throw, and not marked against inlining: so the compiler sees that no value of the caller outlives it.
    [DoesNotReturn]
    private void ThrowAbsent(Entity entity, ComponentType component) => throw Absent(entity, component);

    private InvalidOperationException Absent(Entity entity, ComponentType component) =>
        IsAlive(entity) ? Misuse.Missing(entity, component, _chunks[_records[entity.Id].Chunk].Archetype) : Dead(entity);

    /// <summary>A place to point at where a reference must be returned and there is no component; one per thread.</summary>
    private static class Nobody<T>
    {
        [ThreadStatic]
        public static T? Value;
    }
}
