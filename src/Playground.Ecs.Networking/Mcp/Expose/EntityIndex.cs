namespace Playground.Ecs.Networking.Mcp.Expose;

/// <summary>Finds the living entity that a text names. Loop thread only.</summary>
internal sealed class EntityIndex(World world)
{
    private readonly QueryDescription _all = new();
    private readonly EntityOrder _order = new();

    /// <returns>The entity; false when there is none of that name (any more).</returns>
    public bool TryFind(string? text, out Entity entity)
    {
        entity = Entity.Null;
        if (!EntityText.TryParse(text, out var id, out var version)) return false;
        if (IsKnown(id, version, out entity)) return true;

        // An entity is made by its world alone: the one that is meant has to be looked for, all of them in one pass.
        _order.Fill(world, in _all);
        return IsKnown(id, version, out entity);
    }

    /// <summary>What a model is told about a name that is none.</summary>
    public static string Missing(string? text) => EntityText.TryParse(text, out _, out _)
        ? $"there is no entity '{text}' (any more)"
        : $"{Schema.JsonShow.Quote(text ?? "null")} names no entity; names look like \"12v1\"";

    private bool IsKnown(int id, int version, out Entity entity) =>
        _order.TryNext(id, out entity) && entity.Id == id && entity.Version == version && world.IsAlive(entity);
}
