using System.Diagnostics;
using System.Globalization;
using ModelContextProtocol.Client;

namespace Playground.Ecs.Networking.LoadTest.Mcp;

/// <summary>
/// Language models that call a tool at once, one call after the other each, with the official client: the round trip, and what the server's
/// frames take meanwhile. Bounded in time; loopback only.
/// </summary>
internal static class McpLoad
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(LoadOptions options)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {options.Get("--frame-rate", 60)} Hz; ms, p50 / p99");
        Console.WriteLine("| sessions | calls | calls/s | round trip | frame work |");
        Console.WriteLine("|---|---|---|---|---|");
        int[] counts = options.Has("--sessions") ? [options.Get("--sessions", 1)] : [1, 32];
        foreach (var sessions in counts) await RunAsync(sessions, options);
        return 0;
    }

    private static async Task RunAsync(int sessions, LoadOptions options)
    {
        using var server = LoadServer.Start("mcp-server", "--frame-rate", options.Get("--frame-rate", 60));
        var port = int.Parse((await server.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        var seconds = options.Get("--seconds", 10);
        var end = TimeSpan.FromSeconds(seconds) + WarmUp;
        var clock = Stopwatch.StartNew();
        var clients = await Task.WhenAll(Enumerable.Range(0, sessions).Select(i => Task.Run(() => CallAsync(port, i, clock, end))));
        var trips = new Percentiles(clients.SelectMany(static trips => trips));
        server.StandardInput.Close();
        var frames = (await server.StandardOutput.ReadLineAsync())!.Split(' ');
        await server.WaitForExitAsync();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {sessions} | {trips.Count} | {trips.Count / seconds} | {trips.Ms(0.5):0.0} / {trips.Ms(0.99):0.0} | {frames[0]} / {frames[1]} |"));
    }

    /// <summary>The round trips of one session after the warm-up.</summary>
    private static async Task<List<TimeSpan>> CallAsync(int port, int number, Stopwatch clock, TimeSpan end)
    {
        await using var transport = new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri($"http://127.0.0.1:{port}/mcp") });
        await using var client = await McpClient.CreateAsync(
            transport, new McpClientOptions { ClientInfo = new() { Name = $"load-{number}", Version = "1" } });
        var trips = new List<TimeSpan>();
        for (var n = 0; clock.Elapsed < end; n++)
        {
            var begun = clock.Elapsed;
            var result = await client.CallToolAsync("count", new Dictionary<string, object?> { ["n"] = n });
            if (result.IsError is true) throw new InvalidOperationException($"A call failed: {result.Content[0]}.");
            if (begun >= WarmUp) trips.Add(clock.Elapsed - begun);
        }

        return trips;
    }
}
