namespace Playground.Ecs.Networking.Fleck;

/// <summary>
/// The framed answers that Fleck sends by itself, at most one small buffer of them: where they do not fit, only the latest is kept
/// (RFC 6455, section 5.5.3). Fleck's thread adds, the loop takes.
/// </summary>
internal sealed class PendingReplies
{
    /// <summary>The most that waits, in bytes.</summary>
    public const int CapacityBytes = 1024;

    private readonly Lock _gate = new();
    private byte[]? _bytes;
    private int _length;

    /// <summary>There is something to send.</summary>
    public bool HasAny => Volatile.Read(ref _length) > 0;

    /// <summary>Adds one frame.</summary>
    public void Add(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            _bytes ??= new byte[CapacityBytes];
            var start = _length + frame.Length > CapacityBytes ? 0 : _length;
            frame.CopyTo(_bytes.AsSpan(start));
            Volatile.Write(ref _length, start + frame.Length);
        }
    }

    /// <summary>Takes all of them.</summary>
    /// <returns>The bytes written to <paramref name="destination"/>.</returns>
    public int Take(Span<byte> destination)
    {
        lock (_gate)
        {
            var length = _length;
            _bytes.AsSpan(0, length).CopyTo(destination);
            Volatile.Write(ref _length, 0);
            return length;
        }
    }
}
