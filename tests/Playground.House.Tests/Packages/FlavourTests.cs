namespace Playground.House.Tests.Packages;

/// <summary>What somebody reads who asks for a flavour that cannot be had: a project of this repository's rules, in an empty folder.</summary>
public sealed class FlavourTests
{
    private const string Project =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <UsesEcs>true</UsesEcs>
          </PropertyGroup>
        </Project>
        """;

    private string _folder = "";

    [SetUp]
    public void MakeProject()
    {
        _folder = Directory.CreateTempSubdirectory("playground-flavour-").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "no-packages"));
        File.WriteAllText(Path.Combine(_folder, "game.csproj"), Project);
        foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
        {
            File.WriteAllText(Path.Combine(_folder, name), $"<Project><Import Project=\"{Repository.PathOf(name)}\" /></Project>");
        }
    }

    [TearDown]
    public void RemoveProject() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Arch_that_no_source_serves_is_one_line_that_says_what_to_do()
    {
        var lines = await RestoreAsync("-p:Ecs=Arch");
        Assert.That(lines, Has.Exactly(1).Contains(
            "error : -p:Ecs=Arch needs packages that could not be restored (Arch, Arch.System): add a package source that serves them"));
    }

    [Test]
    public async Task Unknown_ecs_is_one_line_that_names_the_known_ones() => Assert.That(
        await RestoreAsync("-p:Ecs=Nonsense"),
        Has.One.Items.And.One.Contains("error : -p:Ecs=Nonsense names no ECS: it is Embedded, the default, or Arch."));

    private async Task<string[]> RestoreAsync(string flavour)
    {
        var (exitCode, output) = await Dotnet.TryAsync(
            _folder,
            "restore",
            "--verbosity",
            "quiet",
            flavour,
            $"-p:RestoreSources={Path.Combine(_folder, "no-packages")}",
            $"-p:RestorePackagesPath={Path.Combine(_folder, "packages")}");
        Assert.That(exitCode, Is.Not.Zero, output);
        return output.Split('\n');
    }
}
