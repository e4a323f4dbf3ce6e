using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.LoadPeer;

namespace Playground.Ecs.Networking.Tests.Frame;

[TestFixture]
public sealed class AllocationTests
{
    private const int FrameRate = 60;
    private const int Connections = 100;
    private const int PacketsPerFrame = 10;
    private const int WarmUpFrames = 5 * FrameRate;
    private const int MeasuredFrames = 600;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [TestCase(true)]
    [TestCase(false)]
    public async Task Six_hundred_frames_of_echo_to_a_hundred_connections_allocate_nothing_on_any_thread(bool sessions)
    {
        var measurement = new Measurement();
        await using var server = await ServerUnderLoad.StartAsync(
            "echo", new PluginOptions { Loopback = false, Handler = measurement.Echo }, FrameRate, _ => measurement.OnFrame());
        using var deadline = new CancellationTokenSource(Deadline);
        await using var peers = await LoadPeerProcess.StartAsync(
            new LoadPeerOptions
            {
                Port = server.Port,
                Connections = Connections,
                Packets = PacketsPerFrame,
                Hello = sessions,
                Seconds = 80,

                // One message per connection and frame, however late this machine makes a frame: a frame that found more
                // than any before it would rightly take more memory than any before it.
                Rate = 4 * FrameRate,
                Window = 1,
            },
            deadline.Token);

        measurement.Begin();
        var (allocated, echoed) = await measurement.Done.WaitAsync(deadline.Token);
        var report = await peers.StopAsync(deadline.Token);

        Assert.That(allocated, Is.Zero, $"bytes over {MeasuredFrames} frames");
        Assert.That(echoed, Is.GreaterThan(MeasuredFrames * Connections * PacketsPerFrame / 2), "packets echoed meanwhile");
        Assert.That((report.Ended, report.PacketsReceived), Is.EqualTo((0, report.PacketsSent)));
    }

    /// <summary>Counts on the loop's thread from the frame at which the clients are up.</summary>
    private sealed class Measurement
    {
        private readonly TaskCompletionSource<(long Allocated, long Echoed)> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _begun;
        private int _frames;
        private long _echoed;
        private long _echoedBefore;
        private long _allocatedBefore;

        public Task<(long Allocated, long Echoed)> Done => _done.Task;

        public void Begin() => _begun = true;

        public void Echo(Channel channel, in ReceivedPacket packet)
        {
            channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority).Unwrap();
            _echoed++;
        }

        public void OnFrame()
        {
            if (!_begun) return;
            _frames++;
            if (_frames == WarmUpFrames)
            {
                _echoedBefore = _echoed;
                _allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
            }
            else if (_frames == WarmUpFrames + MeasuredFrames)
            {
                var allocated = GC.GetTotalAllocatedBytes(precise: true) - _allocatedBefore;
                _done.SetResult((allocated, _echoed - _echoedBefore));
            }
        }
    }
}
