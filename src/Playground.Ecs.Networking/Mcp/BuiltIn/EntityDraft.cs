using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>What an edit makes of one entity, before anything of it is done. Loop thread only.</summary>
internal sealed class EntityDraft(World world, Entity entity)
{
    /// <summary>The entity; null for one that the edit makes.</summary>
    public Entity Entity { get; } = entity;

    public bool IsNew => Entity == Entity.Null;

    public bool IsAlive { get; set; } = true;

    /// <summary>Components as they will be; null: taken away.</summary>
    public Dictionary<ExposedComponent, object?> Changes { get; } = [];

    /// <summary>The component as the edit has left it so far; null: it is not there.</summary>
    public object? Find(ExposedComponent component)
    {
        if (Changes.TryGetValue(component, out var changed)) return changed;
        return !IsNew && component.Has(world, Entity) ? component.Get(world, Entity) : null;
    }
}
