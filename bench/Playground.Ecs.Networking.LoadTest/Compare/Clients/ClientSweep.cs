using System.Diagnostics;

namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>
/// All connections on one thread. A round through them takes a frame's time, in parts that follow each other evenly, since peers are not in
/// step with each other: each connection is read once and, where peers send, written once. Where echoes are timed, each part reads all.
/// </summary>
internal sealed class ClientSweep(ClientTraffic traffic) : IDisposable
{
    private const int PartsMax = 8;
    private const int WaveConnections = 64;
    private const int LatePartsMax = 5 * PartsMax;

    private static readonly TimeSpan SetUpMax = TimeSpan.FromSeconds(60);

    private readonly List<ILoadConnection> _connections = new(traffic.Shape.Connections);
    private volatile bool _sends;
    private volatile bool _stops;

    /// <summary>Connects everything, in waves that every server's backlog holds.</summary>
    /// <exception cref="TimeoutException">Not all came up.</exception>
    public void SetUp()
    {
        var clock = Stopwatch.StartNew();
        while (_connections.Count < traffic.Shape.Connections)
        {
            var wave = Math.Min(WaveConnections, traffic.Shape.Connections - _connections.Count);
            for (var i = 0; i < wave; i++) _connections.Add(traffic.Dialect.Connect(traffic));
            for (; !_connections.TrueForAll(static connection => connection.IsReady); Thread.Sleep(1))
            {
                _connections.ForEach(static connection => connection.Receive());
                if (clock.Elapsed > SetUpMax) throw new TimeoutException($"{_connections.Count(static c => c.IsReady)} connections came up.");
            }
        }
    }

    /// <summary>Lets the peers send. Any thread.</summary>
    public void Go() => _sends = traffic.Shape.PeersSend;

    public void Stop() => _stops = true;

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    public void Run()
    {
        var parts = Math.Min(PartsMax, _connections.Count);
        var partTicks = (double)Stopwatch.Frequency / (traffic.Shape.Rate * parts);
        var begun = Stopwatch.GetTimestamp();
        for (var turn = 0L; !_stops; turn++)
        {
            var late = Stopwatch.GetTimestamp() - begun - (long)(turn * partTicks);
            // What is late by more is left out: the report says that the rate was not held.
            if (late > LatePartsMax * partTicks) turn += (long)(late / partTicks);
            else if (late < 0) Thread.Sleep(Math.Max(1, (int)(-late * 1_000 / Stopwatch.Frequency)));
            RunPart((int)(turn % parts), parts);
        }
    }

    public void Dispose() => _connections.ForEach(static connection => connection.Dispose());

    private void RunPart(int part, int parts)
    {
        var begun = Stopwatch.GetTimestamp();
        var (from, to) = (part * _connections.Count / parts, (part + 1) * _connections.Count / parts);
        if (traffic.Shape.IsStamped) Receive(0, _connections.Count);
        else Receive(from, to);
        var sending = Stopwatch.GetTimestamp();
        for (var i = from; _sends && i < to; i++) _connections[i].SendMessage();
        if (part == 0) traffic.Tally.CountFrame(begun, sending, Stopwatch.GetTimestamp());
    }

    private void Receive(int from, int to)
    {
        for (var i = from; i < to; i++) _connections[i].Receive();
    }
}
