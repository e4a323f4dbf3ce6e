using System.Diagnostics;
using System.Text;

namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>
/// Starts the load peer in a process of its own, for tests and benchmarks whose own process must stay clean. Disposal ends the
/// process if it still runs.
/// </summary>
public sealed class LoadPeerProcess : IAsyncDisposable
{
    internal const string ReadyLine = "READY";
    internal const string GoCommand = "go";
    internal const string StopCommand = "stop";

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource _errorsRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoadPeerProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += OnError;
        process.BeginErrorReadLine();
    }

    /// <summary>Starts the process and returns when all its connections are up.</summary>
    /// <exception cref="InvalidOperationException">It ended before that; the message is what it wrote to standard error.</exception>
    public static async Task<LoadPeerProcess> StartAsync(LoadPeerOptions options, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in options.ToArguments().Prepend(typeof(LoadPeerProcess).Assembly.Location).Prepend("exec"))
        {
            start.ArgumentList.Add(argument);
        }

        var peer = new LoadPeerProcess(Process.Start(start) ?? throw new InvalidOperationException("The load peer did not start."));
        try
        {
            await peer.ExpectLineAsync(static line => line == ReadyLine, cancellationToken).ConfigureAwait(false);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lets the traffic of a peer with <see cref="LoadPeerOptions.WaitForGo"/> begin.</summary>
    public Task GoAsync() => CommandAsync(GoCommand);

    /// <summary>Ends the traffic and returns the report.</summary>
    public async Task<LoadPeerReport> StopAsync(CancellationToken cancellationToken = default)
    {
        await CommandAsync(StopCommand).ConfigureAwait(false);
        return await ReportAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the report when the run ended by itself.</summary>
    public async Task<LoadPeerReport> ReportAsync(CancellationToken cancellationToken = default) =>
        LoadPeerReport.FromJson(await ExpectLineAsync(static line => line.StartsWith('{'), cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task CommandAsync(string command)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(command).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It ended by itself; its report or its error is read next.
        }
    }

    private async Task<string> ExpectLineAsync(Predicate<string> isExpected, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (isExpected(line)) return line;
        }

        await _errorsRead.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        throw new InvalidOperationException($"The load peer ended: {_errors}");
    }

    private void OnError(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) _errorsRead.TrySetResult();
        else _errors.AppendLine(line.Data);
    }
}
