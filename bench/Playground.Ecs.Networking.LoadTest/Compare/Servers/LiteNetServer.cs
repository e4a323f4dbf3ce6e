using System.Diagnostics;
using System.Net;
using LiteNetLib;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>LiteNetLib with its threads: unreliable datagrams over UDP, which promise less than a WebSocket does. Events are taken by the frame.</summary>
internal sealed class LiteNetServer : ILoadServer
{
    public const string Key = "load";

    private readonly TrafficShape _shape;
    private readonly Tally _tally;
    private readonly byte[] _message;
    private readonly NetManager _server;

    public LiteNetServer(TrafficShape shape, Tally tally)
    {
        (_shape, _tally, _message) = (shape, tally, shape.Batch(new ChannelId(1000)));
        var events = new EventBasedNetListener();
        events.ConnectionRequestEvent += static request => request.AcceptIfKey(Key);
        events.NetworkReceiveEvent += OnReceived;
        events.PeerDisconnectedEvent += (_, _) => _tally.CountEnded();
        _server = new NetManager(events) { AutoRecycle = true, IPv6Enabled = false };
    }

    /// <exception cref="InvalidOperationException">No socket, or messages that do not fit into a datagram.</exception>
    public Task<int> StartAsync()
    {
        if (!_server.Start(IPAddress.Loopback, IPAddress.IPv6Loopback, 0)) throw new InvalidOperationException("LiteNetLib does not listen.");
        return Task.FromResult(_server.LocalPort);
    }

    public long RunFrame(float step)
    {
        _server.PollEvents();
        var flushBegun = Stopwatch.GetTimestamp();
        if (_shape.ServerSends) _server.SendToAll(_message, DeliveryMethod.Unreliable);
        _server.TriggerUpdate();
        return flushBegun;
    }

    public ValueTask DisposeAsync()
    {
        _server.Stop();
        return ValueTask.CompletedTask;
    }

    private void OnReceived(NetPeer peer, NetPacketReader reader, byte channel, DeliveryMethod method)
    {
        _tally.CountIn(1);
        if (_shape.Mode == TrafficMode.Echo) peer.Send(reader.GetRemainingBytesSpan(), DeliveryMethod.Unreliable);
    }
}
