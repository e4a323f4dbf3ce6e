using System.Text.RegularExpressions;

namespace Playground.House.Tests.Readme;

/// <summary>README.md in parts.</summary>
internal static partial class ReadmeFile
{
    public static string[] Lines { get; } = File.ReadAllLines(Repository.PathOf("README.md"));

    /// <summary>The C# snippets, each with the number of its first line.</summary>
    public static IReadOnlyList<(int Line, string Code)> Snippets { get; } = [.. SnippetsOf(Lines)];

    /// <summary>The names of tests in backticks in the table of the original's sections: <c>Class.Test</c> or <c>Class</c>.</summary>
    public static IEnumerable<string> NamedTests => Lines
        .SkipWhile(static line => !line.StartsWith("| The original's section", StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(static line => line.StartsWith('|'))
        .SelectMany(static row => InBackticks().Matches(row.Split('|')[^2]).Select(static m => m.Groups[1].Value));

    /// <summary>The table's rows that name no test.</summary>
    public static IEnumerable<string> RowsWithoutTest => Lines
        .SkipWhile(static line => !line.StartsWith("| The original's section", StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(static line => line.StartsWith('|'))
        .Where(static row => !InBackticks().IsMatch(row.Split('|')[^2]));

    /// <summary>The C# snippets of a page, each with the number of its first line.</summary>
    public static IEnumerable<(int Line, string Code)> SnippetsOf(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] != "```csharp") continue;
            var code = lines.Skip(i + 1).TakeWhile(static line => line != "```").ToArray();
            yield return (i + 1, string.Join('\n', code) + "\n");
            i += code.Length + 1;
        }
    }

    [GeneratedRegex("`([A-Za-z0-9_.]+)`")]
    private static partial Regex InBackticks();
}
