using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <summary>
/// The rows behind one <see cref="Chunk"/>: one array per component and one of entities, never moved or resized, so a
/// reference into it stays valid until its own entity changes archetype or is destroyed.
/// </summary>
internal sealed class ChunkStore
{
    public readonly Archetype Archetype;
    public readonly Entity[] Entities;

    /// <summary>
    /// The columns by component id, null where the archetype lacks it. Sparse on purpose: one look-up finds the column
    /// and tells that it is there, for 8 bytes per registered component beside kilobytes of rows.
    /// </summary>
    public readonly Array[] Columns;

    /// <summary>The columns in the order of <see cref="Archetype.Ops"/>.</summary>
    public readonly Array[] Dense;

    /// <summary>The index of the chunk in the world's table.</summary>
    public readonly int Number;

    public int Count;

    public ChunkStore(Archetype archetype, int number, int capacity)
    {
        Archetype = archetype;
        Number = number;
        Entities = new Entity[capacity];
        Columns = new Array[archetype.ColumnsLength];
        Columns.AsSpan().Fill(ColumnOps.NoColumn);
        Dense = new Array[archetype.Ops.Length];
        for (var i = 0; i < Dense.Length; i++)
            Columns[archetype.ComponentIds[i]] = Dense[i] = archetype.Ops[i].Allocate(capacity);
    }

    /// <summary>The whole column of a component that the caller knows is there, or an error naming it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T[] Column<T>()
    {
        var columns = Columns;
        var id = Component<T>.ComponentType.Id;
        if ((uint)id < (uint)columns.Length)
        {
            var column = columns[id];
            if (column.GetType() == typeof(T[]))
                return (T[])column;
        }

        Misuse.ThrowColumnMissing<T>(Archetype);
        return null!;
    }
}
