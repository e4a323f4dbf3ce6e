using System.Buffers;

namespace Playground.Ecs.Networking.Links;

/// <summary>
/// The loop's pool of <see cref="SharedBuffer"/>s, and of the plain arrays behind trains and reliable windows, in power-of-two sizes. Loop
/// thread only, so it needs no lock. Keeps at most <c>retainedBytesMax</c> idle bytes; the rest is left to the garbage collector.
/// </summary>
/// <remarks>
/// The framework's shared pool keeps a few dozen arrays of a size. Of a hundred sessions that are acknowledged in one frame each gives
/// its window's array back, and the next frame would allocate most of them again.
/// </remarks>
public sealed class BufferPool
{
    // A message between two frames of an idle link, a Pong for instance, is below this; a thousand links keep a thousand of them.
    private const int SmallestShift = 8;
    private const int LargestShift = 27;

    private readonly Stack<SharedBuffer>[] _idle = CreateClasses<SharedBuffer>();
    private readonly long _retainedBytesMax;
    private long _idleBytes;

    /// <summary>Makes an empty pool.</summary>
    /// <param name="retainedBytesMax">Idle bytes kept for reuse.</param>
    public BufferPool(long retainedBytesMax)
        : this(retainedBytesMax, null)
    {
    }

    internal BufferPool(long retainedBytesMax, ArrayPool<byte>? arrays)
    {
        _retainedBytesMax = retainedBytesMax;
        Arrays = arrays ?? new LoopArrays(this);
    }

    /// <summary>Buffers and arrays rented out and not yet returned.</summary>
    public int RentedCount { get; private set; }

    /// <summary>Bytes rented out and not yet returned.</summary>
    public long RentedBytes { get; private set; }

    /// <summary>The same for plain arrays.</summary>
    internal ArrayPool<byte> Arrays { get; }

    /// <summary>Rents a buffer of at least <paramref name="capacityBytes"/> with one reference, the caller's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 128 MiB asked for.</exception>
    public SharedBuffer Rent(int capacityBytes)
    {
        var sizeClass = ClassOf(capacityBytes);
        if (_idle[sizeClass].TryPop(out var buffer)) _idleBytes -= buffer.Bytes.Length;
        else buffer = new SharedBuffer(this, BytesOf(sizeClass), sizeClass);
        CountRented(buffer.Bytes.Length);
        buffer.Open();
        return buffer;
    }

    internal void Return(SharedBuffer buffer)
    {
        if (TakesBack(buffer.Bytes.Length)) _idle[buffer.SizeClass].Push(buffer);
    }

    private static int ClassOf(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, 1 << LargestShift);
        return Math.Max(0, 32 - SmallestShift - int.LeadingZeroCount(bytes - 1));
    }

    private static int BytesOf(int sizeClass) => 1 << (sizeClass + SmallestShift);

    private static Stack<T>[] CreateClasses<T>()
    {
        var classes = new Stack<T>[LargestShift - SmallestShift + 1];
        for (var i = 0; i < classes.Length; i++) classes[i] = new Stack<T>();
        return classes;
    }

    private void CountRented(int bytes)
    {
        RentedCount++;
        RentedBytes += bytes;
    }

    private bool TakesBack(int bytes)
    {
        RentedCount--;
        RentedBytes -= bytes;
        if (_idleBytes + bytes > _retainedBytesMax) return false;
        _idleBytes += bytes;
        return true;
    }

    private sealed class LoopArrays(BufferPool pool) : ArrayPool<byte>
    {
        private readonly Stack<byte[]>[] _idle = CreateClasses<byte[]>();

        public override byte[] Rent(int minimumLength)
        {
            var sizeClass = ClassOf(Math.Max(1, minimumLength));
            if (_idle[sizeClass].TryPop(out var array)) pool._idleBytes -= array.Length;
            else array = new byte[BytesOf(sizeClass)];
            pool.CountRented(array.Length);
            return array;
        }

        public override void Return(byte[] array, bool clearArray = false)
        {
            var sizeClass = ClassOf(array.Length);
            if (array.Length != BytesOf(sizeClass)) throw new ArgumentException($"An array of {array.Length} bytes is none of this pool's.", nameof(array));
            if (clearArray) Array.Clear(array);
            if (pool.TakesBack(array.Length)) _idle[sizeClass].Push(array);
        }
    }
}
