using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>Where a report was measured: machine, commit, build.</summary>
internal static class Surroundings
{
    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"Commit {Commit()}, {DateTime.UtcNow:yyyy-MM-dd}; {Environment.ProcessorCount} cores{Processor()}, {RuntimeInformation.OSDescription}, .NET {Environment.Version}{Build}.");

#if DEBUG
    private const string Build = ", DEBUG BUILD: no measure";
#else
    private const string Build = "";
#endif

    private static string Processor()
    {
        if (!File.Exists("/proc/cpuinfo")) return "";
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal));
        return model is null ? "" : $" of {model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()}";
    }

    private static string Commit()
    {
        var commit = Git("rev-parse", "--short", "HEAD");
        return commit.Length == 0 ? "unknown" : commit + (Git("status", "--porcelain", "--untracked-files=no").Length > 0 ? " and changes" : "");
    }

    private static string Git(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No git here.
            return "";
        }
    }
}
