using System.Diagnostics;
using System.Globalization;

namespace Playground.Ecs.Networking.LoadTest;

/// <summary>The server of a load, in a process of its own: this program with another command.</summary>
internal static class LoadServer
{
    /// <summary>Starts it; it ends with its standard input.</summary>
    public static Process Start(string command, params object[] options)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(LoadServer).Assembly.Location);
        start.ArgumentList.Add(command);
        foreach (var option in options) start.ArgumentList.Add(Convert.ToString(option, CultureInfo.InvariantCulture)!);
        return Process.Start(start)!;
    }
}
