using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <content>The table of entities: making, finding, moving and ending them.</content>
public sealed partial class World
{
    private const int NoFreeId = -1;

    private EntityRecord[] _records = [];
    private int _usedIds;
    private int _freeId = NoFreeId;

    /// <summary>Whether the entity exists: a handle from before its destroy, or of another world, is not alive.</summary>
    public bool IsAlive(Entity entity)
    {
        var records = _records;
        if ((uint)entity.Id < (uint)records.Length)
            return ((records[entity.Id].Version ^ entity.Version) | (entity.WorldId ^ Id)) == 0;
        ThrowIfDisposed();
        return false;
    }

    /// <summary>Makes an entity with default values. Throws <see cref="ArgumentException"/> when a type is named twice.</summary>
    public Entity Create(params ComponentType[] types) => CreateReset(ArchetypeOf(types.AsSpan()));

    /// <inheritdoc cref="Create(ComponentType[])"/>
    public Entity Create(in Signature types) => CreateReset(ArchetypeOf(types.Components));

    /// <summary>
    /// Destroys the entity. Inside a query, the current entity may be destroyed. Throws
    /// <see cref="InvalidOperationException"/>, destroying nothing, when it is not alive.
    /// </summary>
    public void Destroy(Entity entity)
    {
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        WatchDestroy(entity, chunk, record.Row);
        TakeOut(chunk, record.Row);
        Free(ref record, entity.Id);
    }

    /// <summary>The record of a living entity, or an error that tells why there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref EntityRecord Living(Entity entity)
    {
        var records = _records;
        if ((uint)entity.Id >= (uint)records.Length)
            ThrowDead(entity);
        ref var record = ref records[entity.Id];
        if (((record.Version ^ entity.Version) | (entity.WorldId ^ Id)) != 0)
            ThrowDead(entity);
        return ref record;
    }

    // See ThrowAbsent.
    [DoesNotReturn]
    private void ThrowDead(Entity entity) => throw Dead(entity);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private InvalidOperationException Dead(Entity entity)
    {
        ThrowIfDisposed();
        var wasThere = (uint)entity.Id < (uint)_usedIds;
        return Misuse.Dead(entity, this, wasThere ? _records[entity.Id].Version : 0);
    }

    internal Entity CreateReset(Archetype archetype)
    {
        var entity = Create(archetype, out var chunk, out var row);
        for (var i = 0; i < archetype.Ops.Length; i++)
            archetype.Ops[i].Reset(chunk.Dense[i], row);
        return entity;
    }

    /// <summary>Makes an entity whose components the caller writes next.</summary>
    private Entity Create(Archetype archetype, out ChunkStore chunk, out int row)
    {
        WatchChange(archetype, "create");
        var id = _freeId;
        if (id == NoFreeId)
        {
            id = _usedIds;
            if (id == _records.Length)
                GrowRecords(Math.Max(64, id * 2));
            _records[id].Version = 1;
            _usedIds = id + 1;
        }
        else
        {
            _freeId = _records[id].NextFree;
        }

        ref var record = ref _records[id];
        var entity = new Entity(id, Id, record.Version);
        chunk = archetype.Append(entity, out row);
        record.Place(chunk, row);
        Size++;
        return entity;
    }

    /// <summary>Moves a living entity; components that it did not have hold old values until the caller writes them. Returns the new chunk.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="record">The entity's record.</param>
    /// <param name="chunk">Where it is.</param>
    /// <param name="target">Has all components of its archetype, or some.</param>
    /// <param name="isRestDone">Whether the caller fills the holes in the columns that the target lacks.</param>
    private ChunkStore Move(Entity entity, ref EntityRecord record, ChunkStore chunk, Archetype target, bool isRestDone = false)
    {
        var row = record.Row;
        var source = chunk.Archetype;
        WatchChange(source, "change of components");
        WatchChange(target, "change of components");

        var targetChunk = target.Append(entity, out var targetRow);
        var last = source.Last;
        var lastRow = last.Count - 1;

        // One of the two has all components of the other: the smaller one's are those that move.
        var rows = source.Ops.Length < target.Ops.Length ? source.Rows : target.Rows;
        rows?.Transfer(chunk.Columns, row, last.Columns, lastRow, targetChunk.Columns, targetRow);
        if (rows is null || (source.Ops.Length > target.Ops.Length && !isRestDone))
            TransferByColumn(source, chunk, row, last, lastRow, targetChunk, targetRow, keepsRest: rows is null);
        CloseGap(source, chunk, row, last, lastRow);
        record.Place(targetChunk, targetRow);
        return targetChunk;
    }

    /// <summary>Fills the holes of what the target lacks; the rest moves, unless it has moved already.</summary>
    private static void TransferByColumn(
        Archetype source, ChunkStore chunk, int row, ChunkStore last, int lastRow, ChunkStore target, int targetRow, bool keepsRest)
    {
        var columns = chunk.Dense;
        var lastColumns = last.Dense;
        var targetColumns = target.Columns;
        for (var i = 0; i < columns.Length; i++)
        {
            var id = source.ComponentIds[i];
            if (!target.Archetype.Has(id))
                source.Ops[i].FillHole(columns[i], row, lastColumns[i], lastRow);
            else if (keepsRest)
                source.Ops[i].Transfer(columns[i], row, lastColumns[i], lastRow, targetColumns[id], targetRow);
        }
    }

    private void TakeOut(ChunkStore chunk, int row)
    {
        var archetype = chunk.Archetype;
        var last = archetype.Last;
        var lastRow = last.Count - 1;
        if (archetype.Rows is { } rows)
            rows.FillHole(chunk.Columns, row, last.Columns, lastRow);
        else
            FillHoleByColumn(archetype, chunk, row, last, lastRow);
        CloseGap(archetype, chunk, row, last, lastRow);
    }

    private static void FillHoleByColumn(Archetype archetype, ChunkStore chunk, int row, ChunkStore last, int lastRow)
    {
        var columns = chunk.Dense;
        var lastColumns = last.Dense;
        for (var i = 0; i < columns.Length; i++)
            archetype.Ops[i].FillHole(columns[i], row, lastColumns[i], lastRow);
    }

    /// <summary>Tells the entity that filled the hole where it is now.</summary>
    private void CloseGap(Archetype archetype, ChunkStore chunk, int row, ChunkStore last, int lastRow)
    {
        var moved = last.Entities[lastRow];
        chunk.Entities[row] = moved;
        ref var record = ref _records[moved.Id];
        record.Place(chunk, row);
        archetype.DropLast();
    }

    private void Free(ref EntityRecord record, int id)
    {
        record.Free(_freeId);
        _freeId = id;
        Size--;
    }

    private void GrowRecords(int capacity) => Array.Resize(ref _records, capacity);
}
