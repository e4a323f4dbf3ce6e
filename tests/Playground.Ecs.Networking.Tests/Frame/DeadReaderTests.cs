using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.LoadPeer;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Tests.Frame;

/// <summary>A peer that subscribes and never reads again: nobody else notices.</summary>
[TestFixture]
public sealed class DeadReaderTests
{
    private const int FrameRate = 60;
    private const int Readers = 10;
    private static readonly byte[] Payload = new byte[16_000];
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Test]
    public async Task Old_Low_packets_are_dropped_and_counted_and_the_link_stays()
    {
        using var meter = new MeterReading();
        var flood = new Flood(Priority.Low);
        await using var server = await ServerUnderLoad.StartAsync("flood", new PluginOptions { Loopback = false }, FrameRate, flood.OnFrame);
        using var deadline = new CancellationTokenSource(Deadline);
        await using var readers = await StartAsync(server, LoadMode.Read, Readers, deadline.Token);
        await using var dead = await StartAsync(server, LoadMode.Stall, 1, deadline.Token);

        await flood.RunAsync(frames: 5 * FrameRate, deadline.Token);
        Assert.That(meter.Read("playground.packets.dropped", "low"), Is.Positive);
        Assert.That(meter.Read("playground.connections.active"), Is.EqualTo(Readers + 1));
        Assert.That(flood.SubscribersSeen, Is.EqualTo(Readers + 1));
        await ExpectUndisturbedAsync(server, readers, flood, deadline.Token);
    }

    [Test]
    public async Task Where_nothing_may_be_dropped_the_dead_reader_is_let_go_and_only_that_one()
    {
        using var meter = new MeterReading();
        var flood = new Flood(Priority.High);
        await using var server = await ServerUnderLoad.StartAsync("flood", new PluginOptions { Loopback = false }, FrameRate, flood.OnFrame);
        using var deadline = new CancellationTokenSource(Deadline);
        await using var readers = await StartAsync(server, LoadMode.Read, Readers, deadline.Token);
        await using var dead = await StartAsync(server, LoadMode.Stall, 1, deadline.Token);

        await flood.RunAsync(frames: 5 * FrameRate, deadline.Token);
        Assert.That(meter.Read("playground.connections.ended", "SlowConsumer"), Is.EqualTo(1));
        Assert.That(meter.Read("playground.connections.active"), Is.EqualTo(Readers));
        await ExpectUndisturbedAsync(server, readers, flood, deadline.Token);
    }

    private static Task<LoadPeerProcess> StartAsync(ServerUnderLoad server, LoadMode mode, int connections, CancellationToken cancellationToken) =>
        LoadPeerProcess.StartAsync(
            new LoadPeerOptions
            {
                Mode = mode,
                Port = server.Port,
                Connections = connections,
                Channel = "flood",
                Hello = true,
                Seconds = 80,
                ReceiveBufferBytes = mode == LoadMode.Stall ? 16 * 1024 : 0,
            },
            cancellationToken);

    private static async Task ExpectUndisturbedAsync(ServerUnderLoad server, LoadPeerProcess readers, Flood flood, CancellationToken cancellationToken)
    {
        // One more frame, so that the last packets are out.
        await flood.RunAsync(frames: 1, cancellationToken);
        var report = await readers.StopAsync(cancellationToken);
        Assert.That(report.Ended, Is.Zero);
        Assert.That(report.PacketsReceived, Is.GreaterThanOrEqualTo(flood.Sent * Readers * 9 / 10));
        Assert.That(server.Loop.Durations.Read().P50, Is.LessThan(TimeSpan.FromSeconds(1.0 / FrameRate)));
    }

    /// <summary>Sends two packets a frame for so many frames: 1.9 MB a second to each subscriber.</summary>
    private sealed class Flood(Priority priority)
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource? _done;
        private int _left;

        public long Sent { get; private set; }

        public int SubscribersSeen { get; private set; }

        public Task RunAsync(int frames, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                _left = frames;
                _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _done.Task.WaitAsync(cancellationToken);
            }
        }

        public void OnFrame(ServerUnderLoad server)
        {
            lock (_lock)
            {
                if (_left == 0) return;
                SubscribersSeen = server.Channel.SubscriberCount;
                server.Channel.Send(1, Payload, priority).Unwrap();
                server.Channel.Send(2, Payload, priority).Unwrap();
                Sent += 2;
                if (--_left == 0) _done!.SetResult();
            }
        }
    }
}
