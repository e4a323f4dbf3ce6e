namespace Playground.Ecs.Commands;

/// <summary>The values of one component type that a command buffer is to write, in the order of recording.</summary>
internal abstract class ValueLog
{
    public abstract void Play(World world, CommandBuffer buffer);

    public abstract void Clear();
}

/// <inheritdoc/>
internal sealed class ValueLog<T>(int capacity) : ValueLog
{
    private readonly List<Entry> _entries = new(capacity);

    public void Append(Entity entity, in T value) => _entries.Add(new Entry(entity, value));

    public override void Play(World world, CommandBuffer buffer)
    {
        foreach (var entry in _entries)
        {
            var entity = buffer.Resolve(entry.Entity);
            if (world.IsAlive(entity))
                world.Set(entity, entry.Value);
        }
    }

    public override void Clear() => _entries.Clear();

    private readonly record struct Entry(Entity Entity, T Value);
}
