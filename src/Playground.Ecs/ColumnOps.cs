using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <summary>What the world does with a column (the array of one component in one chunk) whose type it does not know.</summary>
internal abstract class ColumnOps
{
    /// <summary>Stands where there is no column: of no component's type, and not null, so that comparing types is all the check there is.</summary>
    public static readonly Array NoColumn = Array.Empty<Nothing>();

    /// <summary>The component's .NET type.</summary>
    public abstract Type Type { get; }

    /// <summary>The size of one value in a column, in bytes.</summary>
    public abstract int SizeInBytes { get; }

    public abstract Array Allocate(int capacity);

    /// <summary>Puts a column at an index of the typed array of them, which grows; columns that are not there are empty ones.</summary>
    public abstract Array Keep(Array columns, int index, Array column);

    /// <summary>Writes the default value: a row that was used before still holds its old value.</summary>
    public abstract void Reset(Array column, int row);

    /// <summary>Fills the hole at <paramref name="row"/> with the archetype's last value and lets go of references.</summary>
    public abstract void FillHole(Array column, int row, Array lastColumn, int lastRow);

    /// <summary>Copies the value to another archetype, then fills the hole it leaves.</summary>
    public abstract void Transfer(Array column, int row, Array lastColumn, int lastRow, Array target, int targetRow);

    /// <summary>Lets go of the references in the first <paramref name="count"/> rows.</summary>
    public abstract void Forget(Array column, int count);

    public abstract object? GetBoxed(Array column, int row);

    public abstract void SetBoxed(Array column, int row, object value);

    private readonly struct Nothing;
}

/// <inheritdoc/>
internal sealed class ColumnOps<T> : ColumnOps
{
    public override Type Type => typeof(T);

    public override int SizeInBytes => Unsafe.SizeOf<T>();

    public override Array Allocate(int capacity) => new T[capacity];

    public override Array Keep(Array columns, int index, Array column)
    {
        var typed = columns as T[][] ?? [];
        var used = typed.Length;
        if (used <= index)
        {
            Array.Resize(ref typed, Math.Max(index + 1, typed.Length * 2));
            typed.AsSpan(used).Fill([]);
        }

        typed[index] = (T[])column;
        return typed;
    }

    public override void Reset(Array column, int row) => ((T?[])column)[row] = default;

    public override void FillHole(Array column, int row, Array lastColumn, int lastRow)
    {
        // Here and below "is", not a cast: it compiles to one comparison, while a cast keeps a call for the wrong type,
        // for which every right one pays by saving registers.
        if (column is not T[] values || lastColumn is not T[] last)
            throw new ArrayTypeMismatchException();
        values[row] = last[lastRow];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            last[lastRow] = default!;
    }

    public override void Transfer(Array column, int row, Array lastColumn, int lastRow, Array target, int targetRow)
    {
        if (target is not T[] targets || column is not T[] values || lastColumn is not T[] last)
            throw new ArrayTypeMismatchException();
        targets[targetRow] = values[row];
        values[row] = last[lastRow];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            last[lastRow] = default!;
    }

    public override void Forget(Array column, int count)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            Array.Clear(column, 0, count);
    }

    public override object? GetBoxed(Array column, int row) => ((T[])column)[row];

    public override void SetBoxed(Array column, int row, object value) => ((T[])column)[row] = (T)value;
}
