using BenchmarkDotNet.Attributes;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Benchmarks.Receiving;

/// <summary>
/// 1000 packets of 64 bytes from one link: checked, decoded, held against its rates, routed into inboxes that are read and emptied again; per
/// packet. The bar: the same whether 10 or 1000 channels are registered.
/// </summary>
[MemoryDiagnoser]
public class ReceiveBenchmarks
{
    private const int Packets = 1000;
    private const int PacketsPerMessage = 250;
    private const int UsedChannels = 10;
    private const float Step = 1f / 60;

    private readonly World _world = World.Create();
    private readonly List<Channel> _used = [];
    private readonly FrameClock _clock = new();
    private NetworkingSystem _system = null!;

    /// <summary>Channels registered; the packets go to ten of them, spread over all ids.</summary>
    [Params(10, 1000)]
    public int Channels { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var transport = new ReplayTransport();
        _system = new NetworkingSystem(_world, new NetworkingOptions
        {
            Transport = transport,
            TimeProvider = _clock,
            PacketsPerSecond = 2 * 60 * Packets,
            BytesPerSecond = 2 * 60 * Packets * PacketWriter.SizeOf(64),
        });
        _system.InitializeAsync().AsTask().GetAwaiter().GetResult().Unwrap();
        for (var i = 0; i < Channels; i++)
        {
            var channel = Register(i);
            if (i % (Channels / UsedChannels) == 0) _used.Add(channel);
        }

        transport.Connect().Messages = [.. Enumerable.Range(0, Packets / PacketsPerMessage).Select(Message)];
        Check();
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        Check();
        _system.DisposeAsync().AsTask().GetAwaiter().GetResult();
        World.Destroy(_world);
    }

    /// <summary>The frame's first stage, and the inboxes read by the game.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int Receive()
    {
        var bytes = 0;
        _clock.EndFrame();
        _system.BeforeUpdate(Step);
        foreach (var channel in _used)
        {
            foreach (ref readonly var packet in channel.Receive()) bytes += packet.Data.Length;
        }

        return bytes;
    }

    private void Check()
    {
        if (Receive() != Packets * 64) throw new InvalidOperationException("Not everything arrived.");
    }

    // A thousand is all that the four ranges have together.
    private Channel Register(int index) =>
        Enum.GetValues<ChannelRange>()
            .Select(range => _system.RegisterPlugin($"channel {index}", new PluginOptions { Range = range }))
            .First(static registered => registered.IsOk)
            .Value;

    private byte[] Message(int index)
    {
        var size = PacketWriter.SizeOf(64);
        var message = new byte[PacketsPerMessage * size];
        for (var i = 0; i < PacketsPerMessage; i++)
        {
            var channel = _used[((index * PacketsPerMessage) + i) % _used.Count];
            PacketWriter.Write(message.AsSpan(i * size), new PacketHeader(channel.Id, 1, Priority.Normal), new byte[64]);
        }

        return message;
    }
}
