using System.Diagnostics;
using System.Globalization;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>
/// A run whose server is watched by strace -c: how many calls of the kernel a frame takes. strace slows the server down, so no time is
/// measured here, and few peers are served.
/// </summary>
internal sealed class SyscallRun(TrafficShape shape, RunTimes times)
{
    private const string Attached = "attached";

    /// <exception cref="InvalidOperationException">There is no strace, or it may not watch.</exception>
    public async Task<SyscallCounts> RunAsync(string name)
    {
        await using var server = ServerStart.Start(name, shape);
        var port = int.Parse(await server.ReadAsync(), CultureInfo.InvariantCulture);
        await using var client = MeasuredRun.StartClient(name, port, shape);
        await client.ReadAsync();
        await client.WriteAsync(Marks.Go);
        await Task.Delay(times.WarmUp);
        var path = Path.GetTempFileName();
        using var strace = await WatchAsync(server.Id, path);
        await Task.WhenAll(server.MarkAsync(), client.MarkAsync());
        await Task.Delay(times.Measured);
        var counts = await Task.WhenAll(server.MarkAsync(), client.MarkAsync());
        await EndAsync(strace);
        var calls = SyscallCounts.Parse(await File.ReadAllLinesAsync(path));
        File.Delete(path);
        return new SyscallCounts(name, shape, counts[0], counts[1], calls);
    }

    private static async Task<Process> WatchAsync(int id, string path)
    {
        var start = new ProcessStartInfo("strace", ["-f", "-c", "-o", path, "-p", id.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true };
        var strace = Start(start);
        var line = await strace.StandardError.ReadLineAsync();
        if (line?.Contains(Attached, StringComparison.Ordinal) is true) return strace;
        throw new InvalidOperationException($"System calls are not counted: strace said '{line}'.");
    }

    private static async Task EndAsync(Process strace)
    {
        using var kill = Start(new ProcessStartInfo("kill", ["-INT", strace.Id.ToString(CultureInfo.InvariantCulture)]));
        await kill.WaitForExitAsync();
        await strace.StandardError.ReadToEndAsync();
        await strace.WaitForExitAsync();
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException($"System calls are not counted: {start.FileName} is not installed.", exception);
        }
    }
}
