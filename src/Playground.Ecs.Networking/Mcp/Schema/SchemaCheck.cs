using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Playground.Ecs.Networking.Mcp.Schema;

/// <summary>One check of a value. The work grows with the value and the schema, and has an end for those made to take long.</summary>
internal sealed class SchemaCheck
{
    private const int ProblemsShown = 3;
    private const int StepsMax = 500_000;
    private const int DepthMax = 128;
    private const int PlaceCharsMax = 120;

    private readonly StringBuilder _place;
    private List<Problem> _problems = [];
    private int _steps;
    private int _depth;
    private bool _isOver;

    private SchemaCheck(string name) => _place = new StringBuilder(name);

    private readonly record struct Problem(int Depth, string Text);

    /// <summary>Checks a value that is called <paramref name="name"/>.</summary>
    /// <returns>Null, or a sentence that says what to mend.</returns>
    public static string? Run(SchemaNode schema, JsonElement value, string name)
    {
        var check = new SchemaCheck(name);
        try
        {
            check.Visit(schema, value);
        }
        catch (InvalidOperationException)
        {
            return $"{name} have a text that is no valid Unicode.";
        }

        return check.Sentence();
    }

    private bool IsFull => _isOver || _problems.Count > ProblemsShown;

    private string? Sentence()
    {
        if (_problems.Count == 0) return null;
        var text = string.Join("; ", _problems.Take(ProblemsShown).Select(static p => p.Text));
        return _problems.Count > ProblemsShown ? $"{text}; and there is more." : $"{text}.";
    }

    private void Visit(SchemaNode schema, JsonElement value)
    {
        if (IsFull) return;
        if (++_steps > StepsMax || _depth > DepthMax)
        {
            Stop();
            return;
        }

        var kinds = JsonKindNames.Of(value);
        if (schema.IsNothing)
        {
            Add($"{Place()} must not be there");
            return;
        }

        if ((kinds & schema.Kinds) == 0)
        {
            Add($"{Place()} is {JsonShow.Value(value)} but should be {JsonKindNames.Describe(schema.Kinds)}");
            return;
        }

        CheckValues(schema, value);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: CheckObject(schema, value); break;
            case JsonValueKind.Array: CheckArray(schema, value); break;
            case JsonValueKind.String: CheckString(schema, value); break;
            case JsonValueKind.Number: CheckNumber(schema, value); break;
        }

        if (schema.Reference is { } reference) Visit(reference, value);
        if (schema.AnyOf is { } anyOf) CheckBranches(anyOf, value, isOne: false);
        if (schema.OneOf is { } oneOf) CheckBranches(oneOf, value, isOne: true);
    }

    private void CheckValues(SchemaNode schema, JsonElement value)
    {
        if (schema.Constant is { } constant && !JsonElement.DeepEquals(constant, value))
        {
            Add($"{Place()} is {JsonShow.Value(value)} but should be {JsonShow.Literal(constant)}");
        }

        if (schema.Values is not { } values) return;
        _steps += values.Length;
        if (values.Any(allowed => JsonElement.DeepEquals(allowed, value))) return;
        var meant = value.ValueKind == JsonValueKind.String
            ? Nearest.Of(value.GetString()!, values.Where(static v => v.ValueKind == JsonValueKind.String).Select(static v => v.GetString()!))
            : null;
        Add($"{Place()} is {JsonShow.Value(value)} but should be one of {JsonShow.List(values.Select(JsonShow.Literal))}{Hint(meant)}");
    }

    private void CheckObject(SchemaNode schema, JsonElement value)
    {
        var count = 0;
        var missing = schema.Required is { } required ? new HashSet<string>(required, StringComparer.Ordinal) : null;
        foreach (var property in value.EnumerateObject())
        {
            count++;
            if (IsFull) return;
            var name = property.Name;
            missing?.Remove(name);
            if (schema.Properties?.TryGetValue(name, out var own) == true) Enter(own, property.Value, name);
            else if (schema.Additional is { IsNothing: true }) AddUnknown(schema, name);
            else if (schema.Additional is { } additional) Enter(additional, property.Value, name);
            else _steps++;
        }

        foreach (var name in missing ?? []) AddMissing(schema, name);
        if (count < schema.PropertiesMin) Add($"{Place()} has {count} properties but should have at least {schema.PropertiesMin}");
        if (count > schema.PropertiesMax) Add($"{Place()} has {count} properties but should have at most {schema.PropertiesMax}");
    }

    private void CheckArray(SchemaNode schema, JsonElement value)
    {
        var count = value.GetArrayLength();
        if (count < schema.ItemsMin) Add($"{Place()} has {Items(count)} but should have at least {schema.ItemsMin}");
        if (count > schema.ItemsMax) Add($"{Place()} has {Items(count)} but should have at most {schema.ItemsMax}");
        var seen = schema.IsUnique ? new Dictionary<string, int>(StringComparer.Ordinal) : null;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (IsFull) return;
            if (schema.Items is { } items) Enter(items, item, index);
            if (seen is not null) CheckUnique(seen, item, index);
            index++;
        }
    }

    private void CheckUnique(Dictionary<string, int> seen, JsonElement item, int index)
    {
        var text = JsonShow.Canonical(item);

        // Arrays inside arrays are written once for each that they are in.
        _steps += 1 + (text.Length / 64);
        if (_steps > StepsMax) Stop();
        else if (!seen.TryAdd(text, index)) Add($"{Place()} has the same at {seen[text]} and {index} but all should differ");
    }

    private void CheckString(SchemaNode schema, JsonElement value)
    {
        // Also where nothing is asked of it: what is no Unicode throws here, and not in a plugin.
        var text = value.GetString()!;
        if (schema is { CharsMin: 0, CharsMax: long.MaxValue, Pattern: null }) return;
        var length = 0L;
        foreach (var _ in text.EnumerateRunes()) length++;
        if (length < schema.CharsMin) Add($"{Place()} has {length} characters but should have at least {schema.CharsMin}");
        if (length > schema.CharsMax) Add($"{Place()} has {length} characters but should have at most {schema.CharsMax}");
        if (schema.Pattern is not { } pattern) return;
        try
        {
            if (!pattern.IsMatch(text)) Add($"{Place()} is {JsonShow.Value(value)} but should match the pattern {pattern}");
        }
        catch (RegexMatchTimeoutException)
        {
            Add($"{Place()} is too long to be matched with the pattern {pattern}");
        }
    }

    private void CheckNumber(SchemaNode schema, JsonElement value)
    {
        if (schema is { Minimum: null, Maximum: null, Above: null, Below: null, MultipleOf: null }) return;
        var number = JsonNumber.Of(value);
        if (schema.Minimum is { } minimum && number.CompareTo(minimum) < 0) AddBound(value, "at least", minimum);
        if (schema.Maximum is { } maximum && number.CompareTo(maximum) > 0) AddBound(value, "at most", maximum);
        if (schema.Above is { } above && number.CompareTo(above) <= 0) AddBound(value, "above", above);
        if (schema.Below is { } below && number.CompareTo(below) >= 0) AddBound(value, "below", below);
        if (schema.MultipleOf is { } unit && !number.IsMultipleOf(unit)) AddBound(value, "a multiple of", unit);
    }

    private void CheckBranches(SchemaNode[] branches, JsonElement value, bool isOne)
    {
        if (IsFull) return;
        var fitting = 0;
        List<Problem>? nearest = null;
        var mine = _problems;
        foreach (var branch in branches)
        {
            _problems = [];
            Visit(branch, value);
            if (_problems.Count == 0) fitting++;
            if (_problems.Count > 0 && (nearest is null || IsNearer(_problems, nearest))) nearest = _problems;
            if (_isOver || (fitting > 0 && !isOne) || fitting > 1) break;
        }

        _problems = mine;
        if (_isOver) Stop();
        else if (fitting > 1) Add($"{Place()} fits several of {branches.Length} forms but should fit exactly one");
        else if (fitting == 0 && branches.Length == 1) _problems.AddRange(nearest!);
        else if (fitting == 0) Add($"{Place()} fits none of {branches.Length} forms (of the nearest, {nearest![0].Text})");
    }

    // Fewer things to mend; among those, the form whose first one is further inside.
    private static bool IsNearer(List<Problem> one, List<Problem> other) =>
        one.Count != other.Count ? one.Count < other.Count : one[0].Depth > other[0].Depth;

    private void Enter(SchemaNode schema, JsonElement value, string property)
    {
        var length = _place.Length;
        if (IsPlain(property)) _place.Append('.').Append(property);
        else _place.Append(CultureInfo.InvariantCulture, $"[{JsonShow.Quote(property, '"')}]");
        Visit(schema, value, length);
    }

    private void Enter(SchemaNode schema, JsonElement value, int index)
    {
        var length = _place.Length;
        _place.Append(CultureInfo.InvariantCulture, $"[{index}]");
        Visit(schema, value, length);
    }

    private void Visit(SchemaNode schema, JsonElement value, int outerLength)
    {
        _depth++;
        Visit(schema, value);
        _depth--;
        _place.Length = outerLength;
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= 64 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static string Items(int count) => count == 1 ? "1 item" : $"{count} items";

    private static string Hint(string? meant) => meant is null ? string.Empty : $" (did you mean '{meant}'?)";

    private void AddBound(JsonElement value, string relation, JsonNumber bound) =>
        Add($"{Place()} is {JsonShow.Value(value)} but should be {relation} {Text(bound)}");

    private static string Text(JsonNumber number) => number.Exact?.ToString(CultureInfo.InvariantCulture) ?? number.Near.ToString("R", CultureInfo.InvariantCulture);

    private void AddUnknown(SchemaNode schema, string name)
    {
        string[] known = schema.Properties is { } properties ? [.. properties.Keys] : [];
        var meant = Nearest.Of(name, known);
        var hint = meant is not null ? Hint(meant) : known.Length > 0 ? $" (known: {JsonShow.List(known)})" : string.Empty;
        Add($"{Place()} has the unknown property {JsonShow.Quote(name)}{hint}");
    }

    private void AddMissing(SchemaNode schema, string name)
    {
        var what = schema.Properties?.TryGetValue(name, out var own) == true && own.Kinds != JsonKinds.All ? $", {JsonKindNames.Describe(own.Kinds)}" : string.Empty;
        Add($"{Place()} lacks the property {JsonShow.Quote(name)}{what}");
    }

    private void Add(string problem)
    {
        if (!IsFull) _problems.Add(new Problem(_depth, problem));
    }

    private void Stop()
    {
        _isOver = true;
        _problems = [new Problem(0, "the arguments are too large or nested too deep to be checked")];
    }

    private string Place() => _place.Length <= PlaceCharsMax ? _place.ToString() : $"{_place.ToString(0, PlaceCharsMax)}…";
}
