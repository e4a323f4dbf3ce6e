using System.Diagnostics;
using System.Net;
using LiteNetLib;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>A client of LiteNetLib with a socket of its own and without its threads.</summary>
internal sealed class LiteNetConnection : ILoadConnection
{
    private readonly ClientTraffic _traffic;
    private readonly NetManager _client;
    private NetPeer? _server;
    private long _updated = Stopwatch.GetTimestamp();

    public LiteNetConnection(ClientTraffic traffic)
    {
        _traffic = traffic;
        traffic.SetMessage(traffic.Shape.Batch(new ChannelId(1000)), TrafficShape.StampAt);
        var events = new EventBasedNetListener();
        events.PeerConnectedEvent += server => _server = server;
        events.PeerDisconnectedEvent += (_, _) => traffic.Tally.CountEnded();
        events.NetworkReceiveEvent += (_, reader, _, _) => traffic.CountIn(reader.GetRemainingBytesSpan());
        _client = new NetManager(events) { AutoRecycle = true, IPv6Enabled = false };
        _client.StartInManualMode(IPAddress.Loopback, IPAddress.IPv6Loopback, 0);
        _client.Connect(new IPEndPoint(IPAddress.Loopback, traffic.Port), Servers.LiteNetServer.Key);
    }

    public bool IsReady => _server is { ConnectionState: ConnectionState.Connected };

    public void Receive()
    {
        _client.PollEvents();
        var now = Stopwatch.GetTimestamp();
        _client.ManualUpdate((float)Stopwatch.GetElapsedTime(_updated, now).TotalMilliseconds);
        _updated = now;
    }

    public void SendMessage()
    {
        _server!.Send(_traffic.StampedPayload(), DeliveryMethod.Unreliable);
        _client.ManualUpdate(0);
        _traffic.Tally.CountOut(1);
    }

    public void Dispose() => _client.Stop();
}
