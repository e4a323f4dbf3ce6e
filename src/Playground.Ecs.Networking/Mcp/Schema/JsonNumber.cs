using System.Runtime.InteropServices;
using System.Text.Json;

namespace Playground.Ecs.Networking.Mcp.Schema;

/// <summary>A number of JSON: exact where a decimal holds it, otherwise as near as a double is.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct JsonNumber(decimal? Exact, double Near)
{
    public bool IsInteger => Exact is { } exact ? decimal.IsInteger(exact) : double.IsInteger(Near);

    public static JsonNumber Of(JsonElement number)
    {
        var near = number.TryGetDouble(out var value) ? value : double.NaN;

        // A decimal rounds what is too small for it, down to zero.
        var isExact = number.TryGetDecimal(out var exact) && (exact != 0 || near == 0);
        return new JsonNumber(isExact ? exact : null, near);
    }

    public int CompareTo(JsonNumber other) =>
        Exact is { } mine && other.Exact is { } others ? mine.CompareTo(others) : Near.CompareTo(other.Near);

    public bool IsMultipleOf(JsonNumber unit)
    {
        if (Exact is { } mine && unit.Exact is { } exactly)
        {
            // A remainder below the smallest decimal does not occur; a quotient beyond the largest one may.
            try
            {
                return mine % exactly == 0;
            }
            catch (OverflowException)
            {
                return double.IsInteger(Near / unit.Near);
            }
        }

        return double.IsInteger(Near / unit.Near);
    }
}
