using System.Diagnostics;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using Playground.Ecs.Networking.Benchmarks.Columns;
using Playground.Ecs.Networking.LoadPeer;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Benchmarks.Frames;

/// <summary>
/// One invocation is one whole frame over sockets on loopback, until the transport's system (the kernel; Kestrel's own buffers) has
/// all of it; another process reads. Above InlineSendLinksMax connections a thread of the transport's own sends: the frame thread's
/// part has a column of its own, and the whole is rounded up to the next millisecond, since the frame thread sleeps meanwhile.
/// </summary>
[Config(typeof(Config))]
public class SocketFrameBenchmarks
{
    private const string FrameThread = "Thread p50, us";
    private const string FlushPart = "Flush p50, us";
    private const string Blocked = "Blocked, %";
    private const int SamplesMask = 4095;

    private readonly long[] _framePart = new long[SamplesMask + 1];
    private readonly long[] _flushPart = new long[SamplesMask + 1];
    private long _frames;
    private long _blockedFrames;
    private ITransport _transport = null!;
    private FrameServer _server = null!;
    private LoadPeerProcess _peer = null!;

    private sealed class Config : FrameConfig
    {
        public Config() => AddColumn(
            new PrintedColumn(FrameThread, "The frame thread's part: the three stages, without waiting for the sending thread; median"),
            new PrintedColumn(FlushPart, "Of that, AfterUpdate: sharing out, framing, and the sends or their hand-over; median"),
            new PrintedColumn(Blocked, "Frames in which the kernel did not take all at once, since the reader had not read"));
    }

    public static IEnumerable<string> Transports => BenchTransports.Names;

    [ParamsSource(nameof(Transports))]
    public string Transport { get; set; } = "";

    [Params(1, 10, 100, 1000)]
    public int Connections { get; set; }

    [Params(1, 10, 100)]
    public int Packets { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _transport = BenchTransports.Create(Transport);
        _server = FrameServer.StartAsync(_transport).GetAwaiter().GetResult();
        var peer = LoadPeerProcess.StartAsync(new LoadPeerOptions
        {
            Mode = LoadMode.Read,
            Port = _server.Port,
            Connections = Connections,
            Channel = FrameServer.ChannelName,
            Packets = Packets,
            Bytes = FrameServer.PayloadBytes,
            Hello = true,
            Seconds = 180,
        });
        for (; !peer.IsCompleted; Thread.Sleep(1)) _server.Run();
        _peer = peer.GetAwaiter().GetResult();
        _server.Freeze(Connections, subscribers: Connections);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _peer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        PrintedColumn.Print(FrameThread, Median(_framePart));
        PrintedColumn.Print(FlushPart, Median(_flushPart));
        PrintedColumn.Print(Blocked, Text(100.0 * _blockedFrames / _frames));
    }

    /// <summary>Everybody gets the same packets: one batch, framed once, sent to each.</summary>
    [Benchmark]
    public void Broadcast()
    {
        var begun = Stopwatch.GetTimestamp();
        _server.RunBroadcast(Packets);
        AwaitSent(begun);
    }

    /// <summary>Everybody gets packets of their own: a batch each.</summary>
    [Benchmark]
    public void Direct()
    {
        var begun = Stopwatch.GetTimestamp();
        _server.RunDirect(Packets);
        AwaitSent(begun);
    }

    private void AwaitSent(long begun)
    {
        _framePart[_frames & SamplesMask] = Stopwatch.GetTimestamp() - begun;
        _flushPart[_frames++ & SamplesMask] = _server.LastFlush;
        var blocked = false;
        while (!_server.IsDrained)
        {
            if (BenchTransports.BlockedLinks(_transport) > 0)
            {
                blocked = true;
                Thread.Sleep(0);
                _server.Run();
            }
            else
            {
                // A core that is spun on is missing to the sending thread and to the reader.
                Thread.Sleep(1);
            }
        }

        if (blocked) _blockedFrames++;
    }

    private string Median(long[] samples)
    {
        var taken = samples.AsSpan(0, (int)Math.Min(_frames, samples.Length));
        taken.Sort();
        return Text(Stopwatch.GetElapsedTime(0, taken[taken.Length / 2]).TotalMicroseconds);
    }

    private static string Text(double value) => value.ToString("N1", CultureInfo.InvariantCulture);
}
