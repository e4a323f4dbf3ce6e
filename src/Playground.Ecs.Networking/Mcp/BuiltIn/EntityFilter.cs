using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>Which entities are meant: those with and without components, and conditions on fields. Loop thread only.</summary>
internal sealed class EntityFilter
{
    public const string Properties =
        """
        "with":{"type":"array","items":{"type":"string","maxLength":64},"maxItems":16,"description":"Components that an entity must have. Default: any that can be read."},
        "without":{"type":"array","items":{"type":"string","maxLength":64},"maxItems":16,"description":"Components that it must not have."},
        "where":{"type":"array","maxItems":16,"description":"Conditions that must all hold; the components in them are required too.","items":
        """ + FieldTest.Schema + "}";

    private readonly ExposedComponents _exposed;
    private readonly List<ExposedComponent> _with = [];
    private readonly List<ExposedComponent> _without = [];
    private readonly List<FieldTest> _where = [];

    private EntityFilter(ExposedComponents exposed) => _exposed = exposed;

    /// <summary>The components that every entity has that it lets through.</summary>
    public IReadOnlyList<ExposedComponent> With => _with;

    /// <summary>Reads what follows <see cref="Properties"/>.</summary>
    /// <returns>The filter, or null with a sentence for the model.</returns>
    public static EntityFilter? TryRead(ExposedComponents exposed, JsonElement arguments, string place, out string? problem)
    {
        var filter = new EntityFilter(exposed);
        problem = filter.ReadNames(arguments, place, "with", filter._with) ?? filter.ReadNames(arguments, place, "without", filter._without) ?? filter.ReadTests(arguments, place);
        return problem is null ? filter : null;
    }

    /// <summary>Takes the entities that may fit: those of the rarest component.</summary>
    public void Fill(EntityOrder order, WorldView view)
    {
        if (_with.Count == 0) order.Fill(view.World, in view.All);
        else order.Fill(view.World, _with.MinBy(component => view.World.CountEntities(component.Query))!.Query);
    }

    public bool Fits(World world, Entity entity)
    {
        foreach (var component in _with)
        {
            if (!component.Has(world, entity)) return false;
        }

        foreach (var component in _without)
        {
            if (component.Has(world, entity)) return false;
        }

        foreach (var test in _where)
        {
            if (!test.Holds(world, entity)) return false;
        }

        return _with.Count > 0 || _exposed.Of(entity).Any();
    }

    private string? ReadNames(JsonElement arguments, string place, string name, List<ExposedComponent> components)
    {
        var index = 0;
        foreach (var text in arguments.Texts(name))
        {
            if (_exposed.Find(text) is not { } component) return $"{place}.{name}[{index}]: {_exposed.Unknown(text)}.";
            components.Add(component);
            index++;
        }

        return null;
    }

    private string? ReadTests(JsonElement arguments, string place)
    {
        var index = 0;
        foreach (var json in arguments.Items("where"))
        {
            if (FieldTest.TryRead(_exposed, json, out var problem) is not { } test) return $"{place}.where[{index}]: {problem}.";
            _where.Add(test);
            if (!_with.Contains(test.Component)) _with.Add(test.Component);
            index++;
        }

        return null;
    }
}
