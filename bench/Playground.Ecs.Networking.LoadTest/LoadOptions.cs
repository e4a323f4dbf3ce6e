using System.Globalization;

namespace Playground.Ecs.Networking.LoadTest;

/// <summary>Options of a load: <c>--name value</c>; a name alone is a flag.</summary>
internal sealed class LoadOptions
{
    private const string Flag = "1";

    private readonly Dictionary<string, string> _values = [];

    /// <exception cref="ArgumentException">A value without a name.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new LoadOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!IsName(arguments[i])) throw new ArgumentException($"'{arguments[i]}' is no option.", nameof(arguments));
            var hasValue = i + 1 < arguments.Count && !IsName(arguments[i + 1]);
            options._values[arguments[i]] = hasValue ? arguments[++i] : Flag;
        }

        return options;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    /// <exception cref="ArgumentException">The value is no number.</exception>
    public int Get(string name, int otherwise) => _values.TryGetValue(name, out var text) ? Number(name, text) : otherwise;

    /// <summary>A list with commas.</summary>
    public IReadOnlyList<string> Texts(string name, params IReadOnlyList<string> otherwise) =>
        _values.TryGetValue(name, out var text) ? text.Split(',', StringSplitOptions.RemoveEmptyEntries) : otherwise;

    /// <summary>A list of numbers with commas.</summary>
    /// <exception cref="ArgumentException">One is no number.</exception>
    public IReadOnlyList<int> Numbers(string name, params IReadOnlyList<int> otherwise) =>
        Has(name) ? [.. Texts(name).Select(text => Number(name, text))] : otherwise;

    private static bool IsName(string argument) => argument.StartsWith("--", StringComparison.Ordinal);

    private static int Number(string name, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new ArgumentException($"{name} takes a number, not '{text}'.", nameof(text));
}
