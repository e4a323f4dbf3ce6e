using System.Globalization;

namespace Playground.Ecs.Networking.LoadTest;

/// <summary>Options of a load: <c>--name value</c>, numbers all.</summary>
internal sealed class LoadOptions
{
    private readonly Dictionary<string, int> _values = [];

    /// <exception cref="ArgumentException">An option without a number.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new LoadOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == arguments.Count
                || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                throw new ArgumentException($"'{arguments[i]}' is no option with a number.", nameof(arguments));
            }

            options._values[arguments[i]] = value;
        }

        return options;
    }

    public int Get(string name, int otherwise) => _values.GetValueOrDefault(name, otherwise);

    public bool Has(string name) => _values.ContainsKey(name);
}
