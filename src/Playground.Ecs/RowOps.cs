using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <summary>
/// Fills a hole in all columns of an archetype whose components were spelled out in code: one virtual call a row where
/// <see cref="ColumnOps"/> needs one a column.
/// </summary>
internal abstract class RowOps
{
    public abstract void FillHole(ChunkStore chunk, int row, ChunkStore last, int lastRow);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void FillHole<T>(ChunkStore chunk, int row, ChunkStore last, int lastRow)
    {
        var lastColumn = last.Column<T>();
        chunk.Column<T>()[row] = lastColumn[lastRow];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            lastColumn[lastRow] = default!;
    }
}

internal sealed class RowOps<T0, T1> : RowOps
{
    public override void FillHole(ChunkStore chunk, int row, ChunkStore last, int lastRow)
    {
        FillHole<T0>(chunk, row, last, lastRow);
        FillHole<T1>(chunk, row, last, lastRow);
    }
}

internal sealed class RowOps<T0, T1, T2> : RowOps
{
    public override void FillHole(ChunkStore chunk, int row, ChunkStore last, int lastRow)
    {
        FillHole<T0>(chunk, row, last, lastRow);
        FillHole<T1>(chunk, row, last, lastRow);
        FillHole<T2>(chunk, row, last, lastRow);
    }
}

internal sealed class RowOps<T0, T1, T2, T3> : RowOps
{
    public override void FillHole(ChunkStore chunk, int row, ChunkStore last, int lastRow)
    {
        FillHole<T0>(chunk, row, last, lastRow);
        FillHole<T1>(chunk, row, last, lastRow);
        FillHole<T2>(chunk, row, last, lastRow);
        FillHole<T3>(chunk, row, last, lastRow);
    }
}
