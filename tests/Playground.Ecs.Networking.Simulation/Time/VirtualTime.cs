namespace Playground.Ecs.Networking.Simulation.Time;

/// <summary>
/// A clock that only the run moves. Unlike the testing package's, its wall clock can jump either way while the monotonic one,
/// which everything has to go by, stays even. One thread.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<Timer> _timers = [];
    private TimeSpan _wallOffset;

    /// <summary>Monotonic time in ticks of 100 ns. It does not begin at 0, as no clock does.</summary>
    public long Now { get; private set; } = TimeSpan.TicksPerHour;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => Now;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Begin + TimeSpan.FromTicks(Now) + _wallOffset;

    /// <summary>Sets the wall clock forward, or back.</summary>
    public void JumpWallClock(TimeSpan by) => _wallOffset += by;

    /// <summary>Lets time pass; timers that fall due run in order.</summary>
    public void Advance(long ticks)
    {
        var end = Now + ticks;
        while (NextTimer(end) is { } timer)
        {
            Now = Math.Max(Now, timer.Due);
            timer.Fire();
        }

        Now = end;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private Timer? NextTimer(long end)
    {
        Timer? next = null;
        foreach (var timer in _timers)
        {
            if (timer.Due <= end && (next is null || timer.Due < next.Due)) next = timer;
        }

        return next;
    }

    private sealed class Timer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private long _period;

        public long Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._timers.Remove(this);
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            Due = time.Now + dueTime.Ticks;
            _period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
            time._timers.Add(this);
            return true;
        }

        public void Fire()
        {
            if (_period > 0) Due += _period;
            else time._timers.Remove(this);
            callback(state);
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
