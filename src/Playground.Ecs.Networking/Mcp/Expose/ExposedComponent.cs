using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Playground.Ecs.Networking.Mcp.Schema;

namespace Playground.Ecs.Networking.Mcp.Expose;

/// <summary>A component that models may see under a name, and how it is read and written. Loop thread only.</summary>
internal abstract class ExposedComponent
{
    private readonly ToolSchema? _check;
    private readonly Dictionary<string, ComponentField> _fields;

    protected ExposedComponent(string name, ExposeOptions options, JsonTypeInfo json)
    {
        Name = name;
        Description = options.Description;
        IsWritable = options.Writable;
        Json = json;
        Schema = ComponentJson.SchemaOf(json);
        Fields = ComponentField.Of(json, Schema);
        _fields = Fields.ToDictionary(static field => field.Path, StringComparer.Ordinal);

        // A schema that a converter of the application's own wrote may say what is not checked here.
        _check = ToolSchema.ParseAny(Schema) is { IsOk: true } parsed ? parsed.Value : null;
    }

    public string Name { get; }

    public string Description { get; }

    public bool IsWritable { get; }

    public JsonElement Schema { get; }

    public IReadOnlyList<ComponentField> Fields { get; }

    public abstract Type Type { get; }

    protected JsonTypeInfo Json { get; }

    /// <summary>A value with nothing in it.</summary>
    public abstract object Empty { get; }

    /// <summary>The entities that have it.</summary>
    public abstract QueryDescription Query { get; }

    /// <summary>Whether a living entity has it; false for one that has gone.</summary>
    public abstract bool Has(World world, Entity entity);

    /// <summary>The value, in a box of its own. Only where <see cref="Has"/>.</summary>
    public abstract object Get(World world, Entity entity);

    /// <summary>Sets it, or adds it where it is not. Not inside a query.</summary>
    public abstract void Put(World world, Entity entity, object value);

    /// <summary>Takes it away. Only where <see cref="Has"/>, and not inside a query.</summary>
    public abstract void Remove(World world, Entity entity);

    public ComponentField? FindField(string path) => _fields.GetValueOrDefault(path);

    /// <summary>A value as JSON.</summary>
    public JsonElement Show(object value) => JsonSerializer.SerializeToElement(value, Json);

    /// <summary>A value's JSON.</summary>
    public void Write(Utf8JsonWriter writer, object value) => JsonSerializer.Serialize(writer, value, Json);

    /// <summary>Writes into a value what JSON says; see <see cref="ComponentValue.TryChange"/>.</summary>
    public string? TryChange(ref object value, JsonElement given, string place) =>
        _check?.Check(given, place)?.TrimEnd('.') ?? ComponentValue.TryChange(Json, ref value, given, place);
}

/// <inheritdoc cref="ExposedComponent"/>
internal sealed class ExposedComponent<T>(string name, ExposeOptions options, JsonTypeInfo json) : ExposedComponent(name, options, json)
    where T : struct
{
    public override Type Type => typeof(T);

    public override object Empty => default(T);

    public override QueryDescription Query { get; } = new QueryDescription().WithAll<T>();

    public override bool Has(World world, Entity entity) => entity != Entity.Null && world.IsAlive(entity) && world.Has<T>(entity);

    public override object Get(World world, Entity entity) => world.Get<T>(entity);

    public override void Put(World world, Entity entity, object value)
    {
        if (world.Has<T>(entity)) world.Set(entity, (T)value);
        else world.Add(entity, (T)value);
    }

    public override void Remove(World world, Entity entity) => world.Remove<T>(entity);
}
