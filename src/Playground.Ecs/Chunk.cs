using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <summary>
/// Up to <see cref="Capacity"/> entities with the same components, each component in an array of its own. Valid inside
/// the query that handed it out; on the thread of its world.
/// </summary>
public readonly struct Chunk
{
    private readonly ChunkStore _store;

    internal Chunk(ChunkStore store) => _store = store;

    /// <summary>How many entities are in the chunk; rows 0 to Count - 1 are theirs.</summary>
    public int Count => _store.Count;

    /// <summary>How many entities fit.</summary>
    public int Capacity => _store.Entities.Length;

    internal ChunkStore Store => _store;

    internal ReadOnlySpan<Entity> Entities => new(_store.Entities, 0, _store.Count);

    /// <summary>The entity of a row, to read only. Throws <see cref="IndexOutOfRangeException"/> outside 0 to Count - 1.</summary>
    public ref Entity Entity(int index) => ref _store.Entities.AsSpan(0, _store.Count)[index];

    /// <summary>Whether the entities of the chunk have the component.</summary>
    public bool Has<T>() => _store.Archetype.Has(Component<T>.ComponentType.Id);

    /// <summary>
    /// The components of all rows, Count long. Throws <see cref="InvalidOperationException"/> when the chunk lacks the component.
    /// Code that is to run on Arch too slices it to Count.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> GetSpan<T>() => new(_store.Column<T>(), 0, _store.Count);

    /// <summary>The component of row 0. Throws <see cref="InvalidOperationException"/> when the chunk lacks the component.</summary>
    public ref T GetFirst<T>() => ref _store.Column<T>()[0];

    /// <summary>
    /// The array behind the component, Capacity long. Throws <see cref="InvalidOperationException"/> when the chunk lacks the
    /// component.
    /// </summary>
    public T[] GetArray<T>() => _store.Column<T>();

    /// <summary>
    /// The component of a row. Throws <see cref="InvalidOperationException"/> when the chunk lacks the component and
    /// <see cref="IndexOutOfRangeException"/> outside 0 to Count - 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Get<T>(int index) => ref GetSpan<T>()[index];
}
