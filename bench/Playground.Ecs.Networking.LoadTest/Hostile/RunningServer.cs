using System.Diagnostics;
using System.Globalization;

namespace Playground.Ecs.Networking.LoadTest.Hostile;

/// <summary>A <see cref="HostileServer"/> that runs, as its load sees it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly Process _process;

    private RunningServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<RunningServer> StartAsync()
    {
        var process = LoadServer.Start("hostile-server");
        return new RunningServer(process, int.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture));
    }

    public async Task<ServerReport> ReportAsync()
    {
        await _process.StandardInput.WriteLineAsync("report");
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server ended.");
        return ServerReport.FromJson(line);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
