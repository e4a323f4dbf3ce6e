using System.Globalization;
using Playground.Ecs.Networking.LoadPeer;

namespace Playground.Ecs.Networking.LoadTest.Hostile;

/// <summary>
/// Good peers that exchange packets, first alone and then beside readers that take a few bytes a second of a channel with 120 KiB a second: what the slow
/// ones cost the good ones. Both halves are equally long, on a new server each.
/// </summary>
internal static class SlowReaderLoad
{
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var seconds = options.Get("--seconds", 60);
        var slow = options.Get("--slow", 1_000);
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}; {options.Get("--good", 100)} good peers, {seconds} s each half");
        Console.WriteLine("| slow readers | round trip p50 / p99 ms | frame p50 / p99 / max ms | heap MiB | resident MiB | connected at least | closed, by code | ended, by reason |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        var alone = await HalfAsync(options, seconds, 0);
        var beside = await HalfAsync(options, seconds, slow);
        var ratio = (double)beside.RoundTripP99Us / alone.RoundTripP99Us;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nRound trip p99 beside the slow readers: {ratio:0.00} of what it was without them."));
        return 0;
    }

    private static async Task<LoadPeerReport> HalfAsync(LoadOptions options, int seconds, int slow)
    {
        await using var server = await RunningServer.StartAsync();
        await using var readers = slow == 0 ? null : await LoadPeerProcess.StartAsync(new LoadPeerOptions
        {
            Mode = LoadMode.Slow,
            Port = server.Port,
            Channel = "broadcast",
            Connections = slow,
            ReadBytes = options.Get("--read-bytes", 512),
            ReceiveBufferBytes = 4_096,
            Seconds = seconds + 30,
        });
        await using var good = await LoadPeerProcess.StartAsync(new LoadPeerOptions
        {
            Mode = LoadMode.Echo,
            Port = server.Port,
            Connections = options.Get("--good", 100),
            Packets = 1,
            Rate = 20,
            Hello = true,
            Seconds = seconds,
        });
        await server.ReportAsync();
        var report = await good.ReportAsync();
        var about = await server.ReportAsync();
        var readersReport = readers is null ? null : await readers.StopAsync();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {slow} | {report.RoundTripP50Us / 1e3:0.0} / {report.RoundTripP99Us / 1e3:0.0} | {about.Frames.P50:0.00} / {about.Frames.P99:0.00} / {about.Frames.Max:0.0} | {about.HeapBytes >> 20} | {about.ResidentBytes >> 20} | {readersReport?.ConnectedMin} | {Codes(readersReport)} | {Reasons(about)} |"));
        return report;
    }

    private static string Codes(LoadPeerReport? report) => report is null ? "" : string.Join(", ", report.CloseCodes.Select(static code => $"{code.Key}: {code.Value}"));

    private static string Reasons(ServerReport about) => string.Join(", ", about.Tagged("playground.connections.ended").Select(static reason => $"{reason.Tag}: {reason.Value}"));
}
