using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>npm ws, run by node; its package is installed beside this program when it is asked for first.</summary>
internal static class NodeServer
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "ws-server");

    /// <exception cref="InvalidOperationException">There is no node or no package.</exception>
    public static Process Start(TrafficShape shape)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "ws"))) Install();
        var start = Node("node");
        start.RedirectStandardInput = true;
        start.ArgumentList.Add("--expose-gc");
        start.ArgumentList.Add("server.mjs");
        foreach (var argument in shape.ToArguments()) start.ArgumentList.Add(Convert.ToString(argument, CultureInfo.InvariantCulture)!);
        return Run(start);
    }

    private static void Install()
    {
        var start = Node(RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "npm.cmd" : "npm");
        start.ArgumentList.Add("ci");
        start.ArgumentList.Add("--ignore-scripts");
        using var npm = Run(start);
        npm.StandardOutput.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0) throw new InvalidOperationException("npm ci failed: ws is left out.");
    }

    private static ProcessStartInfo Node(string program) => new(program) { WorkingDirectory = Folder, RedirectStandardOutput = true };

    private static Process Run(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException($"{start.FileName} is not installed: ws is left out.", exception);
        }
    }
}
