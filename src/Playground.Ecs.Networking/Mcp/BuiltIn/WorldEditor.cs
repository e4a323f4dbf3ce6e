using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>Carries edits out, whole, and undoes them. Not inside a query. Loop thread only.</summary>
internal sealed class WorldEditor(World world, ExposedComponents exposed)
{
    /// <summary>Does what the drafts say. Nothing of it can fail: they were checked.</summary>
    /// <param name="drafts">In order.</param>
    /// <param name="made">The entity of each draft; null for those that are not alive.</param>
    public EditRecord Apply(IReadOnlyList<EntityDraft> drafts, out Entity[] made)
    {
        var edited = new List<EditedEntity>();
        made = new Entity[drafts.Count];
        for (var i = 0; i < drafts.Count; i++)
        {
            var draft = drafts[i];
            made[i] = Entity.Null;
            if (!draft.IsAlive)
            {
                if (!draft.IsNew) edited.Add(Destroy(draft.Entity));
                continue;
            }

            made[i] = draft.IsNew ? world.Create([]) : draft.Entity;
            edited.Add(new EditedEntity(made[i], draft.IsNew, null, Change(made[i], draft.Changes)));
        }

        return new EditRecord(edited);
    }

    /// <summary>Says what stands against undoing an edit, for a sentence; null: nothing.</summary>
    public string? CheckUndo(EditRecord record) => record.Entities.Select(Check).FirstOrDefault(static problem => problem is not null);

    /// <summary>Undoes an edit. Only after <see cref="CheckUndo"/>.</summary>
    /// <param name="record">What it did.</param>
    /// <param name="restored">Entities that were taken away, and what they are called now.</param>
    /// <returns>What undoing it did, to be undone in turn.</returns>
    public EditRecord Undo(EditRecord record, out IReadOnlyList<(Entity Old, Entity New)> restored)
    {
        var edited = new List<EditedEntity>();
        var returned = new List<(Entity, Entity)>();
        for (var i = record.Entities.Count - 1; i >= 0; i--)
        {
            var entity = record.Entities[i];
            if (entity.Destroyed is { } components) edited.Add(Restore(entity.Entity, components, returned));
            else if (entity.IsNew) edited.Add(Destroy(entity.Entity));
            else edited.Add(new EditedEntity(entity.Entity, IsNew: false, null, Change(entity.Entity, entity.Components.ToDictionary(static c => c.Component, static c => c.Before))));
        }

        restored = returned;
        return new EditRecord(edited);
    }

    // The values are still those that the edit left.
    private string? Check(EditedEntity entity)
    {
        if (entity.Destroyed is not null) return null;
        if (!world.IsAlive(entity.Entity)) return $"{EntityText.Of(entity.Entity)} is not there any more";
        foreach (var (component, _, after) in entity.Components)
        {
            if (TextOf(component, entity.Entity) != after) return $"{component.Name} of {EntityText.Of(entity.Entity)} was changed since";
        }

        return null;
    }

    private EditedEntity Destroy(Entity entity)
    {
        var components = world.GetAllComponents(entity).OfType<object>().ToArray();
        world.Destroy(entity);
        return new EditedEntity(entity, IsNew: false, components, []);
    }

    private EditedEntity Restore(Entity old, IReadOnlyList<object> components, List<(Entity Old, Entity New)> restored)
    {
        var entity = world.Create([]);
        foreach (var component in components) world.Add(entity, component);
        restored.Add((old, entity));
        return new EditedEntity(entity, IsNew: true, null, [.. exposed.Of(entity).Select(component => new EditedComponent(component, null, TextOf(component, entity)))]);
    }

    private List<EditedComponent> Change(Entity entity, Dictionary<ExposedComponent, object?> changes)
    {
        var edited = new List<EditedComponent>(changes.Count);
        foreach (var (component, value) in changes)
        {
            var before = component.Has(world, entity) ? component.Get(world, entity) : null;
            if (value is not null) component.Put(world, entity, value);
            else if (before is not null) component.Remove(world, entity);
            edited.Add(new EditedComponent(component, before, TextOf(component, entity)));
        }

        return edited;
    }

    private string? TextOf(ExposedComponent component, Entity entity) =>
        component.Has(world, entity) ? component.Show(component.Get(world, entity)).GetRawText() : null;
}
