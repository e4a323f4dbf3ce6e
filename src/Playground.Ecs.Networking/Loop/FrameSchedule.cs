namespace Playground.Ecs.Networking.Loop;

/// <summary>
/// When frames are due, in timestamps of a clock. Each due time is computed from the whole second before it, so a rate that
/// does not divide the clock's frequency neither drifts nor overflows.
/// </summary>
internal struct FrameSchedule
{
    private readonly long _frequency;
    private readonly int _frameRate;
    private long _second;
    private long _index;

    /// <summary>A schedule whose first frame is due at <paramref name="start"/>.</summary>
    public FrameSchedule(long start, long frequency, int frameRate)
    {
        _second = start;
        _frequency = frequency;
        _frameRate = frameRate;
    }

    /// <summary>When the next frame is due.</summary>
    public readonly long Due => DueAfter(0);

    /// <summary>When the frame is due that follows the next one by <paramref name="frames"/>.</summary>
    public readonly long DueAfter(long frames) => _second + ((_index + frames) * _frequency / _frameRate);

    /// <summary>Passes over <paramref name="frames"/> frames.</summary>
    public void Advance(long frames)
    {
        _index += frames;
        _second += _index / _frameRate * _frequency;
        _index %= _frameRate;
    }

    /// <summary>How many frames are due at <paramref name="now"/>.</summary>
    public readonly long CountDue(long now)
    {
        if (now < Due)
        {
            return 0;
        }

        var late = now - Due;
        var whole = late / _frequency * _frameRate;
        var count = whole + (late % _frequency * _frameRate / _frequency);
        // The division rounds down twice; the exact count is the one whose last frame is due and whose next one is not.
        while (DueAfter(count) <= now)
        {
            count++;
        }

        return count;
    }
}
