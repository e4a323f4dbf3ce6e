using System.Diagnostics;

namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>
/// All connections on one thread: sends are spread evenly over time, reads are sweeps. The time between two sweeps grows with
/// the connections (1-8 ms), so that this side's cost stays far below the server's.
/// </summary>
internal sealed class LoadRun(LoadPeerOptions options) : IDisposable
{
    private const long SetupUsMax = 30_000_000;
    private const long DrainUsMax = 2_000_000;

    private readonly Traffic _traffic = new(options);
    private readonly List<PeerConnection> _connections = new(options.Connections);
    private readonly ManualResetEventSlim _go = new(!options.WaitForGo);
    private volatile bool _stopRequested;
    private int _nextSender;
    private long _turns;

    private int SweepMs => Math.Clamp(options.Connections / 100, 1, 8);

    private bool Sends => options.Mode is LoadMode.Echo or LoadMode.Send;

    /// <summary>Connects everything and returns when all of it is ready.</summary>
    public void SetUp()
    {
        for (var i = 0; i < options.Connections; i++)
        {
            _connections.Add(new PeerConnection(_traffic));
        }

        for (var begin = Clock.NowUs; !_connections.TrueForAll(static c => c.IsReady); Thread.Sleep(1))
        {
            Sweep();
            if (Clock.NowUs - begin > SetupUsMax || _connections.Exists(static c => c.IsEnded))
            {
                throw new TimeoutException($"{_connections.Count(c => c.IsReady)} of {options.Connections} connections came up.");
            }
        }
    }

    /// <summary>Lets the traffic begin; another thread.</summary>
    public void Go() => _go.Set();

    /// <summary>Ends the traffic; another thread.</summary>
    public void Stop()
    {
        _stopRequested = true;
        _go.Set();
    }

    /// <summary>The traffic, until it is through, stopped or out of time.</summary>
    public LoadPeerReport Run()
    {
        AwaitGo();
        var slow = new SlowReaders(_traffic, _connections);
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var began = Clock.NowUs;
        while (!_stopRequested && !IsSent && Clock.NowUs - began < options.Seconds * 1_000_000L)
        {
            if (Sends) SendDue(Clock.NowUs - began);
            if (options.Mode == LoadMode.Slow) slow.Sweep(Clock.NowUs - began);
            else if (options.Mode != LoadMode.Stall) Sweep();
            Thread.Sleep(SweepMs);
        }

        var ended = _connections.Count(static c => c.IsEnded);
        Drain();
        process.Refresh();
        return Report(ended, slow, (Clock.NowUs - began) / 1e6, (process.TotalProcessorTime - cpu).TotalMilliseconds);
    }

    private bool IsSent => options.Frames > 0 && _turns >= (long)options.Frames * _connections.Count;

    private void AwaitGo()
    {
        while (!_go.Wait(SweepMs))
        {
            if (options.Mode != LoadMode.Stall) Sweep();
        }
    }

    private void SendDue(long elapsedUs)
    {
        var count = _connections.Count;
        var due = 1 + (elapsedUs * options.Rate * count / 1_000_000);
        if (options.Frames > 0) due = Math.Min(due, (long)options.Frames * count);
        // A late sweep makes up for what it missed, but at most one message for each connection at a time.
        for (var burst = 0; _turns < due && burst < count; _turns++, burst++)
        {
            _connections[_nextSender].SendMessage();
            _nextSender = (_nextSender + 1) % count;
        }
    }

    private void Sweep()
    {
        foreach (var connection in _connections)
        {
            connection.Sweep();
        }
    }

    /// <summary>Reads what is still under way: the missing echoes, or all that a stalled reader left in the kernel.</summary>
    private void Drain()
    {
        var limit = options.Mode switch { LoadMode.Echo => DrainUsMax, LoadMode.Stall => DrainUsMax / 10, _ => 0 };
        for (var begin = Clock.NowUs; Clock.NowUs - begin < limit && !IsEchoed; Thread.Sleep(1))
        {
            Sweep();
        }
    }

    private bool IsEchoed => options.Mode == LoadMode.Echo
        && (_traffic.PacketsReceived >= _traffic.MessagesSent * options.Packets || _connections.TrueForAll(static c => c.IsEnded));

    private LoadPeerReport Report(int ended, SlowReaders slow, double seconds, double cpuMs) => new()
    {
        Connections = _connections.Count,
        Ended = ended,
        MessagesSent = _traffic.MessagesSent,
        PacketsSent = _traffic.MessagesSent * options.Packets,
        BytesSent = _traffic.BytesSent,
        BlockedSends = _traffic.BlockedSends,
        MessagesReceived = _traffic.MessagesReceived,
        PacketsReceived = _traffic.PacketsReceived,
        BytesReceived = _traffic.BytesReceived,
        RoundTrips = _traffic.RoundTrips.Count,
        RoundTripMinUs = _traffic.RoundTrips.Percentile(0),
        RoundTripP50Us = _traffic.RoundTrips.Percentile(50),
        RoundTripP99Us = _traffic.RoundTrips.Percentile(99),
        Reconnects = slow.Reconnects,
        ConnectedMin = slow.ConnectedMin,
        Seconds = seconds,
        CpuMs = cpuMs,
        CloseCodes = _traffic.CloseCodes,
    };

    public void Dispose()
    {
        _connections.ForEach(static c => c.Dispose());
        _go.Dispose();
    }
}
