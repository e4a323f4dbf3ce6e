namespace Playground.Ecs.Networking.Loop;

/// <summary>
/// Waits for a timestamp of a clock, on the loop's thread; <see cref="Wake"/> ends the wait early from any thread. With the
/// system clock: a timed wait of whole milliseconds, then yields. With any other: a timer of that clock.
/// </summary>
internal sealed class FrameWait : IDisposable
{
    private readonly AutoResetEvent _woken = new(false);
    private readonly TimeProvider _time;
    private readonly ITimer? _timer;
    private readonly long _millisecond;
    private readonly long _yieldTime;

    public FrameWait(TimeProvider time, TimeSpan yieldTime)
    {
        _time = time;
        _millisecond = time.TimestampFrequency / 1_000;
        _yieldTime = (long)(yieldTime.TotalSeconds * time.TimestampFrequency);
        if (!ReferenceEquals(time, TimeProvider.System))
        {
            _timer = time.CreateTimer(static state => ((AutoResetEvent)state!).Set(), _woken, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends the present wait, or the next one.</summary>
    public void Wake() => _woken.Set();

    /// <summary>Returns at <paramref name="due"/>, or earlier after <see cref="Wake"/>.</summary>
    public void Until(long due)
    {
        if (_timer is null)
        {
            UntilSystemTime(due);
        }
        else
        {
            UntilTimer(due, _timer);
        }
    }

    private void UntilSystemTime(long due)
    {
        for (var left = due - _time.GetTimestamp(); left > 0; left = due - _time.GetTimestamp())
        {
            if (left < _yieldTime)
            {
                Thread.Yield();
            }
            else if (_woken.WaitOne(WholeMilliseconds(left)))
            {
                return;
            }
        }
    }

    /// <summary>Rounded down where yields cover the rest, up where they do not.</summary>
    private int WholeMilliseconds(long left)
    {
        var roundUp = Math.Max(0, _millisecond - _yieldTime);
        return (int)Math.Clamp((left + roundUp) / _millisecond, 1, int.MaxValue);
    }

    private void UntilTimer(long due, ITimer timer)
    {
        for (var now = _time.GetTimestamp(); now < due;)
        {
            timer.Change(_time.GetElapsedTime(now, due), Timeout.InfiniteTimeSpan);
            var armed = _time.GetTimestamp();
            if (armed - now > _millisecond)
            {
                // The clock moved before the timer was armed (a fake one, moved by a test): the timer would be late by that much.
                now = armed;
                continue;
            }

            _woken.WaitOne();
            return;
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _woken.Dispose();
    }
}
