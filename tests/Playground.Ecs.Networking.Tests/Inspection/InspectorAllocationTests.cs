using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Inspection;

/// <summary>What an inspector costs: nothing while nobody watches, and no garbage while somebody does.</summary>
[NonParallelizable]
public sealed class InspectorAllocationTests
{
    private const int WarmUpFrames = 400;
    private const int MeasuredFrames = 600;

    [Test]
    public async Task A_steady_frame_allocates_nothing([Values] bool isWatched, [Values] bool wasWatched)
    {
        await using var rig = await InspectorRig.StartAsync();
        var system = rig.System;
        var echo = system.RegisterPlugin("echo", new PluginOptions
        {
            Loopback = false,
            Handler = static (channel, in packet) => channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority).Unwrap(),
        }).Unwrap();
        var peers = Enumerable.Range(0, 50).Select(i => rig.Harness.Connect(InspectorRig.From($"192.0.2.1:{i + 1}"))).ToList();
        if (wasWatched) StopWatching(rig);
        if (isWatched) peers.Add(rig.Watch(packets: true));
        byte[] batch = [.. Enumerable.Range(0, 8).SelectMany(i => TestPeer.Packet(echo.Id, (ushort)i, new byte[40], (Priority)(i % 4)))];
        var allocated = 0L;
        for (var frame = 0; frame < WarmUpFrames + MeasuredFrames; frame++)
        {
            foreach (var peer in peers)
            {
                while (peer.Client.TryReceive(out var message)) Answer(peer, message.Span);
                peer.SendRaw(batch);
            }

            rig.Harness.Time.Advance(TimeSpan.FromSeconds(1.0 / 60));
            var before = GC.GetAllocatedBytesForCurrentThread();
            system.BeforeUpdate(0);
            system.Update(0);
            system.AfterUpdate(0);
            if (frame >= WarmUpFrames) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.That(allocated, Is.Zero, $"bytes over {MeasuredFrames} frames");
        Assert.That(system.Sends.Traffic!.IsWatched, Is.EqualTo(isWatched));
        Assert.That(system.Sends.Traffic.Of(echo.Id).PacketsIn, Is.EqualTo((WarmUpFrames + MeasuredFrames) * peers.Count * 8L));
    }

    private static void StopWatching(InspectorRig rig)
    {
        var watcher = rig.Watch(packets: true);
        rig.Next(watcher);
        watcher.Client.Close(1000);
        rig.Harness.Step(3);
        Assert.That(rig.System.Sends.Traffic!.IsWatched, Is.False);
    }

    private static void Answer(TestPeer peer, ReadOnlySpan<byte> message)
    {
        var reader = new PacketReader(message);
        while (reader.TryRead(out var header, out _))
        {
            if (header.Channel == 0 && header.Type == Ping.WireType) peer.SendRaw(TestPeer.Packet(0, Pong.WireType, reader.Payload));
        }
    }
}
