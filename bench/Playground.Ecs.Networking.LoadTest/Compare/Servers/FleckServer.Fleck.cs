using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fleck;
using Playground.Ecs.Networking.Fleck;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>Fleck as it comes: its events for what comes in, Send from the frame.</summary>
internal sealed class FleckServer : ILoadServer
{
    private readonly TrafficShape _shape;
    private readonly Tally _tally;
    private readonly byte[] _message;
    private readonly Lock _gate = new();
    private readonly List<FleckPeer> _peers = [];
    private WebSocketServer? _server;

    public FleckServer(TrafficShape shape, Tally tally)
    {
        (_shape, _tally, _message) = (shape, tally, shape.Batch(new ChannelId(1000)));
        FleckLog.LogAction = static (_, _, _) => { };
    }

    public Task<int> StartAsync()
    {
        var port = FreePort();
        _server = new WebSocketServer($"ws://127.0.0.1:{port}");
        _server.ListenerSocket.NoDelay = true;
        _server.Start(Configure);
        return Task.FromResult(port);
    }

    public long RunFrame(float step)
    {
        var flushBegun = Stopwatch.GetTimestamp();
        if (!_shape.ServerSends) return flushBegun;
        lock (_gate)
        {
            foreach (var peer in _peers) peer.Send(_message, _tally);
        }

        return flushBegun;
    }

    public ValueTask DisposeAsync()
    {
        _server?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Configure(IWebSocketConnection connection)
    {
        var peer = new FleckPeer(connection);
        connection.OnOpen = () =>
        {
            lock (_gate) _peers.Add(peer);
        };
        connection.OnClose = () =>
        {
            lock (_gate) _peers.Remove(peer);
            _tally.CountEnded();
        };
        connection.OnBinary = message =>
        {
            _tally.CountIn(1);
            if (_shape.Mode == TrafficMode.Echo) connection.Send(message);
        };
    }

    // Fleck does not tell which port it was given.
    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class FleckPeer(IWebSocketConnection connection)
    {
        private Task _sending = Task.CompletedTask;

        public void Send(byte[] message, Tally tally)
        {
            if (_sending.IsCompleted) _sending = connection.Send(message);
            else tally.CountSkipped();
        }
    }
}

/// <content>What -p:Fleck=true adds.</content>
internal static partial class LoadServers
{
    private const string Fleck = "fleck";
    private const string OursOnFleck = "ours-fleck";

    static partial void AddOptional(List<string> names) => names.Add(Fleck);

    static partial void CreateOptional(string name, TrafficShape shape, Tally tally, ref ILoadServer? server)
    {
        if (name == Fleck) server = new FleckServer(shape, tally);
        else if (name == OursOnFleck) server = new OursServer(shape, tally, new FleckTransport());
    }
}
