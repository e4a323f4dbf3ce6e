namespace Playground.Ecs.Networking.Sockets;

/// <summary>
/// A request's head while it arrives: it grows with what has come, up to a limit, and ends with its empty line. A mutable struct: one per
/// connection, never copied. Owner of its bytes.
/// </summary>
internal struct RequestHead
{
    private const int FirstBytes = 1024;

    private byte[]? _bytes;
    private int _count;
    private int _end;

    /// <summary>The head, its empty line included; empty until <see cref="Received"/> has found that.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _end);

    /// <summary>What came behind the head.</summary>
    public readonly ReadOnlySpan<byte> Rest => _bytes.AsSpan(_end, _count - _end);

    /// <summary>Space to receive into; empty when the head is as large as it may be.</summary>
    /// <param name="bytesMax">The largest head, in bytes.</param>
    public Span<byte> GetSpace(int bytesMax)
    {
        if (_count == (_bytes?.Length ?? 0))
        {
            Array.Resize(ref _bytes, Math.Max(_count, Math.Min(bytesMax, Math.Max(FirstBytes, _count * 2))));
        }

        return _bytes.AsSpan(_count);
    }

    /// <summary>Takes the first <paramref name="count"/> bytes of the space. Each byte is looked at once, however slowly they come.</summary>
    /// <returns>True when the head is whole.</returns>
    public bool Received(int count)
    {
        var from = Math.Max(0, _count - 3);
        _count += count;
        var end = _bytes.AsSpan(from, _count - from).IndexOf("\r\n\r\n"u8);
        _end = end < 0 ? 0 : from + end + 4;
        return end >= 0;
    }
}
