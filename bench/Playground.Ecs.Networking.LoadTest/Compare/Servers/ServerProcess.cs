using System.Diagnostics;
using Playground.Ecs.Networking.Loop;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>One server of a comparison in a process of its own. Prints its port, then answers <see cref="Marks"/>.</summary>
internal static class ServerProcess
{
    public const string Command = "compare-server";

    public static async Task<int> ServeAsync(LoadOptions options)
    {
        await using var watchdog = Marks.Watchdog(options);
        var shape = TrafficShape.From(options);
        var tally = new Tally();
        await using var server = LoadServers.Create(options.Text("--server", LoadServers.Ours), shape, tally);
        var port = await server.StartAsync();
        await using var loop = new GameLoop(
            step =>
            {
                var begun = Stopwatch.GetTimestamp();
                var flushBegun = server.RunFrame(step);
                tally.CountFrame(begun, flushBegun, Stopwatch.GetTimestamp());
            },
            LoopOptions(shape.Rate));
        loop.Start();
        Console.WriteLine(port);
        Marks.Serve(tally, static snapshot => snapshot);
        return 0;
    }

    // Without yields in a loop, which are a price of punctual frames and not of messages: every server has the same timer.
    private static GameLoopOptions LoopOptions(int rate) => new() { FrameRate = rate, YieldTime = TimeSpan.Zero };
}
