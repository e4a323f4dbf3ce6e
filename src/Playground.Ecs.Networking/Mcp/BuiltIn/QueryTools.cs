using System.Globalization;
using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>Entities and what is in them. Loop thread only.</summary>
internal sealed class QueryTools(WorldView view)
{
    // Entities that one call looks at: no frame waits for a filter over a million of them.
    private const int LooksMax = 50_000;

    private readonly EntityOrder _order = new();

    public IEnumerable<BuiltInTool> Tools =>
    [
        new(
            "world_query", "Query the world",
            "Entities by the components that they have and by conditions on their fields, in the order of their ids, a page at a time. A page continues after the last entity of the one before, so entities that come and go meanwhile move no others. All of a page is of the end of one frame.",
            """{"type":"object","properties":{""" + EntityFilter.Properties +
            """
            ,"select":{"type":"array","items":{"type":"string","maxLength":256},"maxItems":32,"description":"What to show of each: components (\"position\") and fields (\"position.x\"). Default: the components asked for, or all."},
             "count_only":{"type":"boolean","default":false,"description":"Only how many."},
             "limit":{"type":"integer","minimum":1,"maximum":200,"default":50},
             "cursor":{"type":"string","maxLength":32,"description":"next_cursor of the page before."}},
            "additionalProperties":false}
            """,
            """
            {"type":"object","properties":{
              "count":{"type":"integer","description":"Entities found: on this page, or with count_only in all; where truncated, up to next_cursor."},
              "entities":{"type":"array","items":{"type":"object","properties":{"entity":{"type":"string"},"components":{"type":"object"},"fields":{"type":"object","description":"By path."}},"required":["entity"]}},
              "truncated":{"type":"boolean","description":"There may be more: ask again with next_cursor."},"next_cursor":{"type":"string"}},
             "required":["count","entities","truncated"]}
            """,
            (call, _) => new(Query(call.Arguments))),
        new(
            "entity_get", "Read an entity",
            "One entity with its components that can be read.",
            """
            {"type":"object","properties":{
              "entity":{"type":"string","maxLength":32,"description":"Its name, for instance \"12v1\"."},
              "components":{"type":"array","items":{"type":"string","maxLength":64},"maxItems":32,"description":"Only these. Default: all."}},
             "required":["entity"],"additionalProperties":false}
            """,
            """
            {"type":"object","properties":{
              "entity":{"type":"string"},"components":{"type":"object"},
              "missing":{"type":"array","items":{"type":"string"},"description":"Asked for, but not on this entity."},
              "omitted":{"type":"array","items":{"type":"string"},"description":"Too long for this answer: ask for them one by one."}},
             "required":["entity","components","missing","omitted"]}
            """,
            (call, _) => new(Get(call.Arguments))),
    ];

    private sealed record Selection(IReadOnlyList<ExposedComponent>? Components, IReadOnlyList<(string Path, ExposedComponent Component, ComponentField Field)> Fields);

    private ToolOutput Query(JsonElement arguments)
    {
        if (EntityFilter.TryRead(view.Exposed, arguments, "arguments", out var problem) is not { } filter) return ToolOutput.Error(problem!);
        if (TrySelect(arguments, filter, out problem) is not { } selection) return ToolOutput.Error(problem!);
        if (!NetworkTools.TryReadCursor(arguments, out var next)) return NetworkTools.BadCursor();
        filter.Fill(_order, view);
        return arguments.Flag("count_only") == true ? Count(filter, next) : List(filter, selection, next, arguments.Integer("limit") ?? 50);
    }

    private ToolOutput Count(EntityFilter filter, int next)
    {
        var count = 0;
        var looks = 0;
        while (looks++ < LooksMax && _order.TryNext(next, out var entity))
        {
            next = entity.Id + 1;
            if (filter.Fits(view.World, entity)) count++;
        }

        using var page = new JsonPage(int.MaxValue);
        page.Writer.WriteNumber("count", count);
        page.Begin("entities");
        page.End(Cursor(next));
        return page.ToOutput();
    }

    private ToolOutput List(EntityFilter filter, Selection selection, int next, int limit)
    {
        using var page = new JsonPage(view.Limits.QueryBytesMax);
        page.Begin("entities");
        for (var looks = 0; looks < LooksMax && page.Count < limit && _order.TryNext(next, out var entity); looks++)
        {
            if (filter.Fits(view.World, entity) && !page.TryAdd((this, entity, selection), static (writer, row) => row.Item1.Write(writer, row.entity, row.selection))) break;
            next = entity.Id + 1;
        }

        page.End(Cursor(next));
        page.Writer.WriteNumber("count", page.Count);
        return page.ToOutput();
    }

    // There may be none of those that follow, but nobody looked.
    private string? Cursor(int next) => _order.TryNext(next, out _) ? next.ToString(CultureInfo.InvariantCulture) : null;

    private Selection? TrySelect(JsonElement arguments, EntityFilter filter, out string? problem)
    {
        problem = null;
        if (!arguments.TryGet("select", out _)) return new Selection(filter.With.Count > 0 ? filter.With : null, []);
        List<ExposedComponent> components = [];
        List<(string, ExposedComponent, ComponentField)> fields = [];
        foreach (var path in arguments.Texts("select"))
        {
            if (view.Exposed.Find(path) is { } whole) components.Add(whole);
            else if (FieldTest.TryFind(view.Exposed, path, out var component, out var field, out problem)) fields.Add((path, component!, field!));
            else
            {
                problem = $"arguments.select: {problem}.";
                return null;
            }
        }

        return new Selection(components, fields);
    }

    private void Write(Utf8JsonWriter writer, Entity entity, Selection selection)
    {
        writer.WriteStartObject();
        writer.WriteString("entity", EntityText.Of(entity));
        if (selection.Components is not { Count: 0 })
        {
            writer.WriteStartObject("components");
            foreach (var component in selection.Components ?? view.Exposed.All) Write(writer, entity, component);
            writer.WriteEndObject();
        }

        if (selection.Fields.Count > 0)
        {
            writer.WriteStartObject("fields");
            foreach (var (path, component, field) in selection.Fields)
            {
                if (!component.Has(view.World, entity)) continue;
                writer.WritePropertyName(path);
                field.Read(component.Get(view.World, entity)).WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void Write(Utf8JsonWriter writer, Entity entity, ExposedComponent component)
    {
        if (!component.Has(view.World, entity)) return;
        writer.WritePropertyName(component.Name);
        component.Write(writer, component.Get(view.World, entity));
    }

    private ToolOutput Get(JsonElement arguments)
    {
        var name = arguments.Text("entity");
        if (!view.Exposed.Entities.TryFind(name, out var entity)) return ToolOutput.Error($"arguments.entity: {EntityIndex.Missing(name)}.");
        List<ExposedComponent> asked = [];
        foreach (var text in arguments.Texts("components"))
        {
            if (view.Exposed.Find(text) is not { } component) return ToolOutput.Error($"arguments.components: {view.Exposed.Unknown(text)}.");
            asked.Add(component);
        }

        return Get(entity, arguments.TryGet("components", out _) ? asked : [.. view.Exposed.Of(entity)]);
    }

    private ToolOutput Get(Entity entity, List<ExposedComponent> asked)
    {
        List<string> omitted = [];
        using var page = new JsonPage(int.MaxValue);
        page.Writer.WriteString("entity", EntityText.Of(entity));
        page.Writer.WriteStartObject("components");
        foreach (var component in asked.Where(component => component.Has(view.World, entity)))
        {
            var value = component.Show(component.Get(view.World, entity));
            var written = page.Writer.BytesCommitted + page.Writer.BytesPending;
            if (written + value.GetRawText().Length > view.Limits.QueryBytesMax && asked.Count > 1)
            {
                omitted.Add(component.Name);
                continue;
            }

            page.Writer.WritePropertyName(component.Name);
            value.WriteTo(page.Writer);
        }

        page.Writer.WriteEndObject();
        WriteNames(page.Writer, "missing", asked.Where(component => !component.Has(view.World, entity)).Select(static component => component.Name));
        WriteNames(page.Writer, "omitted", omitted);
        return page.ToOutput();
    }

    private static void WriteNames(Utf8JsonWriter writer, string property, IEnumerable<string> names)
    {
        writer.WriteStartArray(property);
        foreach (var name in names) writer.WriteStringValue(name);
        writer.WriteEndArray();
    }
}
