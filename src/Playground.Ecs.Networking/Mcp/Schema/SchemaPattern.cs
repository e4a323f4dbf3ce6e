using System.Globalization;
using System.Text.RegularExpressions;

namespace Playground.Ecs.Networking.Mcp.Schema;

/// <summary>Patterns whose work grows with the text alone: without backtracking, and small when their counts are multiplied out.</summary>
internal static class SchemaPattern
{
    private const int CharsMax = 512;
    private const long AtomsMax = 1_000;

    private static readonly TimeSpan MatchTimeMax = TimeSpan.FromMilliseconds(100);

    /// <returns>The pattern; null with the reason why it cannot be used.</returns>
    public static Regex? TryCreate(string pattern, out string? problem)
    {
        problem = pattern.Length > CharsMax ? $"is longer than {CharsMax} characters"
            : Atoms(pattern) > AtomsMax ? $"is larger than {AtomsMax} when its counts are multiplied out" : null;
        if (problem is not null) return null;
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeMax);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            problem = "is no regular expression without lookaround and back references";
            return null;
        }
    }

    // How many characters, classes and groups it has, each as often as its counts say.
    private static long Atoms(string pattern)
    {
        var open = new Stack<long>();
        long sum = 0;
        long last = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '(':
                    open.Push(sum);
                    (sum, last) = (0, 0);
                    break;
                case ')':
                    last = sum;
                    sum = Add(sum, open.TryPop(out var outer) ? outer : 0);
                    break;
                case '{' when Count(pattern, ref i) is { } count:
                    sum = Add(sum - last, Times(last, count));
                    last = Times(last, count);
                    break;
                case '[':
                    i = EndOfClass(pattern, i);
                    (sum, last) = (Add(sum, 1), 1);
                    break;
                case '\\':
                    i++;
                    (sum, last) = (Add(sum, 1), 1);
                    break;
                default:
                    (sum, last) = (Add(sum, 1), 1);
                    break;
            }
        }

        return sum;
    }

    private static long Add(long a, long b) => Math.Min(AtomsMax + 1, a + b);

    private static long Times(long a, long b) => Math.Min(AtomsMax + 1, a * Math.Min(AtomsMax + 1, b));

    // {3}, {3,} and {3,5}: the larger one. Anything else in braces is text.
    private static long? Count(string pattern, ref int at)
    {
        var end = pattern.IndexOf('}', at);
        if (end < 0) return null;
        var parts = pattern[(at + 1)..end].Split(',');
        if (parts.Length > 2 || !TryNumber(parts[0], out var least)) return null;
        var most = parts.Length == 2 && TryNumber(parts[1], out var second) ? second : least;
        at = end;
        return Math.Max(1, Math.Max(least, most));
    }

    private static bool TryNumber(string digits, out long number) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static int EndOfClass(string pattern, int at)
    {
        for (var i = at + 1; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\') i++;
            else if (pattern[i] == ']' && i > at + 1) return i;
        }

        return pattern.Length;
    }
}
