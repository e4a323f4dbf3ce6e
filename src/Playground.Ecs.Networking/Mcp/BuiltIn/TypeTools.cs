using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>What components there are to be read, and what is in them. Loop thread only.</summary>
internal sealed class TypeTools(WorldView view)
{
    private readonly EntityOrder _order = new();

    public IEnumerable<BuiltInTool> Tools =>
    [
        new(
            "type_list", "List component types",
            "The components that can be read by name, each with what it means and the paths of its fields, for world_query.",
            """
            {"type":"object","properties":{"name_contains":{"type":"string","maxLength":64,"description":"Only components with this in their name."}},"additionalProperties":false}
            """,
            """
            {"type":"object","properties":{
              "types":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"description":{"type":"string"},"entities":{"type":"integer"},"writable":{"type":"boolean"},"fields":{"type":"array","items":{"type":"string"}}},"required":["name","description","entities","writable","fields"]}},
              "truncated":{"type":"boolean"},"next_cursor":{"type":"string","description":"The name of the first component left out; ask with name_contains."}},
             "required":["types","truncated"]}
            """,
            (call, _) => new(List(call.Arguments))),
        new(
            "type_describe", "Describe a component type",
            "One component: its fields with types, which of them can be set and under which path, its JSON schema, and an example, a living entity's where there is one.",
            """
            {"type":"object","properties":{"name":{"type":"string","maxLength":64,"description":"The component's name, from type_list."}},"required":["name"],"additionalProperties":false}
            """,
            """
            {"type":"object","properties":{
              "name":{"type":"string"},"description":{"type":"string"},"writable":{"type":"boolean","description":"world_edit may change it."},"entities":{"type":"integer"},
              "fields":{"type":"array","items":{"type":"object","properties":{"path":{"type":"string"},"type":{"type":"string"},"read_only":{"type":"boolean"}},"required":["path","type","read_only"]}},
              "mutation_paths":{"type":"array","items":{"type":"string"},"description":"What world_edit takes as field."},
              "schema":{"description":"JSON schema; world_edit takes any part of it."},"example":{"description":"A whole value."},
              "example_entity":{"type":["string","null"],"description":"Where the example is from; null: a value with nothing in it."}},
             "required":["name","description","writable","entities","fields","mutation_paths","schema","example","example_entity"]}
            """,
            (call, _) => new(Describe(call.Arguments.Text("name")!))),
    ];

    private ToolOutput List(JsonElement arguments)
    {
        var part = arguments.Text("name_contains") ?? string.Empty;
        using var page = new JsonPage(view.Limits.QueryBytesMax);
        page.Begin("types");
        string? cursor = null;
        foreach (var component in view.Exposed.All.Where(c => c.Name.Contains(part, StringComparison.OrdinalIgnoreCase)))
        {
            if (page.TryAdd((this, component), static (writer, row) => row.Item1.Write(writer, row.component))) continue;
            cursor = component.Name;
            break;
        }

        page.End(cursor);
        return page.ToOutput();
    }

    private void Write(Utf8JsonWriter writer, ExposedComponent component)
    {
        writer.WriteStartObject();
        WriteHead(writer, component);
        writer.WriteStartArray("fields");
        foreach (var field in component.Fields) writer.WriteStringValue($"{component.Name}.{field.Path}");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteHead(Utf8JsonWriter writer, ExposedComponent component)
    {
        writer.WriteString("name", component.Name);
        writer.WriteString("description", component.Description);
        writer.WriteNumber("entities", view.World.CountEntities(component.Query));
        writer.WriteBoolean("writable", component.IsWritable && view.Limits.AllowWrites);
    }

    private ToolOutput Describe(string name) => view.Exposed.Find(name) is { } component
        ? JsonPage.Object((this, component), static (writer, row) => row.Item1.WriteWhole(writer, row.component))
        : ToolOutput.Error($"arguments.name: {view.Exposed.Unknown(name)}.");

    private void WriteWhole(Utf8JsonWriter writer, ExposedComponent component)
    {
        WriteHead(writer, component);
        writer.WriteStartArray("fields");
        foreach (var field in component.Fields)
        {
            writer.WriteStartObject();
            writer.WriteString("path", field.Path);
            writer.WriteString("type", field.Type);
            writer.WriteBoolean("read_only", field.IsReadOnly || !component.IsWritable);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("mutation_paths");
        foreach (var field in component.Fields.Where(f => component.IsWritable && !f.IsReadOnly)) writer.WriteStringValue(field.Path);
        writer.WriteEndArray();
        writer.WritePropertyName("schema");
        component.Schema.WriteTo(writer);
        _order.Fill(view.World, component.Query);
        var isLiving = _order.TryNext(0, out var entity);
        writer.WritePropertyName("example");
        component.Write(writer, isLiving ? component.Get(view.World, entity) : component.Empty);
        writer.WriteString("example_entity", isLiving ? EntityText.Of(entity) : null);
    }
}
