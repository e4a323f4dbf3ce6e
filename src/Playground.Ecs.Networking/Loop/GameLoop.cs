using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Diagnostics;

namespace Playground.Ecs.Networking.Loop;

/// <summary>
/// Runs a frame at a fixed rate, on the calling thread (<see cref="Run"/>) or on one of its own (<see cref="Start"/>).
/// </summary>
/// <remarks>
/// Every frame gets the same step. Due times are absolute, so frames never drift; a loop that falls behind runs overdue
/// frames without waiting, up to <see cref="GameLoopOptions.CatchUpFramesMax"/>, and drops the time beyond. A frame that throws
/// ends the loop: the exception leaves <see cref="Run"/>, or <see cref="Failed"/> and <see cref="StopAsync"/> of a loop with its own thread.
/// A frame costs no allocation. Counters and timings may be read from any thread.
/// </remarks>
public sealed partial class GameLoop : IAsyncDisposable
{
    private static readonly TimeSpan DropLogInterval = TimeSpan.FromSeconds(5);

    private readonly Action<float> _frame;
    private readonly GameLoopOptions _options;
    private readonly TimeProvider _time;
    private readonly FrameWait _wait;
    private readonly ILogger _logger;
    private FrameSchedule _schedule;
    private bool _scheduled;
    private int _entered;
    private volatile bool _stopRequested;
    private long _frames;
    private long _lateFrames;
    private long _droppedFrames;
    private long _dropLogged;

    /// <summary>Makes a loop that does not run yet.</summary>
    /// <param name="frame">One frame; it is given <see cref="Step"/> in seconds.</param>
    /// <param name="options">Null: 60 Hz by the system clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option cannot work; the message names it.</exception>
    public GameLoop(Action<float> frame, GameLoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        _options = options ?? new GameLoopOptions();
        _options.Validate();
        _frame = frame;
        _time = _options.TimeProvider;
        _wait = new FrameWait(_time, _options.YieldTime);
        _logger = _options.LoggerFactory.CreateLogger<GameLoop>();
        Step = 1f / _options.FrameRate;
    }

    /// <summary>The fixed step, in seconds.</summary>
    public float Step { get; }

    /// <summary>Frames that were run.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>Frames that ended after the next one was due.</summary>
    public long LateFrames => Interlocked.Read(ref _lateFrames);

    /// <summary>Frames that never ran, because the loop was behind by more than it may catch up.</summary>
    public long DroppedFrames => Interlocked.Read(ref _droppedFrames);

    /// <summary>How long frames took.</summary>
    public FrameTimings Durations { get; } = new();

    /// <summary>How long after they were due frames began.</summary>
    public FrameTimings Delays { get; } = new();

    /// <summary>Runs frames on this thread until <paramref name="cancellationToken"/> or <see cref="Stop"/>. What a frame throws comes out.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            using var registration = cancellationToken.UnsafeRegister(static state => ((FrameWait)state!).Wake(), _wait);
            while (!_stopRequested && !cancellationToken.IsCancellationRequested)
            {
                if (!StepIfDue())
                {
                    _wait.Until(_schedule.Due);
                }
            }
        }
        finally
        {
            // A later Run begins a schedule of its own: the pause between is not caught up.
            _scheduled = false;
            Exit();
        }
    }

    /// <summary>Runs one frame if one is due, without waiting: for tests and for hosts with a loop of their own.</summary>
    /// <returns>False when none is due.</returns>
    public bool TryStep()
    {
        Enter();
        try
        {
            return StepIfDue();
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Runs <paramref name="count"/> frames at once, whatever the clock says: for tests.</summary>
    public void RunFrames(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Enter();
        try
        {
            for (var i = 0; i < count; i++)
            {
                RunFrame(_time.GetTimestamp());
            }
        }
        finally
        {
            Exit();
        }
    }

    private bool StepIfDue()
    {
        var now = _time.GetTimestamp();
        if (!_scheduled)
        {
            _schedule = new FrameSchedule(now, _time.TimestampFrequency, _options.FrameRate);
            _scheduled = true;
        }

        var due = _schedule.CountDue(now);
        if (due == 0)
        {
            return false;
        }

        if (due > _options.CatchUpFramesMax)
        {
            Drop(due - _options.CatchUpFramesMax, now);
        }

        Delays.Record(_time.GetElapsedTime(_schedule.Due, now));
        _schedule.Advance(1);
        if (RunFrame(now) > _schedule.Due)
        {
            Interlocked.Increment(ref _lateFrames);
        }

        return true;
    }

    private long RunFrame(long began)
    {
        _frame(Step);
        var ended = _time.GetTimestamp();
        Durations.Record(_time.GetElapsedTime(began, ended));
        Interlocked.Increment(ref _frames);
        return ended;
    }

    private void Drop(long frames, long now)
    {
        _schedule.Advance(frames);
        var first = Interlocked.Add(ref _droppedFrames, frames) == frames;
        if (first || _time.GetElapsedTime(_dropLogged, now) >= DropLogInterval)
        {
            _dropLogged = now;
            LoopLog.FramesDropped(_logger, _options.ThreadName, DroppedFrames, LateFrames);
        }
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _entered, 1) != 0)
        {
            throw new InvalidOperationException($"The loop '{_options.ThreadName}' is running already, on another thread or in this frame.");
        }
    }

    private void Exit() => Volatile.Write(ref _entered, 0);
}
