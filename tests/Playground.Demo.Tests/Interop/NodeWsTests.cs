using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Playground.Demo.Tests.Interop;

/// <summary>npm ws against the demo: one node process runs every check of ws-client/checks.mjs, each reported as a test of its own.</summary>
[TestFixture]
public sealed class NodeWsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly string Folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "ws-client");

    private string _output = "";

    [OneTimeSetUp]
    public async Task RunChecks()
    {
        await InstallAsync();
        await using var demo = await RunningDemo.StartAsync();
        (_, _output) = await RunAsync("node", "checks.mjs", demo.WebSocketUri.ToString());
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

    /// <summary>Installs the pinned packages beside the script, unless that was done for the same lock file before.</summary>
    private static async Task InstallAsync()
    {
        var stamp = Path.Combine(Folder, "node_modules", ".installed");
        var wanted = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted) return;
        var npm = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "npm.cmd" : "npm";
        var (exitCode, output) = await RunAsync(npm, "ci", "--ignore-scripts");
        Assert.That(exitCode, Is.Zero, $"npm ci in {Folder}: {output}");
        await File.WriteAllTextAsync(stamp, wanted);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
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

    private static Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = Folder,
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
