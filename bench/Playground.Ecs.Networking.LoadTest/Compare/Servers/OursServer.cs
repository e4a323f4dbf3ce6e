using System.Diagnostics;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.LoadTest.Compare.Servers;

/// <summary>The NetworkingSystem with one plugin: all limits and heartbeats are the defaults but those that hold one address off, or too much from all at once.</summary>
internal sealed class OursServer : ILoadServer
{
    public const string ChannelName = "load";

    private const ushort PacketType = 1;

    private readonly TrafficShape _shape;
    private readonly Tally _tally;
    private readonly World _world = World.Create();
    private readonly QueryDescription _connections = new QueryDescription().WithAll<Components.ConnectionComponent>();
    private readonly NetworkingSystem _system;
    private readonly Channel _channel;
    private readonly byte[] _payload;
    private long _packetsIn;

    public OursServer(TrafficShape shape, Tally tally, ITransport? transport = null)
    {
        (_shape, _tally, _payload) = (shape, tally, new byte[shape.Bytes]);
        _system = new NetworkingSystem(_world, new NetworkingOptions
        {
            Host = "127.0.0.1",
            Port = 0,
            Transport = transport,
            FrameRate = shape.Rate,
            PacketsPerSecond = Math.Max(6_000, shape.Packets * shape.Rate * 2),
            InboxPacketsMax = Math.Max(65_536, shape.Connections * shape.Packets * 2),
            InboxBytesMax = Math.Max(4 * 1024 * 1024, shape.Connections * shape.BatchBytes * 2),
            ConnectionsPerAddressMax = 10_000,
            HandshakesPerAddressMax = 1_024,
            HandshakesPerAddressPerSecond = 10_000,
        });
        _channel = _system.RegisterPlugin(ChannelName, new PluginOptions { Loopback = false, Handler = OnPacket }).Unwrap();
    }

    public async Task<int> StartAsync()
    {
        (await _system.InitializeAsync()).Unwrap();
        return _system.LocalEndPoint!.Port;
    }

    public long RunFrame(float step)
    {
        _system.BeforeUpdate(step);
        _system.Update(step);
        if (_packetsIn >= _shape.Packets) CountIn();
        if (_shape.Mode == TrafficMode.Direct) SendDirect();
        else if (_shape.ServerSends && _channel.SubscriberCount > 0) SendToAll();
        var flushBegun = Stopwatch.GetTimestamp();
        _system.AfterUpdate(step);
        return flushBegun;
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        World.Destroy(_world);
    }

    private void OnPacket(Channel channel, in ReceivedPacket packet)
    {
        _packetsIn++;
        if (_shape.Mode == TrafficMode.Echo) channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority);
    }

    private void CountIn()
    {
        _tally.CountIn(_packetsIn / _shape.Packets);
        _packetsIn %= _shape.Packets;
    }

    private void SendToAll()
    {
        for (var i = 0; i < _shape.Packets; i++)
        {
            _payload.AsSpan().Fill((byte)i);
            _channel.Send(PacketType, _payload);
        }
    }

    private void SendDirect()
    {
        if (_channel.SubscriberCount == 0) return;
        foreach (ref var chunk in _world.Query(in _connections))
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                var peer = chunk.Entity(row);
                for (var i = 0; i < _shape.Packets; i++) _channel.SendTo(peer, PacketType, _payload);
            }
        }
    }
}
