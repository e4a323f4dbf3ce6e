using System.Runtime.ExceptionServices;
using Playground.Ecs.Networking.Diagnostics;

namespace Playground.Ecs.Networking.Loop;

// The loop's own thread, and the end.
public sealed partial class GameLoop
{
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private volatile bool _failureTold;

    /// <summary>Raised on the loop's thread when a frame threw, before the loop ends.</summary>
    public event Action<Exception>? Failed;

    /// <summary>Runs the loop on a background thread of its own, once.</summary>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start()
    {
        var thread = new Thread(RunThread) { IsBackground = true, Name = _options.ThreadName };
        if (Interlocked.CompareExchange(ref _thread, thread, null) is not null)
        {
            throw new InvalidOperationException($"The loop '{_options.ThreadName}' was started before.");
        }

        thread.Start();
    }

    /// <summary>Asks the loop to end after the present frame, for good. Any thread, the loop's too; waits for nothing.</summary>
    public void Stop()
    {
        _stopRequested = true;
        _wait.Wake();
    }

    /// <summary>Asks the loop to end and completes when its thread did; fails with what a frame threw.</summary>
    public Task StopAsync()
    {
        Stop();
        if (_thread is null)
        {
            return Task.CompletedTask;
        }

        _failureTold = true;
        return _completed.Task;
    }

    /// <summary>Ends the loop; a <see cref="Run"/> on another thread must have returned. Fails with what a frame threw when nobody was told of it by then.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop();
        try
        {
            if (_thread is not null)
            {
                await _completed.Task.ConfigureAwait(false);
            }
        }
        catch (Exception) when (_failureTold)
        {
            // Surfaced already, by Failed or StopAsync: disposal must not hide a later exception behind it.
        }
        finally
        {
            _wait.Dispose();
        }
    }

    private void RunThread()
    {
        try
        {
            Run(CancellationToken.None);
            _completed.SetResult();
        }
        catch (Exception exception)
        {
            LoopLog.FrameFailed(_logger, exception, _options.ThreadName, Frames);
            Tell(ExceptionDispatchInfo.Capture(exception));
        }
    }

    private void Tell(ExceptionDispatchInfo failure)
    {
        try
        {
            if (Failed is { } failed)
            {
                _failureTold = true;
                failed(failure.SourceException);
            }
        }
        finally
        {
            _completed.SetException(failure.SourceException);
        }
    }
}
