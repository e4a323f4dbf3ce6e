using System.Globalization;
using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Expose;
using Playground.Ecs.Networking.Mcp.Schema;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Mcp.BuiltIn;

/// <summary>A condition on one field of a component: <c>position.x gt 5</c>. Immutable.</summary>
internal sealed class FieldTest
{
    public const string Schema =
        """
        {"type":"object","properties":{
          "field":{"type":"string","maxLength":256,"description":"The component's name and the path in it, for instance \"position.x\"."},
          "op":{"enum":["eq","ne","lt","le","gt","ge","in","contains"],"description":"in: the field is one of an array; contains: the field is a text with that part, or an array with that item."},
          "value":{"description":"What to compare with."}},
         "required":["field","op","value"],"additionalProperties":false}
        """;

    private readonly string _op;
    private readonly JsonElement _value;

    private FieldTest(ExposedComponent component, ComponentField field, string op, JsonElement value)
    {
        Component = component;
        Field = field;
        _op = op;
        _value = value;
    }

    public ExposedComponent Component { get; }

    public ComponentField Field { get; }

    /// <summary>Reads a condition that follows <see cref="Schema"/>.</summary>
    /// <returns>The condition, or null with a sentence's part for the model.</returns>
    public static FieldTest? TryRead(ExposedComponents exposed, JsonElement json, out string? problem)
    {
        var (op, value) = (json.Text("op")!, json.GetProperty("value"));
        if (!TryFind(exposed, json.Text("field")!, out var component, out var field, out problem)) return null;
        if (op == "in" && value.ValueKind != JsonValueKind.Array) problem = "value must be an array for the op \"in\"";
        if (op is "lt" or "le" or "gt" or "ge" && value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String)) problem = $"value must be a number or a text for the op \"{op}\"";
        return problem is null ? new FieldTest(component!, field!, op, value) : null;
    }

    /// <summary>Finds what a path with the component's name in front leads to.</summary>
    public static bool TryFind(ExposedComponents exposed, string path, out ExposedComponent? component, out ComponentField? field, out string? problem)
    {
        (component, field, problem) = (null, null, null);
        var border = path.IndexOf('.', StringComparison.Ordinal);
        var name = border < 0 ? path : path[..border];
        component = exposed.Find(name);
        if (component is null) problem = exposed.Unknown(name);
        else if (border < 0) problem = $"'{name}' is a whole component; name a field of it: {Known(component)}";
        else if ((field = component.FindField(path[(border + 1)..])) is null)
        {
            var meant = Nearest.Of(path[(border + 1)..], component.Fields.Select(static f => f.Path));
            problem = $"there is no field {JsonShow.Quote(path)}{(meant is null ? $"; there are: {Known(component)}" : $"; did you mean '{name}.{meant}'?")}";
        }

        return problem is null;
    }

    /// <summary>Whether an entity has the component, and in it what is asked for.</summary>
    public bool Holds(World world, Entity entity) => Component.Has(world, entity) && Holds(Field.Get(Component.Get(world, entity)));

    private static string Known(ExposedComponent component) => JsonShow.List(component.Fields.Select(f => $"{component.Name}.{f.Path}"), 30);

    private bool Holds(object? value) => _op switch
    {
        "eq" => IsEqual(value, _value),
        "ne" => !IsEqual(value, _value),
        "in" => _value.EnumerateArray().Any(item => IsEqual(value, item)),
        "contains" => Contains(value),
        _ => Compare(value) is { } order && (_op switch { "lt" => order < 0, "le" => order <= 0, "gt" => order > 0, _ => order >= 0 }),
    };

    private bool IsEqual(object? value, JsonElement other)
    {
        if (value is bool flag) return other.ValueKind == (flag ? JsonValueKind.True : JsonValueKind.False);
        if (TryNumber(value, out var number)) return other.ValueKind == JsonValueKind.Number && number.CompareTo(JsonNumber.Of(other)) == 0;
        return value is string text ? other.ValueKind == JsonValueKind.String && other.ValueEquals(text) : JsonElement.DeepEquals(Show(value), other);
    }

    private bool Contains(object? value)
    {
        var shown = Show(value);
        return shown.ValueKind switch
        {
            JsonValueKind.String => _value.ValueKind == JsonValueKind.String && shown.GetString()!.Contains(_value.GetString()!, StringComparison.Ordinal),
            JsonValueKind.Array => shown.EnumerateArray().Any(item => JsonElement.DeepEquals(item, _value)),
            _ => false,
        };
    }

    private int? Compare(object? value)
    {
        if (TryNumber(value, out var number)) return _value.ValueKind == JsonValueKind.Number ? number.CompareTo(JsonNumber.Of(_value)) : null;
        var shown = Show(value);
        return shown.ValueKind == JsonValueKind.String && _value.ValueKind == JsonValueKind.String ? string.CompareOrdinal(shown.GetString(), _value.GetString()) : null;
    }

    private JsonElement Show(object? value) => value is null ? ComponentValue.Null : JsonSerializer.SerializeToElement(value, Field.Json);

    // As its JSON shows it: 0.1f is 0.1.
    private static bool TryNumber(object? value, out JsonNumber number)
    {
        number = value switch
        {
            float single when float.IsFinite(single) => OfText(single.ToString(CultureInfo.InvariantCulture), single),
            double real when double.IsFinite(real) => OfText(real.ToString(CultureInfo.InvariantCulture), real),
            Half half when Half.IsFinite(half) => OfText(half.ToString(CultureInfo.InvariantCulture), (double)half),
            decimal exact => new JsonNumber(exact, (double)exact),
            sbyte or byte or short or ushort or int or uint or long or ulong =>
                new JsonNumber(Convert.ToDecimal(value, CultureInfo.InvariantCulture), Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            ChannelId channel => new JsonNumber(channel.Value, channel.Value),
            _ => new JsonNumber(null, double.NaN),
        };
        return !double.IsNaN(number.Near);
    }

    private static JsonNumber OfText(string text, double near) =>
        new(decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && (exact != 0 || near == 0) ? exact : null, near);
}
