using System.ComponentModel;
using System.Diagnostics;

namespace Playground.Ecs.Networking.Browser.Tests;

/// <summary>A program of the machine, run to its end in a folder.</summary>
internal static class Tool
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    // Those of the running test are not the tool's.
    private static readonly string[] TestsOwn =
        ["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly", "VSTestLogger", "VSTestResultsDirectory"];

    /// <summary>Whether Node.js is there; at home a test without it is left out, in CI it fails.</summary>
    public static async Task NeedNodeAsync()
    {
        try
        {
            var (exitCode, output) = await RunAsync(Folders.Root, "node", ["--version"]);
            Assert.That(exitCode, Is.Zero, output);
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Ignore("Install Node.js 20 or later with npm, and build again: the TypeScript client is tested with it.");
        }
    }

    /// <summary>What it printed, errors last. It is ended when it takes too long.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string folder, string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Start(folder, program, arguments, environment);
        try
        {
            process.StandardInput.Close();
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

    /// <summary>Starts it with its streams redirected; the caller ends it.</summary>
    /// <exception cref="Win32Exception">There is no such program.</exception>
    public static Process Start(string folder, string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in TestsOwn) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
