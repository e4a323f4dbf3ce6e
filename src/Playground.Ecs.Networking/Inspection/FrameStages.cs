using System.Diagnostics;

namespace Playground.Ecs.Networking.Inspection;

/// <summary>The parts of a frame that are timed, in its order.</summary>
internal enum FrameStage
{
    Receive,
    Calls,
    Handlers,
    Models,
    Heartbeats,
    Statistics,
    Send,
}

/// <summary>
/// Times the stages of the frames between two Overviews: not at all while nobody watches, and of very many frames the last ones. Loop thread only.
/// </summary>
internal sealed class FrameStages(TimeProvider time, int frameRate)
{
    /// <summary>The frames whose times are kept.</summary>
    public const int FramesMax = 1_024;

    private const int Networking = (int)FrameStage.Send + 1;
    private const int Whole = Networking + 1;

    private static readonly string[] Names = ["receive", "calls", "handlers", "models", "heartbeats", "statistics", "send", "networking", "frame"];

    private readonly long[] _frame = new long[Names.Length];
    private readonly StageRow[] _rows = new StageRow[Names.Length];

    // One stage's frames behind the other's; null while nobody watches.
    private long[]? _ticks;
    private bool _isTimed;
    private long _begun;
    private long _mark;
    private int _frames;

    /// <summary>Whether frames are timed, from the next one on.</summary>
    public bool IsWatched
    {
        get => _ticks is not null;
        set
        {
            if (value == IsWatched) return;
            _ticks = value ? new long[(Names.Length + 1) * FramesMax] : null;
            _isTimed = false;
            Restart();
        }
    }

    /// <summary>Frames that took longer than the frame rate allows.</summary>
    public int FramesBehind { get; private set; }

    /// <summary>The frame begins.</summary>
    public void Begin()
    {
        _isTimed = IsWatched;
        if (!_isTimed) return;
        Array.Clear(_frame);
        _begun = _mark = time.GetTimestamp();
    }

    /// <summary>What follows is ours again.</summary>
    public void GoOn()
    {
        if (_isTimed) _mark = time.GetTimestamp();
    }

    /// <summary>What ran since the last call belongs to a stage.</summary>
    public void End(FrameStage stage)
    {
        if (!_isTimed) return;
        var now = time.GetTimestamp();
        _frame[(int)stage] += now - _mark;
        _frame[Networking] += now - _mark;
        _mark = now;
    }

    /// <summary>The frame ends.</summary>
    public void EndFrame()
    {
        if (!_isTimed) return;
        _isTimed = false;
        _frame[Whole] = _mark - _begun;
        if (_frame[Whole] * frameRate > time.TimestampFrequency) FramesBehind++;
        for (var i = 0; i < Names.Length; i++) _ticks![(i * FramesMax) + (_frames % FramesMax)] = _frame[i];
        _frames++;
    }

    /// <summary>Describes the frames since the last <see cref="Restart"/>, all zero when there were none.</summary>
    /// <returns>A row for each stage, for all of them and for the whole frame; valid until the next call.</returns>
    public ReadOnlySpan<StageRow> Read()
    {
        for (var i = 0; i < Names.Length; i++) _rows[i] = Describe(i);
        return _rows;
    }

    /// <summary>Forgets the frames so far.</summary>
    public void Restart()
    {
        _frames = 0;
        FramesBehind = 0;
    }

    private StageRow Describe(int stage)
    {
        var count = Math.Min(_frames, FramesMax);
        if (count == 0) return new StageRow(Names[stage], 0, 0, 0);
        var sorted = _ticks.AsSpan(Names.Length * FramesMax, count);
        _ticks.AsSpan(stage * FramesMax, count).CopyTo(sorted);
        sorted.Sort();
        var total = 0L;
        foreach (var ticks in sorted) total += ticks;

        // Nearest rank: the smallest that at least 99 of 100 do not exceed.
        var rank = ((count * 99) + 99) / 100;
        Debug.Assert(rank >= 1 && rank <= count, "A rank is one of the frames.");
        return new StageRow(Names[stage], Microseconds(total) / count, Microseconds(sorted[rank - 1]), Microseconds(sorted[^1]));
    }

    private float Microseconds(long ticks) => (float)(ticks * 1e6 / time.TimestampFrequency);
}
