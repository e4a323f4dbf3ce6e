using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
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
            <PackageReference Include="PACKAGE" Version="VERSION" />
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

    private const string Client =
        """
        using Playground.Ecs.Networking;
        using Playground.Ecs.Networking.Client;

        await using var client = new NetworkClient(new ClientOptions { ClientName = "stranger" });
        var sent = await client.SendPacketAsync(1000, packetType: 1, new byte[] { 1 });
        Console.WriteLine(sent.Error is NetworkError.NotConnected ? "not connected" : "sent");
        """;

    private static readonly string[] Names =
        ["Playground.Ecs", "Playground.Ecs.Networking.Protocol", "Playground.Ecs.Networking", "Playground.Ecs.Networking.Client"];

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
    public void There_are_four_packages() => Assert.That(
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
        Assert.That(DependenciesOf("Playground.Ecs.Networking"), Is.EquivalentTo(EcsPackages.Concat(["Playground.Ecs.Networking.Protocol", "ModelContextProtocol.AspNetCore"])));
        Assert.That(
            DependenciesOf("Playground.Ecs.Networking.Client"),
            Is.EquivalentTo(new[] { "Playground.Ecs.Networking.Protocol", "Microsoft.Extensions.Logging.Abstractions" }));
    }

    [TestCase("Playground.Ecs.Networking.Protocol")]
    [TestCase("Playground.Ecs.Networking.Client")]
    public void Client_and_protocol_need_no_web_framework_and_no_ecs(string name)
    {
        using var package = ZipFile.OpenRead(Path.Combine(Feed, $"{name}.{_version}.nupkg"));
        using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
        Assert.That(XDocument.Load(nuspec).Descendants().Where(static e => e.Name.LocalName == "frameworkReference"), Is.Empty);
        using var library = new MemoryStream();
        using (var entry = package.GetEntry($"lib/net10.0/{name}.dll")!.Open()) entry.CopyTo(library);
        library.Position = 0;
        using var image = new PEReader(library);
        var metadata = image.GetMetadataReader();
        var references = metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name)).ToList();
        Assert.That(references, Does.Contain("MessagePack"));
        Assert.That(
            references.Where(static r => r is "Playground.Ecs" or "Playground.Ecs.Networking" || r.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || r.StartsWith("Arch", StringComparison.Ordinal)),
            Is.Empty);
    }

    [Test]
    public void Client_has_a_readme_of_its_own()
    {
        using var package = ZipFile.OpenRead(Path.Combine(Feed, $"Playground.Ecs.Networking.Client.{_version}.nupkg"));
        using var readme = new StreamReader(package.GetEntry("README.md")!.Open());
        Assert.That(readme.ReadLine(), Is.EqualTo("# Playground.Ecs.Networking.Client"));
    }

    [Test]
    public async Task Game_in_an_empty_folder_builds_from_the_packages_and_runs()
    {
        Assert.That(await BuildAndRunAsync("game", "Playground.Ecs.Networking", Game), Is.EqualTo("echoed"));
        Assert.That(Game.Count(static c => c == '\n'), Is.LessThanOrEqualTo(20));
    }

    [Test]
    public async Task Client_in_an_empty_folder_builds_from_its_package_and_runs() =>
        Assert.That(await BuildAndRunAsync("client", "Playground.Ecs.Networking.Client", Client), Is.EqualTo("not connected"));

    private async Task<string> BuildAndRunAsync(string name, string package, string program)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        var project = Project.Replace("PACKAGE", package, StringComparison.Ordinal).Replace("VERSION", _version, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.csproj"), project);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Flavour.Adapt(program));

        // A packages folder of its own: the user's must not keep today's 0.1.0. The user's is a source of what this build was restored with.
        await Dotnet.RunAsync(
            folder,
            "build",
            "--verbosity",
            "quiet",
            $"-p:RestoreAdditionalProjectSources=\"{Feed};{Flavour.PackageRoot}\"",
            $"-p:RestorePackagesPath={Path.Combine(_folder, "packages")}",
            "-p:WarningsNotAsErrors=NU1603"); // A registry may not have the very version that a package of the flavour asks for.
        return await Dotnet.RunAsync(folder, $"bin/Debug/net10.0/{name}.dll");
    }

    private static string? Value(XElement metadata, string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value;

    private string[] DependenciesOf(string name)
    {
        using var package = ZipFile.OpenRead(Path.Combine(Feed, $"{name}.{_version}.nupkg"));
        using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
        return [.. XDocument.Load(nuspec).Descendants().Where(static e => e.Name.LocalName == "dependency").Select(static e => e.Attribute("id")!.Value)];
    }
}
