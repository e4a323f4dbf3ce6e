using Playground.Ecs.Commands;

namespace Playground.Ecs;

/// <content>What a command buffer needs beyond the public calls.</content>
public sealed partial class World
{
    /// <summary>Applies several changes to a living entity in one move. Components that it gets have their default value.</summary>
    internal void Change(Entity entity, List<Change> changes, int start, int end, bool isAdd)
    {
        ref var record = ref Living(entity);
        var chunk = _chunks[record.Chunk];
        var source = chunk.Archetype;
        var target = source;
        for (var i = start; i < end; i++)
        {
            var component = changes[i].Component;
            if (target.Has(component.Id) != isAdd)
                target = isAdd ? ArchetypeWith(target, component) : ArchetypeWithout(target, component);
        }

        if (target == source)
            return;
        chunk = Move(entity, ref record, chunk, target);
        if (!isAdd)
            return;
        for (var i = start; i < end; i++)
        {
            var component = changes[i].Component;
            if (!source.Has(component.Id))
                ComponentRegistry.OpsOf(component.Id).Reset(chunk.Columns[component.Id], record.Row);
        }
    }
}
