using System.Diagnostics;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>A server or a client of a run, seen from outside. Disposal ends it.</summary>
internal sealed class RunProcess(Process process) : IAsyncDisposable
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(90);

    public int Id => process.Id;

    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>This program with another command.</summary>
    public static RunProcess Start(string command, params object[] options) => new(LoadServer.Start(command, options));

    /// <summary>The next line of its standard output.</summary>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    /// <exception cref="TimeoutException">It said nothing.</exception>
    public async Task<string> ReadAsync() => await process.StandardOutput.ReadLineAsync().WaitAsync(AnswerMax)
        ?? throw new InvalidOperationException("A process of the run ended too early.");

    public async Task WriteAsync(string word)
    {
        await process.StandardInput.WriteLineAsync(word);
        await process.StandardInput.FlushAsync();
    }

    public async Task<Snapshot> MarkAsync(string word = Marks.Mark)
    {
        await WriteAsync(word);
        return Snapshot.FromJson(await ReadAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
