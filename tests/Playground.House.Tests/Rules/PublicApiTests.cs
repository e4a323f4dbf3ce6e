using System.Text.RegularExpressions;

namespace Playground.House.Tests.Rules;

/// <summary>What analyzers enforce only where it is switched on.</summary>
public sealed partial class PublicApiTests
{
    private static IEnumerable<string> Packages => Repository.Files
        .Where(static f => f.EndsWith(".csproj", StringComparison.Ordinal) && Repository.Read(f).Contains("<IsPackable>true", StringComparison.Ordinal))
        .Select(static f => Path.GetDirectoryName(f)!);

    [Test]
    public void Every_package_writes_its_public_api_down()
    {
        Assert.That(Packages, Has.Exactly(4).Items);
        foreach (var package in Packages)
        {
            var lines = File.ReadAllLines(Repository.PathOf($"{package}/PublicAPI.Unshipped.txt"));
            Assert.That(lines[0], Is.EqualTo("#nullable enable"), package);
            Assert.That(lines[1..], Is.Not.Empty.And.Unique, package);
            Assert.That(File.Exists(Repository.PathOf($"{package}/PublicAPI.Shipped.txt")), package);
        }
    }

    [Test]
    public void What_names_the_ecs_is_written_down_under_the_names_of_both()
    {
        var embedded = Repository.Files.Where(static f => f.EndsWith("shipped.Embedded.txt", StringComparison.Ordinal)).ToList();
        Assert.That(embedded, Is.Not.Empty);
        foreach (var file in embedded)
        {
            Assert.That(
                File.ReadLines(Repository.PathOf(file.Replace(".Embedded.", ".Arch.", StringComparison.Ordinal))),
                Is.EquivalentTo(File.ReadLines(Repository.PathOf(file)).Select(InArchsWords)),
                file);
        }
    }

    [Test]
    public void No_project_of_src_turns_warnings_off()
    {
        string[] switches = ["<TreatWarningsAsErrors>false", "<NoWarn>", "<Nullable>disable", "<AllowUnsafeBlocks>true", "<EnableNETAnalyzers>false"];
        var projects = Repository.Files.Where(static f => f.StartsWith("src/", StringComparison.Ordinal) && f.EndsWith(".csproj", StringComparison.Ordinal));
        Assert.That(projects.Where(f => switches.Any(s => Repository.Read(f).Contains(s, StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void Versions_stand_in_one_place_and_are_exact()
    {
        var projects = Repository.Files.Where(static f => f.EndsWith(".csproj", StringComparison.Ordinal));
        Assert.That(projects.Where(static f => Repository.Read(f).Contains("Version=", StringComparison.Ordinal)), Is.Empty);
        Assert.That(Repository.Read("Directory.Packages.props"), Does.Not.Contain("*").And.Not.Contain("Version=\"["));
    }

    private static string InArchsWords(string member) => EcsName().Replace(
        member,
        static name => name.Value switch
        {
            "Playground.Ecs.Systems." => "Arch.System.",
            "Playground.Ecs.Commands." => "Arch.Buffer.",
            _ => "Arch.Core.",
        });

    [GeneratedRegex(@"Playground\.Ecs\.(?!Networking)((Systems|Commands)\.)?")]
    private static partial Regex EcsName();
}
