namespace Playground.Ecs.Networking.Inspection;

/// <summary>The first packets of an interval, and how many more there were. Loop thread only.</summary>
internal sealed class PacketLog(int rowsMax)
{
    private readonly PacketRow[] _rows = new PacketRow[rowsMax];
    private int _count;

    public ReadOnlySpan<PacketRow> Rows => _rows.AsSpan(0, _count);

    /// <summary>Packets there was no row for.</summary>
    public uint NotShown { get; private set; }

    public void Add(in PacketRow row)
    {
        if (_count < _rows.Length) _rows[_count++] = row;
        else NotShown++;
    }

    /// <summary>Begins the next interval.</summary>
    public void Clear()
    {
        _count = 0;
        NotShown = 0;
    }
}
