using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <summary>
/// What the world does with all columns of an archetype whose components were spelled out in code: one virtual call a row
/// where <see cref="ColumnOps"/> needs one a column. The arrays of columns are indexed by component id.
/// </summary>
/// <remarks>
/// Transfer stays out of line: in its caller, the compiler would have more to keep track of than it does, and check each type twice.
/// </remarks>
internal abstract class RowOps
{
    /// <inheritdoc cref="ColumnOps.FillHole"/>
    public abstract void FillHole(Array[] columns, int row, Array[] lastColumns, int lastRow);

    /// <inheritdoc cref="ColumnOps.Transfer"/>
    public abstract void Transfer(Array[] columns, int row, Array[] lastColumns, int lastRow, Array[] targetColumns, int targetRow);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FillHole<T>(Array[] columns, int row, Array[] lastColumns, int lastRow)
    {
        var last = Column<T>(lastColumns);
        Column<T>(columns)[row] = last[lastRow];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            last[lastRow] = default!;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Transfer<T>(Array[] columns, int row, Array[] lastColumns, int lastRow, Array[] targetColumns, int targetRow)
    {
        var values = Column<T>(columns);
        var last = ReferenceEquals(columns, lastColumns) ? values : Column<T>(lastColumns);
        Column<T>(targetColumns)[targetRow] = values[row];
        values[row] = last[lastRow];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            last[lastRow] = default!;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T[] Column<T>(Array[] columns)
    {
        var id = Component<T>.ComponentType.Id;
        if ((uint)id < (uint)columns.Length)
        {
            var column = columns[id];
            if (column.GetType() == typeof(T[]))
                return (T[])column;
        }

        throw new ArrayTypeMismatchException();
    }
}

internal sealed class RowOps<T0, T1> : RowOps
{
    public override void FillHole(Array[] columns, int row, Array[] lastColumns, int lastRow)
    {
        FillHole<T0>(columns, row, lastColumns, lastRow);
        FillHole<T1>(columns, row, lastColumns, lastRow);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Transfer(Array[] columns, int row, Array[] lastColumns, int lastRow, Array[] targetColumns, int targetRow)
    {
        Transfer<T0>(columns, row, lastColumns, lastRow, targetColumns, targetRow);
        Transfer<T1>(columns, row, lastColumns, lastRow, targetColumns, targetRow);
    }
}

internal sealed class RowOps<T0, T1, T2> : RowOps
{
    public override void FillHole(Array[] columns, int row, Array[] lastColumns, int lastRow)
    {
        FillHole<T0>(columns, row, lastColumns, lastRow);
        FillHole<T1>(columns, row, lastColumns, lastRow);
        FillHole<T2>(columns, row, lastColumns, lastRow);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Transfer(Array[] columns, int row, Array[] lastColumns, int lastRow, Array[] targetColumns, int targetRow)
    {
        Transfer<T0>(columns, row, lastColumns, lastRow, targetColumns, targetRow);
        Transfer<T1>(columns, row, lastColumns, lastRow, targetColumns, targetRow);
        Transfer<T2>(columns, row, lastColumns, lastRow, targetColumns, targetRow);
    }
}

internal sealed class RowOps<T0, T1, T2, T3> : RowOps
{
    public override void FillHole(Array[] columns, int row, Array[] lastColumns, int lastRow)
    {
        FillHole<T0>(columns, row, lastColumns, lastRow);
        FillHole<T1>(columns, row, lastColumns, lastRow);
        FillHole<T2>(columns, row, lastColumns, lastRow);
        FillHole<T3>(columns, row, lastColumns, lastRow);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override void Transfer(Array[] columns, int row, Array[] lastColumns, int lastRow, Array[] targetColumns, int targetRow)
    {
        Transfer<T0>(columns, row, lastColumns, lastRow, targetColumns, targetRow);
        Transfer<T1>(columns, row, lastColumns, lastRow, targetColumns, targetRow);
        Transfer<T2>(columns, row, lastColumns, lastRow, targetColumns, targetRow);
        Transfer<T3>(columns, row, lastColumns, lastRow, targetColumns, targetRow);
    }
}
