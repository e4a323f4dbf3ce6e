using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;

namespace Playground.House.Tests.Packages;

/// <summary>The packages that <c>dotnet pack</c> makes, used as a stranger would: in an empty folder.</summary>
public sealed class PackageTests
{
    private const string Project =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Playground.Ecs.Networking" Version="VERSION" />
          </ItemGroup>
        </Project>
        """;

    private const string Game =
        """
        using Playground.Ecs;
        using Playground.Ecs.Networking;
        using Playground.Ecs.Networking.Channels;
        using Playground.Ecs.Networking.Links;
        using Playground.Ecs.Networking.Protocol;
        using Playground.Ecs.Systems;

        var transport = new MemoryTransport();
        var networking = new NetworkingSystem(World.Create(), new NetworkingOptions { Transport = transport });
        using var group = new Group<float>("game", networking);
        group.Initialize();
        var echo = networking.RegisterPlugin("echo", new PluginOptions { Handler = Echo }).Unwrap();
        var peer = transport.Connect().Unwrap();
        var packet = new byte[PacketWriter.SizeOf(3)];
        PacketWriter.Write(packet, new PacketHeader(echo.Id, 7, Priority.Normal), [1, 2, 3]);
        peer.TrySend(packet);
        for (var frame = 0; frame < 3; frame++) { group.BeforeUpdate(0.016f); group.Update(0.016f); group.AfterUpdate(0.016f); }
        Console.WriteLine(peer.TryReceive(out var message) && message.Span.SequenceEqual(packet) ? "echoed" : "silence");

        static void Echo(Channel channel, in ReceivedPacket p) => channel.SendTo(p.Sender, p.PacketType, p.Data.Span).Unwrap();
        """;

    private static readonly string[] Names = ["Playground.Ecs", "Playground.Ecs.Networking.Protocol", "Playground.Ecs.Networking"];

    private static readonly string[] EcsPackages = Flavour.Ecs == "Arch" ? ["Arch", "Arch.System"] : ["Playground.Ecs"];

    private string _folder = "";
    private string _version = "";

    private string Feed => Path.Combine(_folder, "feed");

    [OneTimeSetUp]
    public async Task Pack()
    {
        _folder = Directory.CreateTempSubdirectory("playground-packages-").FullName;
        var configuration = typeof(PackageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        foreach (var name in Names)
        {
            // What was built with this test is what is packed: nothing is written where another project may be building.
            await Dotnet.RunAsync(Repository.Root, ["pack", $"src/{name}", "--no-build", "--configuration", configuration, "--output", Feed, "--verbosity", "quiet", .. Flavour.Arguments]);
        }

        _version = Path.GetFileName(Directory.GetFiles(Feed, "Playground.Ecs.Networking.Protocol.*.nupkg").Single())[
            "Playground.Ecs.Networking.Protocol.".Length..^".nupkg".Length];
    }

    [OneTimeTearDown]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void There_are_three_packages() => Assert.That(
        Directory.GetFiles(Feed, "*.nupkg").Select(Path.GetFileName),
        Is.EquivalentTo(Names.Select(name => $"{name}.{_version}.nupkg")));

    [TestCaseSource(nameof(Names))]
    public void Package_says_what_it_is(string name)
    {
        using var package = ZipFile.OpenRead(Path.Combine(Feed, $"{name}.{_version}.nupkg"));
        var entries = package.Entries.Select(static e => e.FullName).ToList();
        Assert.That(entries, Does.Contain("README.md"));
        Assert.That(entries, Does.Contain($"lib/net10.0/{name}.dll").And.Contain($"lib/net10.0/{name}.xml"));
        using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single(static e => e.Name.LocalName == "metadata");
        Assert.That(Value(metadata, "license"), Is.EqualTo("MIT"));
        Assert.That(Value(metadata, "readme"), Is.EqualTo("README.md"));
        Assert.That(Value(metadata, "description"), Is.Not.Empty.And.Not.EqualTo("Package Description"));
    }

    [Test]
    public void Packages_bring_what_they_need_and_no_analyzer()
    {
        Assert.That(DependenciesOf("Playground.Ecs"), Is.Empty);
        Assert.That(DependenciesOf("Playground.Ecs.Networking.Protocol"), Is.EquivalentTo(new[] { "MessagePack", "Microsoft.NET.StringTools" }));
        Assert.That(DependenciesOf("Playground.Ecs.Networking"), Is.EquivalentTo(EcsPackages.Append("Playground.Ecs.Networking.Protocol")));
    }

    [Test]
    public async Task Game_in_an_empty_folder_builds_from_the_packages_and_runs()
    {
        var game = Directory.CreateDirectory(Path.Combine(_folder, "game")).FullName;
        await File.WriteAllTextAsync(Path.Combine(game, "game.csproj"), Project.Replace("VERSION", _version, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(game, "Program.cs"), Flavour.Adapt(Game));

        // A packages folder of its own: the user's must not keep today's 0.1.0. It is a source of what this build was restored with.
        await Dotnet.RunAsync(
            game,
            "build",
            "--verbosity",
            "quiet",
            $"-p:RestoreAdditionalProjectSources=\"{Feed};{Flavour.PackageRoot}\"",
            $"-p:RestorePackagesPath={Path.Combine(_folder, "packages")}",
            "-p:WarningsNotAsErrors=NU1603"); // A registry may not have the very version that a package of the flavour asks for.
        Assert.That(await Dotnet.RunAsync(game, "bin/Debug/net10.0/game.dll"), Is.EqualTo("echoed"));
        Assert.That(Game.Count(static c => c == '\n'), Is.LessThanOrEqualTo(20));
    }

    private static string? Value(XElement metadata, string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value;

    private string[] DependenciesOf(string name)
    {
        using var package = ZipFile.OpenRead(Path.Combine(Feed, $"{name}.{_version}.nupkg"));
        using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
        return [.. XDocument.Load(nuspec).Descendants().Where(static e => e.Name.LocalName == "dependency").Select(static e => e.Attribute("id")!.Value)];
    }
}
