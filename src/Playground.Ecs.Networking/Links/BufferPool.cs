namespace Playground.Ecs.Networking.Links;

/// <summary>
/// The loop's pool of <see cref="SharedBuffer"/>s in power-of-two sizes. Loop thread only, so it needs no lock. Keeps at most
/// <c>retainedBytesMax</c> idle bytes; the rest is left to the garbage collector.
/// </summary>
/// <param name="retainedBytesMax">Idle bytes kept for reuse.</param>
public sealed class BufferPool(long retainedBytesMax)
{
    private const int SmallestShift = 10;
    private const int LargestShift = 27;

    private readonly Stack<SharedBuffer>[] _idle = CreateClasses();
    private long _idleBytes;

    /// <summary>Buffers rented out and not yet returned.</summary>
    public int RentedCount { get; private set; }

    /// <summary>Bytes rented out and not yet returned.</summary>
    public long RentedBytes { get; private set; }

    /// <summary>Rents a buffer of at least <paramref name="capacityBytes"/> with one reference, the caller's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 128 MiB asked for.</exception>
    public SharedBuffer Rent(int capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacityBytes, 1 << LargestShift);
        var sizeClass = Math.Max(0, 32 - SmallestShift - int.LeadingZeroCount(capacityBytes - 1));
        if (_idle[sizeClass].TryPop(out var buffer))
        {
            _idleBytes -= buffer.Bytes.Length;
        }
        else
        {
            buffer = new SharedBuffer(this, 1 << (sizeClass + SmallestShift), sizeClass);
        }

        RentedCount++;
        RentedBytes += buffer.Bytes.Length;
        buffer.Open();
        return buffer;
    }

    internal void Return(SharedBuffer buffer)
    {
        RentedCount--;
        RentedBytes -= buffer.Bytes.Length;
        if (_idleBytes + buffer.Bytes.Length <= retainedBytesMax)
        {
            _idleBytes += buffer.Bytes.Length;
            _idle[buffer.SizeClass].Push(buffer);
        }
    }

    private static Stack<SharedBuffer>[] CreateClasses()
    {
        var classes = new Stack<SharedBuffer>[LargestShift - SmallestShift + 1];
        for (var i = 0; i < classes.Length; i++)
        {
            classes[i] = new Stack<SharedBuffer>();
        }

        return classes;
    }
}
