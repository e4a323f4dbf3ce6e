using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Playground.House.Tests.Rules;

/// <summary>FAULTS.md has all rows, and each is the test that it names.</summary>
public sealed partial class FaultTableTests
{
    private const string Table = "src/Playground.Ecs.Networking/FAULTS.md";
    private const int Rows = 57;

    // Pages are tested where they are at hand.
    private static readonly string[] Folders = ["tests/Playground.Ecs.Networking.Tests/Faults/", "tests/Playground.Ecs.Networking.Browser.Tests/Serving/"];

    private static readonly (int Row, string[] Tests)[] Lines =
    [
        .. Repository.Read(Table).Split('\n').Select(static line => Row().Match(line)).Where(static match => match.Success)
            .Select(static match => (
                int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
                InBackticks().Matches(match.Groups[2].Value).Select(static m => m.Groups[1].Value).ToArray())),
    ];

    private static readonly string[] Tests =
    [
        .. Repository.Sources.Where(static f => f.IsIn(Folders)).SelectMany(static f => f.All<MethodDeclarationSyntax>())
            .Where(static m => m.Identifier.ValueText.StartsWith("Row_", StringComparison.Ordinal) && m.Parent is ClassDeclarationSyntax)
            .Select(static m => $"{((ClassDeclarationSyntax)m.Parent!).Identifier.ValueText}.{m.Identifier.ValueText}"),
    ];

    [Test]
    public void All_rows_are_there() => Assert.That(Lines.Select(static line => line.Row), Is.EqualTo(Enumerable.Range(1, Rows)));

    [Test]
    public void Every_row_names_tests_that_exist_and_are_named_after_it()
    {
        foreach (var (row, tests) in Lines)
        {
            Assert.That(tests, Is.Not.Empty, $"row {row}");
            Assert.That(tests, Is.SubsetOf(Tests), $"row {row}");
            Assert.That(tests.Where(test => !test.Contains($".Row_{row:00}_", StringComparison.Ordinal)), Is.Empty, $"row {row}");
        }
    }

    [Test]
    public void Every_test_of_a_row_is_in_the_table() => Assert.That(Tests.Except(Lines.SelectMany(static line => line.Tests)), Is.Empty);

    [Test]
    public void Secrets_are_compared_in_constant_time() => Assert.That(
        Repository.Sources.Where(static f => f.IsIn("src/Playground.Ecs.Networking/Sessions/")).SelectMany(static f => f.Uses("FixedTimeEquals")), Is.Not.Empty);

    [GeneratedRegex(@"^\| (\d+) \|.*\| ([^|]*) \|$")]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Za-z0-9_.]+)`")]
    private static partial Regex InBackticks();
}
