using System.Text.Json;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.LoadPeer;

namespace Playground.Ecs.Networking.Tests.Frame;

/// <summary>What <see cref="AllocationProbe"/> found.</summary>
/// <param name="Allocated">Bytes allocated over the measured frames, on all threads.</param>
/// <param name="AllocatedByLoop">Bytes of those that the loop's thread allocated.</param>
/// <param name="Echoed">Packets echoed meanwhile.</param>
/// <param name="Report">What the clients saw.</param>
internal sealed record AllocationResult(long Allocated, long AllocatedByLoop, long Echoed, LoadPeerReport Report);

/// <summary>
/// A server that echoes to a hundred connections, in a process that does nothing else: a test host allocates a little all the
/// time. The clients are a third process.
/// </summary>
internal sealed class AllocationProbe
{
    public const int FrameRate = 60;
    public const int Connections = 100;
    public const int PacketsPerFrame = 10;
    public const int MeasuredFrames = 600;

    /// <summary>Packets that the measured frames must have echoed: half of what they do where nothing else runs; else they go on until then.</summary>
    public const int EchoedMin = MeasuredFrames * Connections * PacketsPerFrame / 2;

    private const int WarmUpFrames = 5 * FrameRate;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _begun;
    private int _frames;
    private long _echoed;
    private long _echoedBefore;
    private long _measured;
    private long _allocated;
    private long _allocatedByLoop;

    /// <summary>Runs it all and returns an <see cref="AllocationResult"/> as a line of JSON.</summary>
    /// <param name="sessions">Whether the clients say Hello.</param>
    /// <param name="reliable">Whether all packets are reliable, both ways.</param>
    public static async Task<string> RunAsync(bool sessions, bool reliable)
    {
        var probe = new AllocationProbe();
        await using var server = await ServerUnderLoad.StartAsync(
            "echo", new PluginOptions { Loopback = false, Handler = probe.Echo }, FrameRate, probe.OnFrame);
        await using var peers = await LoadPeerProcess.StartAsync(new LoadPeerOptions
        {
            Port = server.Port,
            Connections = Connections,
            Packets = PacketsPerFrame,
            Hello = sessions,
            Reliable = reliable,
            Seconds = 80,

            // One message per connection and frame, however late this machine makes a frame: a frame that found more
            // than any before it would rightly take more memory than any before it.
            Rate = 4 * FrameRate,
            Window = 1,
        });

        probe._begun = true;
        await probe._done.Task;
        var report = await peers.StopAsync();
        return JsonSerializer.Serialize(new AllocationResult(probe._allocated, probe._allocatedByLoop, probe._measured, report));
    }

    private void Echo(Channel channel, in ReceivedPacket packet)
    {
        var sent = packet.IsReliable
            ? channel.SendReliableTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority)
            : channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority);
        sent.Unwrap();
        _echoed++;
    }

    private void OnFrame(ServerUnderLoad server)
    {
        if (!_begun) return;
        _frames++;
        if (_frames == WarmUpFrames / 2)
        {
            // Half a second: then a message of every peer and a ping to every peer fall into one frame, which is the most
            // that any later frame can hold. Without it, such a frame comes when the machine happens to be late.
            server.FramesToSkip = FrameRate / 2;
        }
        else if (_frames == WarmUpFrames)
        {
            _echoedBefore = _echoed;
            _allocatedByLoop = GC.GetAllocatedBytesForCurrentThread();
            _allocated = GC.GetTotalAllocatedBytes(precise: true);
        }
        else if (_frames >= WarmUpFrames + MeasuredFrames && _echoed - _echoedBefore > EchoedMin && !_done.Task.IsCompleted)
        {
            _measured = _echoed - _echoedBefore;
            _allocated = GC.GetTotalAllocatedBytes(precise: true) - _allocated;
            _allocatedByLoop = GC.GetAllocatedBytesForCurrentThread() - _allocatedByLoop;
            _done.SetResult();
        }
    }
}
