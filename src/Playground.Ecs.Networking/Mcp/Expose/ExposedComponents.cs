using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Playground.Ecs.Networking.Mcp.Schema;

namespace Playground.Ecs.Networking.Mcp.Expose;

/// <summary>The components that models may see, by name: none but those that were named. Loop thread only.</summary>
internal sealed class ExposedComponents(World world)
{
    private const int NameCharsMax = 64;

    private readonly Dictionary<string, ExposedComponent> _byName = new(StringComparer.Ordinal);
    private readonly List<ExposedComponent> _all = [];
    private JsonSerializerOptions? _reflecting;

    private static Comparer<ExposedComponent> ByName { get; } = Comparer<ExposedComponent>.Create(static (a, b) => string.CompareOrdinal(a.Name, b.Name));

    public World World => world;

    public EntityIndex Entities { get; } = new(world);

    /// <summary>All, by name.</summary>
    public IReadOnlyList<ExposedComponent> All => _all;

    public ExposedComponent? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>What a model is told about a name that is none.</summary>
    public string Unknown(string name)
    {
        var meant = Nearest.Of(name, _byName.Keys);
        var hint = meant is not null ? $"did you mean '{meant}'?" : $"there are: {JsonShow.List(_all.Select(static c => c.Name), 40)}";
        return $"there is no component {JsonShow.Quote(name)}; {hint}";
    }

    /// <summary>Those that an entity has, by name.</summary>
    public IEnumerable<ExposedComponent> Of(Entity entity) => _all.Where(component => component.Has(world, entity));

    [RequiresDynamicCode("Reflects over T.")]
    [RequiresUnreferencedCode("Reflects over T.")]
    public NetworkResult Add<T>(string name, ExposeOptions options)
        where T : struct => Add<T>(name, options, _reflecting ??= ComponentJson.Reflecting(Entities));

    public NetworkResult Add<T>(string name, JsonTypeInfo<T> json, ExposeOptions options)
        where T : struct => Add<T>(name, options, ComponentJson.Generated(json.Options, Entities));

    private NetworkResult Add<T>(string name, ExposeOptions options, JsonSerializerOptions json)
        where T : struct
    {
        if (!IsName(name)) return new NetworkError.InvalidArgument($"a component's name must be 1-{NameCharsMax} lower-case letters, digits and '_', not {JsonShow.Quote(name ?? "null")}");
        if (_byName.ContainsKey(name)) return new NetworkError.AlreadyExists($"a component named '{name}'");
        if (_all.Find(static c => c.Type == typeof(T)) is { } known) return new NetworkError.AlreadyExists($"{typeof(T).Name} is exposed as '{known.Name}'");
        try
        {
            var type = json.GetTypeInfo(typeof(T));
            if (ComponentJson.Check(type, typeof(T).Name) is { } problem) return new NetworkError.InvalidArgument(problem);
            var component = new ExposedComponent<T>(name, options, type);
            component.Show(component.Empty);
            _byName.Add(name, component);
            _all.Insert(~_all.BinarySearch(component, ByName), component);
            return NetworkResult.Ok;
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or JsonException)
        {
            return new NetworkError.InvalidArgument($"JSON cannot show {typeof(T).Name}: {exception.Message.TrimEnd('.')}");
        }
    }

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= NameCharsMax } && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
