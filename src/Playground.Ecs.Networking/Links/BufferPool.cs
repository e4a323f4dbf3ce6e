using System.Buffers;

namespace Playground.Ecs.Networking.Links;

/// <summary>
/// The loop's pool of <see cref="SharedBuffer"/>s, and of the plain arrays behind trains and reliable windows, in power-of-two sizes. Loop
/// thread only, so it needs no lock. Keeps at most <c>retainedBytesMax</c> idle bytes, of the sizes rented last; the rest is left to the
/// garbage collector.
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

    private readonly Shelf<SharedBuffer>[] _idle = CreateShelves<SharedBuffer>();
    private readonly List<Shelf> _shelves = [];
    private readonly long _retainedBytesMax;
    private long _idleBytes;
    private long _rents;

    /// <summary>Makes an empty pool.</summary>
    /// <param name="retainedBytesMax">Idle bytes kept for reuse.</param>
    public BufferPool(long retainedBytesMax)
        : this(retainedBytesMax, null)
    {
    }

    internal BufferPool(long retainedBytesMax, ArrayPool<byte>? arrays)
    {
        _retainedBytesMax = retainedBytesMax;
        _shelves.AddRange(_idle);
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
        var buffer = Take(_idle[sizeClass]) ?? new SharedBuffer(this, BytesOf(sizeClass), sizeClass);
        buffer.Open();
        return buffer;
    }

    internal void Return(SharedBuffer buffer) => Give(_idle[buffer.SizeClass], buffer);

    private static int ClassOf(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, 1 << LargestShift);
        return Math.Max(0, 32 - SmallestShift - int.LeadingZeroCount(bytes - 1));
    }

    private static int BytesOf(int sizeClass) => 1 << (sizeClass + SmallestShift);

    private static Shelf<T>[] CreateShelves<T>()
        where T : class =>
        [.. Enumerable.Range(0, LargestShift - SmallestShift + 1).Select(static sizeClass => new Shelf<T>(BytesOf(sizeClass)))];

    private T? Take<T>(Shelf<T> shelf)
        where T : class
    {
        RentedCount++;
        RentedBytes += shelf.Bytes;
        shelf.LastRent = ++_rents;
        if (!shelf.Idle.TryPop(out var idle)) return null;
        _idleBytes -= shelf.Bytes;
        return idle;
    }

    private void Give<T>(Shelf<T> shelf, T idle)
        where T : class
    {
        RentedCount--;
        RentedBytes -= shelf.Bytes;
        while (_idleBytes + shelf.Bytes > _retainedBytesMax)
        {
            if (!TryDropOther(shelf)) return;
        }

        _idleBytes += shelf.Bytes;
        shelf.Idle.Push(idle);
    }

    // What one late frame needed, with the input of several, must not take the place of what every frame needs from then on.
    private bool TryDropOther(Shelf shelf)
    {
        Shelf? oldest = null;
        foreach (var other in _shelves)
        {
            if (other != shelf && other.Count > 0 && (oldest is null || other.LastRent < oldest.LastRent)) oldest = other;
        }

        if (oldest is null || shelf.Bytes > _retainedBytesMax) return false;
        oldest.Drop();
        _idleBytes -= oldest.Bytes;
        return true;
    }

    private abstract class Shelf(int bytes)
    {
        public int Bytes => bytes;

        public long LastRent { get; set; }

        public abstract int Count { get; }

        public abstract void Drop();
    }

    private sealed class Shelf<T>(int bytes) : Shelf(bytes)
    {
        public Stack<T> Idle { get; } = new();

        public override int Count => Idle.Count;

        public override void Drop() => Idle.Pop();
    }

    private sealed class LoopArrays : ArrayPool<byte>
    {
        private readonly Shelf<byte[]>[] _idle = CreateShelves<byte[]>();
        private readonly BufferPool _pool;

        public LoopArrays(BufferPool pool)
        {
            _pool = pool;
            pool._shelves.AddRange(_idle);
        }

        public override byte[] Rent(int minimumLength)
        {
            var sizeClass = ClassOf(Math.Max(1, minimumLength));
            return _pool.Take(_idle[sizeClass]) ?? new byte[BytesOf(sizeClass)];
        }

        public override void Return(byte[] array, bool clearArray = false)
        {
            var sizeClass = ClassOf(array.Length);
            if (array.Length != BytesOf(sizeClass)) throw new ArgumentException($"An array of {array.Length} bytes is none of this pool's.", nameof(array));
            if (clearArray) Array.Clear(array);
            _pool.Give(_idle[sizeClass], array);
        }
    }
}
