using System.Diagnostics;

namespace Playground.Ecs.Networking.LoadTest.Compare;

/// <summary>What a process counts between two snapshots. Counting may come from any thread, frames from one; nothing allocates.</summary>
internal sealed class Tally
{
    private const int FramesMax = 1 << 13;

    private readonly Lock _gate = new();
    private readonly long[] _frames = new long[FramesMax];
    private readonly long[] _flushes = new long[FramesMax];
    private long _frameCount;
    private long _messagesIn;
    private long _messagesOut;
    private long _skipped;
    private long _ended;
    private long _allocated;
    private TimeSpan _cpu;
    private long _taken = Stopwatch.GetTimestamp();

    public void CountIn(long messages) => Interlocked.Add(ref _messagesIn, messages);

    public void CountOut(long messages) => Interlocked.Add(ref _messagesOut, messages);

    public void CountSkipped() => Interlocked.Increment(ref _skipped);

    public void CountEnded() => Interlocked.Increment(ref _ended);

    /// <summary>A frame is through; in timestamps of the stopwatch.</summary>
    public void CountFrame(long begun, long flushBegun, long ended)
    {
        lock (_gate)
        {
            var at = _frameCount++ % FramesMax;
            _frames[at] = ended - begun;
            _flushes[at] = ended - flushBegun;
        }
    }

    /// <summary>Returns what was counted and begins anew.</summary>
    /// <param name="collects">Collect garbage first, to see the heap.</param>
    public Snapshot Take(bool collects)
    {
        var now = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - _allocated;
        var snapshot = Count() with
        {
            Seconds = Stopwatch.GetElapsedTime(_taken, now).TotalSeconds,
            CpuMs = (cpu - _cpu).TotalMilliseconds,
            AllocatedBytes = allocated,
            HeapBytes = collects ? Collect() : 0,
        };
        (_taken, _cpu) = (now, cpu);
        return snapshot;
    }

    /// <summary>What the snapshot itself allocated is not counted.</summary>
    public void BeginAnew() => _allocated = GC.GetTotalAllocatedBytes(precise: true);

    // What survived: the heap's size less its gaps shrank by a megabyte while a thousand connections came.
    private static long Collect()
    {
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        return GC.GetGCMemoryInfo(GCKind.FullBlocking).PromotedBytes;
    }

    private Snapshot Count()
    {
        lock (_gate)
        {
            var kept = (int)Math.Min(_frameCount, FramesMax);
            var frames = _frames.AsSpan(0, kept);
            var flushes = _flushes.AsSpan(0, kept);
            frames.Sort();
            flushes.Sort();
            var snapshot = new Snapshot
            {
                Frames = _frameCount,
                MessagesIn = Interlocked.Exchange(ref _messagesIn, 0),
                MessagesOut = Interlocked.Exchange(ref _messagesOut, 0),
                Skipped = Interlocked.Exchange(ref _skipped, 0),
                Ended = Interlocked.Exchange(ref _ended, 0),
                FrameP50 = Us(frames, 0.5),
                FrameP99 = Us(frames, 0.99),
                FlushP50 = Us(flushes, 0.5),
                FlushP99 = Us(flushes, 0.99),
            };
            _frameCount = 0;
            return snapshot;
        }
    }

    private static double Us(ReadOnlySpan<long> sorted, double share) => sorted.IsEmpty
        ? 0
        : Stopwatch.GetElapsedTime(0, sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))]).TotalMicroseconds;
}
