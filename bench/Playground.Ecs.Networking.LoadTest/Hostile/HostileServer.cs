using System.Diagnostics;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Loop;

namespace Playground.Ecs.Networking.LoadTest.Hostile;

/// <summary>
/// The server of the hostile loads, in a process of its own: an echo, and a channel to which each frame sends a packet of 2 KiB. Prints its port, and
/// a <see cref="ServerReport"/> for each line that it reads; ends with its standard input.
/// </summary>
internal static class HostileServer
{
    private const int BroadcastBytes = 2 * 1024;

    public static async Task<int> ServeAsync(LoadOptions options)
    {
        var world = World.Create();
        await using var networking = new NetworkingSystem(world, Options());
        networking.RegisterPlugin("echo", new PluginOptions { Loopback = false, Handler = Echo }).Unwrap();
        var broadcast = networking.RegisterPlugin("broadcast", new PluginOptions { Loopback = false }).Unwrap();
        (await networking.InitializeAsync()).Unwrap();
        var clock = new FrameClock();
        var payload = new byte[BroadcastBytes];
        using var metrics = new Metrics();
        await using var loop = new GameLoop(
            step => clock.Measure(() =>
            {
                networking.BeforeUpdate(step);
                networking.Update(step);
                if (broadcast.SubscriberCount > 0) broadcast.Send(1, payload);
                networking.AfterUpdate(step);
            }),
            new GameLoopOptions { FrameRate = options.Get("--frame-rate", 60) });
        loop.Start();
        Console.WriteLine(networking.LocalEndPoint!.Port);
        while (await Console.In.ReadLineAsync() is not null) Console.WriteLine(Report(world, clock, metrics).ToJson());
        return 0;
    }

    // All peers of a load, good and bad, come from one address.
    private static NetworkingOptions Options() => new()
    {
        Port = 0,
        ConnectionsPerAddressMax = 4_096,
        HandshakesPerAddressMax = 1_024,
        HandshakesPerAddressPerSecond = 4_096,
        ResumeWindow = TimeSpan.FromSeconds(5),
    };

    private static void Echo(Channel channel, in ReceivedPacket packet)
    {
        if (packet.IsReliable) channel.SendReliableTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority);
        else channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority);
    }

    private static ServerReport Report(World world, FrameClock clock, Metrics metrics)
    {
        // Before the collections, which stop the frames too.
        var frames = clock.Take();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        var heap = GC.GetTotalMemory(forceFullCollection: false);
        using var process = Process.GetCurrentProcess();
        var report = new ServerReport(
            heap,
            process.WorkingSet64,
            world.Size,
            Directory.EnumerateFiles("/proc/self/fd").Count(IsSocket),
            process.Threads.Count,
            ThreadPool.PendingWorkItemCount,
            Timer.ActiveCount,
            frames,
            metrics.Read());
        clock.Take();
        return report;
    }

    private static bool IsSocket(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) is true;
        }
        catch (FileNotFoundException)
        {
            // Closed since it was listed.
            return false;
        }
    }
}
