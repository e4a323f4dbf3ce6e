using System.Runtime.InteropServices;

namespace Playground.Demo.Tests.Native;

/// <summary>The .NET client in a program that was compiled ahead of time: published as users publish, run against a demo.</summary>
[TestFixture]
public sealed class NativeClientTests
{
    private const string Name = "Playground.Ecs.Networking.Client.Aot";

    // Beside this test's own files: the build's folders are not touched, and a second run publishes what changed alone.
    private static readonly string Artifacts = Path.Combine(TestContext.CurrentContext.TestDirectory, "native-client");

    [Test]
    public async Task A_client_published_with_PublishAot_warns_of_nothing_and_echoes()
    {
        var published = await PublishAsync(await FindLinkerAsync());
        await using var demo = await RunningDemo.StartAsync();
        var (exitCode, output) = await Tool.RunAsync(published, demo.WebSocketUri.ToString());
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Is.EqualTo(new[] { "connected: peer-1", "packets: 10", "reliable packets: 10", "value: 1.5, -2", "answer: 100000 bytes" }));
    }

    private static async Task<string> PublishAsync(string? linker)
    {
        string[] arguments =
        [
            "publish", Path.Combine(Root(), "tests", Name), "--configuration", "Release", "--runtime", Machine(), "--artifacts-path", Artifacts,
            "--verbosity", "minimal", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RestoreLockedMode=false",
        ];
        var (exitCode, output) = await Tool.RunAsync("dotnet", linker is null ? arguments : [.. arguments, $"-p:CppCompilerAndLinker={linker}"]);
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Not.Contain("warning"));
        var program = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? $"{Name}.exe" : Name;
        return Directory.GetFiles(Path.Combine(Artifacts, "publish"), program, SearchOption.AllDirectories).Single();
    }

    // Null: the one that the SDK finds by itself.
    private static async Task<string?> FindLinkerAsync()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux)) return null;
        var trial = Path.Combine(Directory.CreateDirectory(Artifacts).FullName, "trial.so");
        foreach (var linker in new[] { "clang", "gcc" })
        {
            if (await Tool.WorksAsync(linker, "-shared", "-lz", "-o", trial)) return linker;
        }

        Assert.Ignore("Install clang (or gcc) and zlib1g-dev: the client is compiled ahead of time.");
        return null;
    }

    private static string Machine()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        var musl = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "-musl" : string.Empty;
        return $"{system}{musl}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }

    private static string Root()
    {
        var at = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Combine(at, "Playground.Ecs.Networking.sln"))) at = Path.GetDirectoryName(at)!;
        return at;
    }
}
