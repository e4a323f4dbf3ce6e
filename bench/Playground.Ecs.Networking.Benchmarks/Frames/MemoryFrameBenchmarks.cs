using System.Buffers;
using BenchmarkDotNet.Attributes;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Benchmarks.Frames;

/// <summary>
/// One invocation is one whole frame over memory links: no kernel, so what the system itself costs. Clients discard what they
/// get; the discarding is part of the figure and costs a lock and a store for each connection.
/// </summary>
[Config(typeof(Config))]
public class MemoryFrameBenchmarks
{
    private readonly List<MemoryClient> _clients = [];
    private readonly StageTimes _stages = new();
    private FrameServer _server = null!;
    private byte[] _input = [];

    private sealed class Config : FrameConfig
    {
        public Config() => AddColumn(StageTimes.Columns);
    }

    [Params(1, 10, 100, 1000)]
    public int Connections { get; set; }

    [Params(1, 10, 100)]
    public int Packets { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var transport = new MemoryTransport();
        _server = FrameServer.StartAsync(transport, echoes: true).GetAwaiter().GetResult();
        for (var i = 0; i < Connections; i++)
        {
            var client = transport.Connect().Unwrap();
            client.TrySend(Control(new Hello(ProtocolLimits.Version, $"client {i}", null, default, 0)));
            _clients.Add(client);
        }

        Settle();
        foreach (var client in _clients) client.TrySend(Control(new Subscribe(1, _server.ChannelId)));
        Settle();
        _server.Freeze(Connections, subscribers: Connections);
        _input = Input(_server.ChannelId, Packets);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _stages.Print();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Everybody gets the same packets.</summary>
    [Benchmark]
    public int Broadcast()
    {
        _server.RunBroadcast(Packets);
        _stages.Add(_server);
        return Discard();
    }

    /// <summary>Everybody gets packets of their own.</summary>
    [Benchmark]
    public int Direct()
    {
        _server.RunDirect(Packets);
        _stages.Add(_server);
        return Discard();
    }

    /// <summary>Everybody's packets are received, routed, handled and sent back; <see cref="EchoClients"/> is included.</summary>
    [Benchmark]
    public int Echo()
    {
        foreach (var client in _clients) client.ToServer.TryWriteMessage(_input);
        _server.Run();
        _stages.Add(_server);
        return Discard();
    }

    /// <summary>What of <see cref="Echo"/> is the clients': writing a message each, and discarding.</summary>
    [Benchmark]
    public int EchoClients()
    {
        var bytes = 0;
        foreach (var client in _clients) client.ToServer.TryWriteMessage(_input);
        foreach (var client in _clients) bytes += client.ToServer.Discard();
        return bytes + Discard();
    }

    private int Discard()
    {
        var bytes = 0;
        foreach (var client in _clients) bytes += client.FromServer.Discard();
        return bytes;
    }

    private void Settle()
    {
        for (var frame = 0; frame < 16; frame++)
        {
            _server.Run();
            Discard();
        }
    }

    private static byte[] Input(ChannelId channel, int packets)
    {
        var size = PacketWriter.SizeOf(FrameServer.PayloadBytes);
        var batch = new byte[size * packets];
        for (var i = 0; i < packets; i++)
        {
            PacketWriter.Write(batch.AsSpan(i * size), new PacketHeader(channel, 1, Priority.Normal), new byte[FrameServer.PayloadBytes]);
        }

        return batch;
    }

    private static byte[] Control<T>(in T message)
        where T : struct, IMessage<T>
    {
        var payload = new ArrayBufferWriter<byte>();
        message.WriteTo(payload);
        var packet = new byte[PacketWriter.SizeOf(payload.WrittenCount)];
        PacketWriter.Write(packet, new PacketHeader(ChannelRanges.Control, T.WireType, Priority.High), payload.WrittenSpan);
        return packet;
    }
}
