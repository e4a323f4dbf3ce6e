using System.Diagnostics;
using System.Globalization;
using Playground.Ecs.Networking.Benchmarks.Columns;

namespace Playground.Ecs.Networking.Benchmarks.Frames;

/// <summary>What the three stages of the last frames took; their medians are columns.</summary>
internal sealed class StageTimes
{
    private const string Receive = "BeforeUpdate, us";
    private const string Handle = "Update, us";
    private const string Send = "AfterUpdate, us";
    private const int SamplesMask = 4095;

    private readonly long[][] _samples = [new long[SamplesMask + 1], new long[SamplesMask + 1], new long[SamplesMask + 1]];
    private long _frames;

    public static PrintedColumn[] Columns =>
    [
        new PrintedColumn(Receive, "The first stage: receiving, sessions, routing; median"),
        new PrintedColumn(Handle, "The second stage: handlers; median"),
        new PrintedColumn(Send, "The last stage: sharing out, framing, sends; median"),
    ];

    public void Add(FrameServer server)
    {
        _samples[0][_frames & SamplesMask] = server.LastReceive;
        _samples[1][_frames & SamplesMask] = server.LastHandling;
        _samples[2][_frames++ & SamplesMask] = server.LastFlush;
    }

    public void Print()
    {
        if (_frames == 0) return;
        PrintedColumn.Print(Receive, Median(_samples[0]));
        PrintedColumn.Print(Handle, Median(_samples[1]));
        PrintedColumn.Print(Send, Median(_samples[2]));
    }

    private string Median(long[] samples)
    {
        var taken = samples.AsSpan(0, (int)Math.Min(_frames, samples.Length));
        taken.Sort();
        return Stopwatch.GetElapsedTime(0, taken[taken.Length / 2]).TotalMicroseconds.ToString("N2", CultureInfo.InvariantCulture);
    }
}
