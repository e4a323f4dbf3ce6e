using Microsoft.Extensions.Logging.Abstractions;

namespace Playground.Demo.Tests;

/// <summary>A demo on a free port with its loop running, for one fixture or test.</summary>
internal static class RunningDemo
{
    /// <summary>What --transport knows in this build.</summary>
    public static IEnumerable<string> Transports => DemoTransports.Names.Split(", ");

    public static async Task<DemoHost> StartAsync(DemoOptions? options = null)
    {
        var started = await DemoHost.StartAsync((options ?? new DemoOptions()) with { Port = 0 }, NullLoggerFactory.Instance);
        var host = started.Unwrap();
        host.Start();
        return host;
    }
}
