using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Playground.Ecs.Networking.Mcp.Tests.Npm;

/// <summary>
/// The packages of npm-clients/package.json, the Node.js that they need among them, in one folder for all tests and flavours. Without npm the
/// tests are skipped at home and fail in CI.
/// </summary>
internal sealed class NpmClients
{
    private static readonly string Source = Path.Combine(TestContext.CurrentContext.TestDirectory, "npm-clients");
    private static readonly Lazy<Task<NpmClients>> Installing = new(InstallAsync);

    private readonly string _folder;
    private readonly string _node;

    private NpmClients(string folder)
    {
        _folder = folder;
        var (os, name) = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? ("win", "node.exe") : ("linux", "node");
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        var node = Path.Combine(folder, "node_modules", $"node-{os}-{architecture}", "bin", name);

        // Elsewhere the machine's own has to do.
        _node = File.Exists(node) ? node : "node";
    }

    /// <summary>Installs them if they are not there; every caller waits for the same installation.</summary>
    public static Task<NpmClients> InstalledAsync() => Installing.Value;

    /// <summary>Runs a script by its path in the folder.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunAsync(string script, params string[] arguments) =>
        NodeProgram.RunAsync(_folder, _node, [script, .. arguments]);

    // It appears whole or not at all, so that neither another run at the same time nor a failed one leaves half of it behind.
    private static async Task<NpmClients> InstallAsync()
    {
        var files = Directory.GetFiles(Source).Order(StringComparer.Ordinal).ToArray();
        var installed = Path.Combine(ArtifactsFolder(), $"mcp-clients-{await HashAsync(files)}");
        if (Directory.Exists(installed)) return new NpmClients(installed);
        var folder = Directory.CreateDirectory($"{installed}-{Guid.NewGuid():N}").FullName;
        try
        {
            foreach (var file in files) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            await CleanInstallAsync(folder);
            Directory.Move(folder, installed);
        }
        catch (IOException) when (Directory.Exists(installed))
        {
            // Another run was faster with the same files.
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }

        return new NpmClients(installed);
    }

    private static async Task CleanInstallAsync(string folder)
    {
        var npm = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "npm.cmd" : "npm";
        try
        {
            var (exitCode, output, errors) = await NodeProgram.RunAsync(folder, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Assert.That(exitCode, Is.Zero, $"npm ci: {output}{errors}");
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Ignore($"'{npm}' was not found: install Node.js 20 or later with npm to run these tests.");
        }
    }

    // Of the repository, not of a build: all flavours share it.
    private static string ArtifactsFolder()
    {
        for (var at = TestContext.CurrentContext.TestDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Playground.Ecs.Networking.sln"))) return Directory.CreateDirectory(Path.Combine(at, "artifacts", "npm")).FullName;
        }

        throw new InvalidOperationException($"No solution above {TestContext.CurrentContext.TestDirectory}.");
    }

    private static async Task<string> HashAsync(string[] files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files) hash.AppendData(await File.ReadAllBytesAsync(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
