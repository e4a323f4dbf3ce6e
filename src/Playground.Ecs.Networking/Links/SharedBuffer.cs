using System.Diagnostics;

namespace Playground.Ecs.Networking.Links;

/// <summary>
/// Pooled bytes with a count of their readers. Owner: the <see cref="BufferPool"/> that rented it out; it takes the buffer
/// back when the last reference is released. Counts belong to the loop thread; other threads only read the bytes.
/// </summary>
public sealed class SharedBuffer
{
    private readonly BufferPool _pool;
    private int _references;

    internal SharedBuffer(BufferPool pool, int capacity, int sizeClass)
    {
        _pool = pool;
        SizeClass = sizeClass;
        Bytes = new byte[capacity];
    }

    /// <summary>The storage; its length is the capacity.</summary>
    public byte[] Bytes { get; }

    /// <summary>How many bytes its writer has filled, where the writer keeps count here.</summary>
    public int Length { get; set; }

    internal int SizeClass { get; }

    internal int References => _references;

    internal void Open()
    {
        Debug.Assert(_references == 0, "A buffer left the pool while it had readers.");
        Length = 0;
        _references = 1;
    }

    /// <summary>Loop: adds readers.</summary>
    public void AddReferences(int count) => _references += count;

    /// <summary>Loop: one reader is done; the last one gives the buffer back to its pool.</summary>
    /// <exception cref="InvalidOperationException">The buffer was given back already.</exception>
    public void Release()
    {
        if (_references <= 0)
        {
            throw new InvalidOperationException("A shared buffer was released more often than it was referenced.");
        }

        if (--_references == 0)
        {
            _pool.Return(this);
        }
    }
}
