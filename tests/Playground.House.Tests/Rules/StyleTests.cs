using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Playground.House.Tests.Rules;

/// <summary>The rules of style that matter, for every source file.</summary>
public sealed partial class StyleTests
{
    private const int LinesMax = 450;

    private static readonly string[] EmptyNames = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Info", "Data"];

    private static IEnumerable<SourceFile> TestSources =>
        Repository.Sources.Where(static f => f.IsIn("tests/") && !f.IsIn("tests/Playground.Ecs.Networking.LoadPeer/"));

    [Test]
    public void Files_fit_in_the_head() => Assert.That(
        Repository.Sources.Select(static f => (f.Path, Lines: Repository.Read(f.Path).Count(static c => c == '\n'))).Where(static f => f.Lines > LinesMax),
        Is.Empty);

    [Test]
    public void No_code_is_unsafe()
    {
        Assert.That(
            Repository.Sources.SelectMany(static f => f.Root.DescendantTokens().Where(static t => t.IsKind(SyntaxKind.UnsafeKeyword)).Select(t => f.At(t.Parent!))),
            Is.Empty);
        Assert.That(
            Repository.Sources.Where(static f => f.IsIn("src/"))
                .SelectMany(static f => f.Uses("Unsafe", "Marshal", "NativeMemory"))
                .Where(static use => !use.Contains("Unsafe.SizeOf<", StringComparison.Ordinal)),
            Is.Empty);
    }

    [Test]
    public void Types_are_named_for_what_they_are() => Assert.That(
        Repository.Sources.SelectMany(static f => f.All<BaseTypeDeclarationSyntax>()
            .Where(static t => EmptyNames.Any(name => t.Identifier.ValueText.EndsWith(name, StringComparison.Ordinal)))
            .Select(f.At)),
        Is.Empty);

    [Test]
    public void Namespaces_take_no_name_of_the_framework() => Assert.That(
        Repository.Sources.SelectMany(static f => f.All<BaseNamespaceDeclarationSyntax>()
            .Where(static n => n.Name.ToString().Split('.').Any(static part => part is "System" or "Buffer"))
            .Select(f.At)),
        Is.Empty);

    [Test]
    public void Namespaces_are_folders() => Assert.That(
        Repository.Sources.SelectMany(static f => f.All<BaseNamespaceDeclarationSyntax>()
            .Where(n => n.Name.ToString() != NamespaceOf(f.Path) && !IsFlat(f.Path, n.Name.ToString()))
            .Select(f.At)),
        Is.Empty);

    [Test]
    public void Tests_do_not_sleep() => Assert.That(
        TestSources.SelectMany(static f => f.All<InvocationExpressionSyntax>()
            .Where(static call => call.Expression.ToString() is "Thread.Sleep" or "Task.Delay")
            .Select(f.At)),
        Is.Empty);

    [Test]
    public void No_test_is_switched_off() => Assert.That(
        TestSources.SelectMany(static f => f.All<AttributeSyntax>()
            .Where(static a => a.Name.ToString() is "Explicit" or "Ignore" or "Retry" or "Repeat")
            .Select(f.At)),
        Is.Empty);

    [Test]
    public void Nothing_is_left_for_later()
    {
        Assert.That(
            Repository.Files.Where(IsText).SelectMany(static f => Later().Matches(Repository.Read(f)).Select(m => $"{f}: {m.Value}")),
            Is.Empty);
        Assert.That(Repository.Sources.SelectMany(static f => f.Uses("NotImplementedException")), Is.Empty);
    }

    [Test]
    public void Log_events_have_numbers_of_their_own()
    {
        var numbers = Repository.Sources.Where(static f => f.IsIn("src/")).SelectMany(static f => f.All<AttributeSyntax>()
                .Where(static a => a.Name.ToString() == "LoggerMessage")
                .Select(a => (Number: a.ArgumentList!.Arguments[0].ToString(), Where: f.At(a))))
            .ToList();
        Assert.That(numbers, Is.Not.Empty);
        Assert.That(numbers.GroupBy(static n => n.Number).Where(static g => g.Count() > 1).SelectMany(static g => g), Is.Empty);
    }

    [Test]
    public void Logs_are_written_in_one_place() => Assert.That(
        Repository.Sources.Where(static f => f.IsIn("src/Playground.Ecs.Networking/") && !f.IsIn("src/Playground.Ecs.Networking/Diagnostics/"))
            .SelectMany(static f => f.Uses("LogInformation", "LogWarning", "LogError", "LogDebug", "LoggerMessage")),
        Is.Empty);

    [Test]
    public void Options_say_their_defaults()
    {
        var properties = Repository.Sources
            .Where(static f => f.IsIn("src/") && f.Path.EndsWith("Options.cs", StringComparison.Ordinal) && !f.IsIn("src/Playground.Demo/"))
            .SelectMany(static f => f.All<PropertyDeclarationSyntax>()
                .Where(static p => p.Modifiers.Any(SyntaxKind.PublicKeyword) && p.AccessorList?.Accessors.Any(SyntaxKind.InitAccessorDeclaration) == true)
                .Select(p => (Where: f.At(p), Words: p.GetLeadingTrivia().ToFullString())))
            .ToList();
        Assert.That(properties, Has.Count.GreaterThan(30));
        Assert.That(properties.Where(static p => !p.Words.Contains("Default", StringComparison.Ordinal)).Select(static p => p.Where), Is.Empty);
    }

    [Test]
    public void No_file_names_a_registry_or_a_machine() => Assert.That(
        Repository.Files.Where(IsText).SelectMany(static f => Places().Matches(Repository.Read(f)).Select(m => $"{f}: {m.Value}")),
        Is.Empty);

    [Test]
    public void Text_is_clean() => Assert.That(
        Repository.Files.Where(static f => IsText(f) && !IsWrittenByTools(f)).Where(static f => Unclean().IsMatch(Repository.Read(f))),
        Is.Empty);

    private static string NamespaceOf(string path)
    {
        var parts = path.Split('/');
        return string.Join('.', parts[1..^1]);
    }

    // The protocol's messages share one namespace with their packets: their folder is for the eye.
    // The protocol's folders are one namespace; errors and results live there for the client's sake, and are the system's by name.
    private static bool IsFlat(string path, string name) =>
        path.StartsWith("src/Playground.Ecs.Networking.Protocol/", StringComparison.Ordinal) &&
        (name == "Playground.Ecs.Networking.Protocol" ||
         (name == "Playground.Ecs.Networking" && Path.GetFileName(path) is "NetworkError.cs" or "NetworkResult.cs"));

    private static bool IsWrittenByTools(string file) => file.EndsWith(".sln", StringComparison.Ordinal) || Path.GetFileName(file).Contains("lock.json", StringComparison.Ordinal);

    private static bool IsText(string file) =>
        file.StartsWith(".ci/", StringComparison.Ordinal) ||
        Path.GetExtension(file) is ".cs" or ".md" or ".json" or ".props" or ".targets" or ".csproj" or ".sln" or ".txt" or ".ts" or ".js" or ".mjs" or ".html" or ".css" or ".yml" or ".config" or ".npmrc";

    [GeneratedRegex(@"[\t\r]| \n|[^\n]\z")]
    private static partial Regex Unclean();

    // Written in pieces, so that this file passes itself.
    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|XX" + @"X)\b")]
    private static partial Regex Later();

    [GeneratedRegex(@"(api\.nuget" + @"\.org|registry\.npmjs" + @"\.org|/ho" + @"me/\w|/Use" + @"rs/\w|/wo" + @"rk/\w|/ro" + @"ot/|[A-Z]:\\Use" + @"rs)")]
    private static partial Regex Places();
}
