using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Playground.Ecs.Networking.LoadTest.Hostile;

/// <summary>All <see cref="Attacks"/> at once until they are stopped.</summary>
internal sealed class AttackRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    /// <summary>How often each attack was made.</summary>
    public ConcurrentDictionary<string, int> Made { get; } = new();

    public void Start(int port)
    {
        foreach (var (name, peers, pause, attack) in Attacks.All)
        {
            for (var i = 0; i < peers; i++) _running.Add(Task.Run(() => RepeatAsync(name, pause, attack, port)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private async Task RepeatAsync(string name, int pauseMs, Func<int, CancellationToken, Task> attack, int port)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Made.AddOrUpdate(name, 1, static (_, made) => made + 1);
                await attack(port, _stop.Token);
                await Task.Delay(pauseMs, _stop.Token);
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The server's answer to an attack; the pause keeps a refusal from becoming a flood of its own.
                await Task.Delay(pauseMs, CancellationToken.None);
            }
        }
    }
}
