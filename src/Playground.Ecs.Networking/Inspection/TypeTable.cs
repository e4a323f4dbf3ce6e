namespace Playground.Ecs.Networking.Inspection;

/// <summary>The packets of one channel by type: the first 32 types, and the others together. Loop thread only.</summary>
internal sealed class TypeTable
{
    /// <summary>Types that are told apart.</summary>
    public const int TypesMax = 32;

    /// <summary>What all others are counted under; no channel may use it itself.</summary>
    public const ushort Others = 0xFFFF;

    private TypeRow[] _rows = new TypeRow[4];
    private int _count;

    public ArraySegment<TypeRow> Rows => new(_rows, 0, _count);

    /// <summary>The counts of a type; valid until the next call.</summary>
    public ref TypeRow For(ushort type)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_rows[i].Type == type) return ref _rows[i];
        }

        if (_count >= TypesMax && type != Others) return ref For(Others);
        if (_count == _rows.Length) Array.Resize(ref _rows, _count * 2);
        _rows[_count].Type = type;
        return ref _rows[_count++];
    }
}
