using System.Diagnostics;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Benchmarks.Frames;

/// <summary>A system whose frames a benchmark steps, with one channel, and the payloads that are sent, made before any timing.</summary>
internal sealed class FrameServer : IAsyncDisposable
{
    public const int PayloadBytes = 64;
    public const string ChannelName = "bench";

    private const float Step = 1f / 60;
    private const ushort PacketType = 1;
    private const int PayloadsMask = 8191;
    private const int Seed = 20240;

    private readonly World _world = World.Create();
    private readonly byte[] _payloads = new byte[PayloadsMask + 1 + PayloadBytes];
    private readonly NetworkingSystem _system;
    private readonly Channel _channel;

    private FrameServer(ITransport transport, bool echoes)
    {
        new Random(Seed).NextBytes(_payloads);

        // Frames follow each other without a pause, and none at all are run between two iterations: neither is a peer's silence.
        _system = new NetworkingSystem(_world, new NetworkingOptions
        {
            Host = "127.0.0.1",
            Port = 0,
            Transport = transport,
            HeartbeatInterval = TimeSpan.FromHours(1),
            PingInterval = TimeSpan.FromHours(1),
            HeartbeatTimeout = TimeSpan.FromHours(2),
            PacketsPerSecond = int.MaxValue,
            BytesPerSecond = int.MaxValue,
            ConnectionsPerAddressMax = 10_000,
            HandshakesPerAddressPerSecond = 10_000,
            InboxPacketsMax = 128 * 1024,
            InboxBytesMax = 16 * 1024 * 1024,
        });
        _channel = _system.RegisterPlugin(ChannelName, new PluginOptions { Loopback = false, Handler = echoes ? Echo : null }).Unwrap();
    }

    public Playground.Ecs.Networking.Protocol.ChannelId ChannelId => _channel.Id;

    public int Port => _system.LocalEndPoint!.Port;

    public Entity[] Connections { get; private set; } = [];

    /// <summary>What the last frame's BeforeUpdate took, in the stopwatch's ticks.</summary>
    public long LastReceive { get; private set; }

    /// <summary>What the last frame's Update took, in the stopwatch's ticks.</summary>
    public long LastHandling { get; private set; }

    /// <summary>What the last frame's AfterUpdate took, in the stopwatch's ticks.</summary>
    public long LastFlush { get; private set; }

    public bool IsDrained => _system.Sends.IsDrained();

    public static async Task<FrameServer> StartAsync(ITransport transport, bool echoes = false)
    {
        var server = new FrameServer(transport, echoes);
        (await server._system.InitializeAsync().ConfigureAwait(false)).Unwrap();
        return server;
    }

    /// <summary>The setting-up is through: remembers who is connected, which has to be this many.</summary>
    public void Freeze(int connections, int subscribers)
    {
        Connections = [.. _system.QueryConnectionsAsync().AsTask().GetAwaiter().GetResult().Unwrap().Select(static c => c.Entity)];
        if (Connections.Length != connections || _channel.SubscriberCount != subscribers)
        {
            throw new InvalidOperationException($"{Connections.Length} connections, {_channel.SubscriberCount} subscribers.");
        }
    }

    /// <summary>A frame in which nothing is sent but answers.</summary>
    public void Run()
    {
        Begin();
        End();
    }

    /// <summary>A frame in which every subscriber gets the same packets.</summary>
    public void RunBroadcast(int packets)
    {
        Begin();
        for (var i = 0; i < packets; i++) _channel.Send(PacketType, Payload(i));
        End();
    }

    /// <summary>A frame in which every connection gets packets of its own.</summary>
    public void RunDirect(int packets)
    {
        Begin();
        for (var connection = 0; connection < Connections.Length; connection++)
        {
            for (var i = 0; i < packets; i++) _channel.SendTo(Connections[connection], PacketType, Payload((connection * 31) + i));
        }

        End();
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync().ConfigureAwait(false);
        World.Destroy(_world);
    }

    private static void Echo(Channel channel, in ReceivedPacket packet) =>
        channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority);

    private ReadOnlySpan<byte> Payload(int index) => _payloads.AsSpan(index & PayloadsMask, PayloadBytes);

    private void Begin()
    {
        var begun = Stopwatch.GetTimestamp();
        _system.BeforeUpdate(Step);
        var received = Stopwatch.GetTimestamp();
        _system.Update(Step);
        LastReceive = received - begun;
        LastHandling = Stopwatch.GetTimestamp() - received;
    }

    private void End()
    {
        var begun = Stopwatch.GetTimestamp();
        _system.AfterUpdate(Step);
        LastFlush = Stopwatch.GetTimestamp() - begun;
    }
}
