using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Loop;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking;

// The end.
public sealed partial class NetworkingSystem
{
    private static readonly TimeSpan ShutdownStep = TimeSpan.FromMilliseconds(2);

    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposing;

    /// <summary>
    /// Stops accepting, says Goodbye (ServerStopping), flushes for <see cref="NetworkingOptions.ShutdownTimeout"/> at most, closes
    /// every link with 1001 and frees everything. Any thread; again: waits for the first call. Not from inside a frame.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposing, 1) != 0)
        {
            await _disposed.Task.ConfigureAwait(false);
            return;
        }

        try
        {
            if (_transport is { } transport) await transport.StopAcceptingAsync().ConfigureAwait(false);
            if (_loop is { } loop) await loop.DisposeAsync().ConfigureAwait(false);
            await ShutDownAsync().ConfigureAwait(false);
        }
        finally
        {
            _disposed.SetResult();
        }
    }

    /// <summary>Disposes and waits; what Group.Dispose calls. Prefer <see cref="DisposeAsync"/>.</summary>
    public override void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose();
    }

    private async Task ShutDownAsync()
    {
        var begun = _options.TimeProvider.GetTimestamp();
        var wasRunning = BeginShutdown();
        if (wasRunning)
        {
            await UntilAsync(IsFlushed, begun).ConfigureAwait(false);
            CloseAll();
            await UntilAsync(IsClosed, begun).ConfigureAwait(false);
        }

        if (_transport is { } transport) await transport.DisposeAsync().ConfigureAwait(false);
        EndShutdown(wasRunning);
    }

    private async Task UntilAsync(Func<bool> isDone, long begun)
    {
        while (!isDone() && _options.TimeProvider.GetElapsedTime(begun) < _options.ShutdownTimeout)
        {
            await Task.Delay(ShutdownStep, _options.TimeProvider).ConfigureAwait(false);
        }
    }

    private bool BeginShutdown()
    {
        lock (_gate.Lock)
        {
            var wasRunning = _state == State.Running;
            _gate.Claim();
            if (wasRunning) RunCalls();
            _state = State.Stopping;
            _gate.Release();
            _isInFrame = false;
            Sends.IsOver = true;
            Requests.EndOwn();
            _mcp.EndAll();
            if (!wasRunning) return false;
            RunRestructurings();
            _sessions.AcceptLinks(_transport!);
            for (var i = _connections.Count - 1; i >= 0; i--) _sessions.SayGoodbye(_connections[i], ErrorCode.ServerStopping, "the server is stopping");
            return true;
        }
    }

    private bool IsFlushed()
    {
        lock (_gate.Lock)
        {
            Sends.BeginFrame();
            _transport!.BeginFrame();
            Sends.Flush();
            DisconnectSlow();
            return Sends.IsDrained();
        }
    }

    private void CloseAll()
    {
        lock (_gate.Lock)
        {
            for (var i = _connections.Count - 1; i >= 0; i--) _sessions.Close(_connections[i]);
            _sessions.EndAwaySessions();
            Sends.Flush();
        }
    }

    // The closing handshakes end in the transport.
    private bool IsClosed()
    {
        lock (_gate.Lock)
        {
            _transport!.BeginFrame();
            Sends.Flush();
            return _transport.LinkCount == 0;
        }
    }

    private void EndShutdown(bool wasRunning)
    {
        lock (_gate.Lock)
        {
            _state = State.Stopped;

            // Either this thread sees what another posts now, or that one sees that the system has stopped.
            Interlocked.MemoryBarrier();

            // What was posted in the meantime learns that nobody runs it any more.
            while (_calls.TryTake(out LoopCall call)) Run(call);
            Sends.EndDeliveries();
            _directory.CloseInboxes();
            _receive.BeginFrame();
            _meter.Dispose();
            _mcp.EndAll();
            _mcp.CloseSessions();
            if (_ownsWorld) World.Destroy(World);
            else if (wasRunning) RemoveEntities();
        }

        _log.Stopped();
    }

    private void RemoveEntities()
    {
        _stats.Destroy();
        _sessions.RemoveExpected();
        foreach (var channel in _channels.All)
        {
            if (World.Holds(channel.Entity)) World.Destroy(channel.Entity);
        }
    }
}
