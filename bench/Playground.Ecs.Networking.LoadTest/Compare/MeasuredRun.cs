using System.Globalization;
using Playground.Ecs.Networking.LoadTest.Compare.Clients;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>One run: a server and a client in new processes, warmed up, then measured between two marks.</summary>
internal sealed class MeasuredRun(TrafficShape shape, RunTimes times)
{
    public async Task<RunResult> RunAsync(string name, int round)
    {
        await using var server = ServerStart.Start(name, shape);
        var port = int.Parse(await server.ReadAsync(), CultureInfo.InvariantCulture);
        var (heap, resident) = await MemoryAsync(server);
        await using var client = StartClient(name, port, shape);
        await client.ReadAsync();
        await client.WriteAsync(Marks.Go);
        await Task.Delay(times.WarmUp);
        await Task.WhenAll(server.MarkAsync(), client.MarkAsync());
        await Task.Delay(times.Measured);
        var counts = await Task.WhenAll(server.MarkAsync(), client.MarkAsync());
        var result = new RunResult
        {
            Server = name,
            Shape = shape,
            Round = round,
            ServerCounts = counts[0],
            ClientCounts = counts[1],
        };
        var (heapNow, residentNow) = await MemoryAsync(server);
        return result with { HeapBytes = heapNow - heap, ResidentBytes = residentNow - resident };
    }

    /// <summary>The client that fits a server.</summary>
    public static RunProcess StartClient(string name, int port, TrafficShape shape) =>
        RunProcess.Start(ClientProcess.Command, ["--server", name, "--port", port, .. shape.ToArguments()]);

    private async Task<(long Heap, long Resident)> MemoryAsync(RunProcess server)
    {
        if (shape.Mode != TrafficMode.Idle) return default;
        // What the first one makes for itself, the second one has already.
        await server.MarkAsync(Marks.Heap);
        var heap = (await server.MarkAsync(Marks.Heap)).HeapBytes;
        return (heap, server.ResidentBytes);
    }
}

/// <summary>How long a run is.</summary>
internal sealed record RunTimes(TimeSpan WarmUp, TimeSpan Measured);
