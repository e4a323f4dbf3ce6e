namespace Playground.Ecs.Networking.Protocol;

/// <summary>The packets of one payload; use it in <c>foreach</c>. Made by <see cref="Fragmenter.Split"/>.</summary>
public struct FragmentSequence
{
    private readonly PacketHeader _header;
    private readonly int _total;
    private int _next;
    private bool _started;

    internal FragmentSequence(PacketHeader header, int total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total);
        _header = header;
        _total = total;
    }

    /// <summary>The fragment that the last <see cref="MoveNext"/> reached.</summary>
    public Fragment Current { get; private set; }

    /// <summary>An independent enumeration from where this one is.</summary>
    public readonly FragmentSequence GetEnumerator() => this;

    /// <summary>Goes to the next fragment; false behind the last.</summary>
    public bool MoveNext()
    {
        if (_started && _next == _total) return false;
        _started = true;
        var length = Math.Min(_total - _next, ProtocolLimits.FragmentBytes);
        var more = _next + length < _total ? PacketFlags.MoreFragments : PacketFlags.None;
        var flags = (_header.Flags & ~PacketFlags.MoreFragments) | more;
        Current = new Fragment(_header.WithFlags(flags).WithPayloadLength(length), _next, length);
        _next += length;
        return true;
    }
}
