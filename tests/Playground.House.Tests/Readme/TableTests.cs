using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Playground.House.Tests.Readme;

/// <summary>The README's table names tests that exist, and its metrics are those of the meter.</summary>
public sealed class TableTests
{
    private static readonly HashSet<string> Tests =
    [
        .. Repository.Sources.Where(static f => f.IsIn("tests/")).SelectMany(static f => f.All<MethodDeclarationSyntax>())
            .Where(static m => m.Parent is ClassDeclarationSyntax)
            .SelectMany(static m => new[] { ((ClassDeclarationSyntax)m.Parent!).Identifier.ValueText, $"{((ClassDeclarationSyntax)m.Parent!).Identifier.ValueText}.{m.Identifier.ValueText}" }),
    ];

    [Test]
    public void Tests_of_the_table_exist()
    {
        Assert.That(ReadmeFile.NamedTests, Is.Not.Empty);
        Assert.That(ReadmeFile.NamedTests.Where(static name => !Tests.Contains(name)), Is.Empty);
    }

    [Test]
    public void Every_row_names_a_test() => Assert.That(ReadmeFile.RowsWithoutTest, Is.Empty);

    [Test]
    public void Metrics_are_all_there()
    {
        var meter = Repository.Sources.Single(static f => f.Path.EndsWith("/NetworkingMeter.cs", StringComparison.Ordinal));
        var names = meter.All<LiteralExpressionSyntax>().Select(static l => l.Token.ValueText).Where(static name => name.StartsWith("playground.", StringComparison.Ordinal));
        Assert.That(names.Where(static name => !ReadmeFile.Lines.Any(line => line.Contains($"`{name}`", StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void Linked_files_exist() => Assert.That(
        ReadmeFile.Lines.SelectMany(static line => Links.Matches(line).Select(static m => m.Groups[1].Value))
            .Where(static link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#'))
            .Where(static link => !Path.Exists(Repository.PathOf(link.Split('#')[0]))),
        Is.Empty);

    private static readonly System.Text.RegularExpressions.Regex Links = new(@"\]\(([^)]+)\)");
}
