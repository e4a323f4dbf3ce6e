using System.Globalization;
using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Expose;
using Playground.Ecs.Networking.Mcp.Schema;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>Reads the operations of an edit, each against what those before it leave, and changes nothing. Loop thread only.</summary>
internal sealed class EditPlan(ExposedComponents exposed)
{
    public const string OperationSchema =
        """
        {"type":"object","properties":{
          "op":{"enum":["spawn","despawn","set","add","remove"]},
          "entity":{"type":"string","maxLength":32,"description":"Which one, for all but spawn: \"12v1\", or \"$0\" for what operation 0 of this call spawned."},
          "component":{"type":"string","maxLength":64,"description":"For set, add and remove."},
          "field":{"type":"string","maxLength":256,"description":"For set: the path in the component that value is for, from type_describe's mutation_paths. Default: the component."},
          "value":{"description":"For set and add. Of an object only the properties given change; an added component has the others empty."},
          "components":{"type":"object","description":"For spawn: components by name with their values."},
          "expect":{"type":"object","description":"What must be so before the operation: components by name with the (partial) value they must have, or null for one that must not be there."}},
         "required":["op"],"additionalProperties":false}
        """;

    private readonly List<EntityDraft> _drafts = [];
    private readonly Dictionary<int, EntityDraft> _spawned = [];

    /// <summary>What will become of each entity.</summary>
    public IReadOnlyList<EntityDraft> Drafts => _drafts;

    /// <summary>The drafts of spawn operations, by the operation's number.</summary>
    public IReadOnlyDictionary<int, EntityDraft> Spawned => _spawned;

    /// <summary>Adds an operation.</summary>
    /// <returns>Null, or what is wrong with it, for a sentence.</returns>
    public string? TryAdd(JsonElement operation, int index)
    {
        var op = operation.Text("op")!;
        if (Misplaced(operation, op) is { } misplaced) return misplaced;
        if (op == "spawn") return Spawn(operation, index);
        if (Find(operation.Text("entity")!, out var draft) is { } problem) return problem;
        if (CheckExpected(operation, draft!) is { } unexpected) return unexpected;
        return op == "despawn" ? Despawn(draft!) : Change(operation, op, draft!);
    }

    // One schema for all of them says in words what belongs to which.
    private static string? Misplaced(JsonElement operation, string op)
    {
        string[] needed = op switch
        {
            "spawn" => ["components"],
            "despawn" => ["entity"],
            "set" => ["entity", "component", "value"],
            _ => ["entity", "component"],
        };
        string[] optional = op switch
        {
            "spawn" => [],
            "set" => ["field", "expect"],
            "add" => ["value", "expect"],
            _ => ["expect"],
        };
        if (needed.FirstOrDefault(name => !operation.TryGetProperty(name, out _)) is { } missing) return $"{op} needs '{missing}'";
        var surplus = operation.EnumerateObject().Select(static p => p.Name).FirstOrDefault(name => name != "op" && !needed.Contains(name) && !optional.Contains(name));
        return surplus is null ? null : $"{op} takes no '{surplus}'";
    }

    private string? Spawn(JsonElement operation, int index)
    {
        var draft = new EntityDraft(exposed.World, Entity.Null);
        foreach (var given in operation.GetProperty("components").EnumerateObject())
        {
            if (FindWritable(given.Name, out var component) is { } problem) return problem;
            var value = component!.Empty;
            if (component.TryChange(ref value, given.Value, $"components.{given.Name}") is { } wrong) return wrong;
            draft.Changes[component] = value;
        }

        if (draft.Changes.Count == 0) return "spawn needs at least one component, or nobody could see the entity";
        _drafts.Add(draft);
        _spawned.Add(index, draft);
        return null;
    }

    private string? Despawn(EntityDraft draft)
    {
        if (!exposed.All.Any(component => draft.Find(component) is not null)) return "it has no component that can be read, so it is none of yours";
        if (exposed.All.FirstOrDefault(component => !component.IsWritable && draft.Find(component) is not null) is { } fixedPart)
        {
            return $"it has {fixedPart.Name}, which is read-only";
        }

        draft.IsAlive = false;
        return null;
    }

    private string? Change(JsonElement operation, string op, EntityDraft draft)
    {
        if (FindWritable(operation.Text("component")!, out var component) is { } problem) return problem;
        var current = draft.Find(component!);
        if (op == "add" ? current is not null : current is null)
        {
            return op == "add" ? $"it has {component!.Name} already; use set" : $"it has no {component!.Name}{(op == "set" ? "; use add" : string.Empty)}";
        }

        if (op == "remove")
        {
            draft.Changes[component!] = null;
            return null;
        }

        var value = current ?? component!.Empty;
        if (operation.TryGetProperty("value", out var given) && Write(component!, ref value, given, operation.Text("field")) is { } wrong) return wrong;
        draft.Changes[component!] = value;
        return null;
    }

    private static string? Write(ExposedComponent component, ref object value, JsonElement given, string? field)
    {
        if (field is null) return component.TryChange(ref value, given, "value");
        if (component.FindField(field) is not null) return component.TryChange(ref value, Wrap(field.Split('.'), given), component.Name);
        var meant = Nearest.Of(field, component.Fields.Select(static f => f.Path));
        var hint = meant is null ? $"there are: {JsonShow.List(component.Fields.Select(static f => f.Path), 30)}" : $"did you mean '{meant}'?";
        return $"{component.Name} has no field {JsonShow.Quote(field)}; {hint}";
    }

    private static JsonElement Wrap(string[] names, JsonElement value)
    {
        for (var i = names.Length - 1; i >= 0; i--) value = JsonElement.Parse($"{{\"{JsonEncodedText.Encode(names[i])}\":{value.GetRawText()}}}");
        return value;
    }

    private string? CheckExpected(JsonElement operation, EntityDraft draft)
    {
        if (!operation.TryGet("expect", out var expected)) return null;
        foreach (var entry in expected.EnumerateObject())
        {
            if (exposed.Find(entry.Name) is not { } component) return $"expect: {exposed.Unknown(entry.Name)}";
            var current = draft.Find(component);
            var shown = current is null ? ComponentValue.Null : component.Show(current);
            if (!ComponentValue.Fits(shown, entry.Value)) return $"expect: {entry.Name} is {(current is null ? "not there" : Short(shown))}, not as expected; read it again";
        }

        return null;
    }

    private static string Short(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 300 ? text : $"{text[..300]}…";
    }

    private string? Find(string name, out EntityDraft? draft)
    {
        draft = null;
        if (name.StartsWith('$'))
        {
            var isSpawned = int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && _spawned.TryGetValue(index, out draft);
            return isSpawned ? Living(draft!, name) : $"{JsonShow.Quote(name)} is no spawn operation before this one";
        }

        if (!exposed.Entities.TryFind(name, out var entity)) return EntityIndex.Missing(name);
        draft = _drafts.Find(known => known.Entity == entity);
        if (draft is not null) return Living(draft, name);
        _drafts.Add(draft = new EntityDraft(exposed.World, entity));
        return null;
    }

    private static string? Living(EntityDraft draft, string name) => draft.IsAlive ? null : $"an operation before this one despawned {name}";

    private string? FindWritable(string name, out ExposedComponent? component)
    {
        component = exposed.Find(name);
        if (component is null) return exposed.Unknown(name);
        return component.IsWritable ? null : $"{name} is read-only";
    }
}
