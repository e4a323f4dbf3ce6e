using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Playground.Demo.Tests.Interop;

/// <summary>npm ws against the demo: one node process runs every check of ws-client/checks.mjs, each reported as a test of its own.</summary>
[TestFixtureSource(typeof(RunningDemo), nameof(RunningDemo.Transports))]
public sealed class NodeWsTests(string transport)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly string Source = Path.Combine(TestContext.CurrentContext.TestDirectory, "ws-client");

    private string _output = "";

    [OneTimeSetUp]
    public async Task RunChecks()
    {
        var folder = await InstallAsync();
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { Transport = transport });
        (_, _output) = await RunAsync(folder, "node", "checks.mjs", demo.WebSocketUri.ToString());
    }

    [TestCase("upgrade_with_the_subprotocol")]
    [TestCase("upgrade_without_a_subprotocol")]
    [TestCase("upgrade_with_another_subprotocol_is_refused")]
    [TestCase("hello_and_welcome")]
    [TestCase("query_channel")]
    [TestCase("echo_at_all_priorities_and_sizes")]
    [TestCase("echo_to_a_plain_connection")]
    [TestCase("fragmented_packet_both_ways")]
    [TestCase("fragmented_websocket_message")]
    [TestCase("websocket_ping_is_answered")]
    [TestCase("clean_close")]
    public void Check(string name) =>
        Assert.That(_output.Split('\n', StringSplitOptions.TrimEntries), Has.Some.EqualTo($"ok {name}"), _output);

    /// <summary>
    /// The folder with the scripts and their pinned packages, installed once for the same files. It appears whole or not at all, so
    /// that neither a second run at the same time nor a failed one leaves half of it behind.
    /// </summary>
    private static async Task<string> InstallAsync()
    {
        var files = Directory.GetFiles(Source);
        var installed = $"{Source}-{await HashAsync(files)}";
        if (Directory.Exists(installed)) return installed;
        var folder = Directory.CreateDirectory($"{Source}-{Guid.NewGuid():N}").FullName;
        try
        {
            foreach (var file in files)
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            var npm = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "npm.cmd" : "npm";
            var (exitCode, output) = await RunAsync(folder, npm, "ci", "--ignore-scripts");
            Assert.That(exitCode, Is.Zero, $"npm ci: {output}");
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

        return installed;
    }

    private static async Task<string> HashAsync(string[] files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            hash.AppendData(await File.ReadAllBytesAsync(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Start(folder, program, arguments);
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string folder, string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Ignore($"'{program}' was not found: install Node.js 20 or later with npm to run these tests.");
            throw;
        }
    }
}
