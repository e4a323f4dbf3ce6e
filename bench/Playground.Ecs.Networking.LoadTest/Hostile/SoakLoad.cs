using System.Globalization;
using Playground.Ecs.Networking.LoadPeer;

namespace Playground.Ecs.Networking.LoadTest.Hostile;

/// <summary>
/// Minutes of good peers, slow readers and all attacks together: what the good ones notice, what frames take, whether memory stays, and whether
/// anything is left when everybody has gone.
/// </summary>
internal static class SoakLoad
{
    private const int MinuteSeconds = 60;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var minutes = options.Get("--minutes", 10);
        await using var server = await RunningServer.StartAsync();
        await WarmUpAsync(server);
        var idle = await SettledAsync(server);
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}; {minutes} minutes");
        Console.WriteLine("| minute | good round trip p50 / p99 ms | their packets lost | frame p50 / p99 / max ms | frames over 50 ms | heap MiB | resident MiB | entities | sockets |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        Console.WriteLine(Row("idle", null, idle));
        var attacks = new AttackRun();
        ServerReport first;
        ServerReport last;
        await using (var slow = await StartSlowAsync(server, minutes))
        {
            attacks.Start(server.Port);
            first = last = await MinuteAsync(server, 1);
            for (var minute = 2; minute <= minutes; minute++) last = await MinuteAsync(server, minute);
            await attacks.DisposeAsync();
            await slow.StopAsync();
        }

        var after = await SettledAsync(server);
        Console.WriteLine(Row("after", null, after));
        Summarize(first, last, idle, after, attacks);
        return 0;
    }

    // With a taste of everything, so that whatever starts with its first use has started.
    private static async Task WarmUpAsync(RunningServer server)
    {
        await using var attacks = new AttackRun();
        attacks.Start(server.Port);
        await using var good = await GoodAsync(server, 5);
        await good.ReportAsync();
    }

    // Until sessions are over and the pools of sockets have let go.
    private static async Task<ServerReport> SettledAsync(RunningServer server)
    {
        await Task.Delay(TimeSpan.FromSeconds(12));
        return await server.ReportAsync();
    }

    private static Task<LoadPeerProcess> StartSlowAsync(RunningServer server, int minutes) => LoadPeerProcess.StartAsync(new LoadPeerOptions
    {
        Mode = LoadMode.Slow,
        Port = server.Port,
        Channel = "broadcast",
        Connections = 50,
        ReceiveBufferBytes = 4_096,
        Seconds = (minutes + 1) * MinuteSeconds,
    });

    private static Task<LoadPeerProcess> GoodAsync(RunningServer server, int seconds) => LoadPeerProcess.StartAsync(new LoadPeerOptions
    {
        Mode = LoadMode.Echo,
        Port = server.Port,
        Connections = 100,
        Packets = 1,
        Rate = 20,
        Reliable = true,
        Hello = true,
        Seconds = seconds,
    });

    private static async Task<ServerReport> MinuteAsync(RunningServer server, int minute)
    {
        await using var good = await GoodAsync(server, MinuteSeconds - 5);
        var report = await good.ReportAsync();
        var about = await server.ReportAsync();
        Console.WriteLine(Row(minute.ToString(CultureInfo.InvariantCulture), report, about));
        return about;
    }

    private static string Row(string name, LoadPeerReport? good, ServerReport about) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {good?.RoundTripP50Us / 1e3:0.0} / {good?.RoundTripP99Us / 1e3:0.0} | {good?.PacketsSent - good?.PacketsReceived} | {about.Frames.P50:0.00} / {about.Frames.P99:0.00} / {about.Frames.Max:0.0} | {about.Frames.Over50} | {about.HeapBytes / 1048576.0:0.00} | {about.ResidentBytes / 1048576.0:0.0} | {about.Entities} | {about.Sockets} |");

    private static void Summarize(ServerReport first, ServerReport last, ServerReport idle, ServerReport after, AttackRun attacks)
    {
        Console.WriteLine();
        Line("heap, last minute to first", (double)last.HeapBytes / first.HeapBytes, "0.00");
        Line("resident, last minute to first", (double)last.ResidentBytes / first.ResidentBytes, "0.00");
        Console.WriteLine($"idle and after: entities {idle.Entities} and {after.Entities}, sockets {idle.Sockets} and {after.Sockets}, "
            + $"threads {idle.Threads} and {after.Threads}, pool items {idle.PoolItems} and {after.PoolItems}, timers {idle.Timers} and {after.Timers}, "
            + $"connections {idle.Metric("playground.connections.active")} and {after.Metric("playground.connections.active")}, "
            + $"rented bytes {idle.Metric("playground.buffers.rented")} and {after.Metric("playground.buffers.rented")}");
        Console.WriteLine("ended, by reason: " + string.Join(", ", after.Tagged("playground.connections.ended").Select(static reason => $"{reason.Tag} {reason.Value}")));
        Console.WriteLine("attacks: " + string.Join(", ", attacks.Made.OrderBy(static made => made.Key).Select(static made => $"{made.Key} {made.Value}")));
    }

    private static void Line(string what, double value, string format) => Console.WriteLine($"{what}: {value.ToString(format, CultureInfo.InvariantCulture)}");
}
