using System.Buffers.Binary;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Frames;

/// <summary>The steady frame allocates nothing: receive, route, handle, send.</summary>
public sealed class SteadyFrameTests
{
    private const int Peers = 100;
    private const int PacketsPerFrame = 10;
    private const int WarmUpFrames = 400;
    private const int MeasuredFrames = 600;

    // Where a packet has its number (PROTOCOL.md, section 3).
    private const int SequenceAt = 6;

    [Test]
    public async Task Six_hundred_frames_of_echo_and_broadcast_to_a_hundred_peers_allocate_nothing([Values] bool sessions)
    {
        await using var harness = await NetworkHarness.StartAsync();
        var system = harness.System;
        var echoed = 0L;
        var echo = system.RegisterPlugin("echo", new PluginOptions
        {
            Loopback = false,
            Handler = (channel, in packet) =>
            {
                channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority).Unwrap();
                echoed++;
            },
        }).Unwrap();
        var state = system.RegisterPlugin("state").Unwrap();
        var clients = Enumerable.Range(0, Peers).Select(_ => Connect(harness, sessions, state.Id)).ToArray();
        var batch = Batch(echo.Id);
        var update = new byte[500];

        var allocated = 0L;
        for (var frame = 0; frame < WarmUpFrames + MeasuredFrames; frame++)
        {
            foreach (var client in clients)
            {
                // The bytes are read and looked at by nobody: only the server is measured.
                while (client.Client.TryReceive(out var message)) Answer(client, message.Span);
                client.SendRaw(batch);
            }

            harness.Time.Advance(TimeSpan.FromSeconds(1.0 / 60));
            var before = GC.GetAllocatedBytesForCurrentThread();
            system.BeforeUpdate(0);
            _ = state.Receive();
            state.Send(1, update).Unwrap();
            system.Update(0);
            system.AfterUpdate(0);
            if (frame >= WarmUpFrames) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.That(allocated, Is.Zero, $"bytes over {MeasuredFrames} frames");
        Assert.That(echoed, Is.EqualTo((WarmUpFrames + MeasuredFrames) * Peers * PacketsPerFrame));
        Assert.That((await system.GetStatsAsync()).Unwrap().ConnectionsActive, Is.EqualTo(Peers));
    }

    [Test]
    public async Task Six_hundred_frames_of_reliable_echo_and_broadcast_to_a_hundred_sessions_allocate_nothing()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var system = harness.System;
        var echo = system.RegisterPlugin("echo", new PluginOptions
        {
            Loopback = false,
            Handler = (channel, in packet) => channel.SendReliableTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority).Unwrap(),
        }).Unwrap();
        var state = system.RegisterPlugin("state").Unwrap();
        var clients = Enumerable.Range(0, Peers).Select(_ => Connect(harness, session: true, state.Id)).ToArray();
        var received = new int[Peers];
        var batch = Batch(echo.Id, PacketFlags.Reliable);
        var update = new byte[500];

        var allocated = 0L;
        for (var frame = 0; frame < WarmUpFrames + MeasuredFrames; frame++)
        {
            for (var i = 0; i < Peers; i++)
            {
                var before = received[i];
                while (clients[i].Client.TryReceive(out var message)) received[i] += Answer(clients[i], message.Span);
                if (received[i] != before) clients[i].SendControl(new Ack((ushort)received[i]));
                clients[i].SendRaw(batch);
            }

            Renumber(batch);
            harness.Time.Advance(TimeSpan.FromSeconds(1.0 / 60));
            var already = GC.GetAllocatedBytesForCurrentThread();
            system.BeforeUpdate(0);
            _ = state.Receive();
            state.SendReliable(1, update).Unwrap();
            system.Update(0);
            system.AfterUpdate(0);
            if (frame >= WarmUpFrames) allocated += GC.GetAllocatedBytesForCurrentThread() - already;
        }

        Assert.That(allocated, Is.Zero, $"bytes over {MeasuredFrames} frames");
        Assert.That(received, Is.All.EqualTo((WarmUpFrames + MeasuredFrames - 1) * (PacketsPerFrame + 1)), "all but what the last frame sent");
    }

    // The next frame's packets go on where this one's ended.
    private static void Renumber(byte[] batch)
    {
        var size = batch.Length / PacketsPerFrame;
        for (var at = SequenceAt; at < batch.Length; at += size)
        {
            var sequence = batch.AsSpan(at, sizeof(ushort));
            BinaryPrimitives.WriteUInt16LittleEndian(sequence, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(sequence) + PacketsPerFrame));
        }
    }

    private static TestPeer Connect(NetworkHarness harness, bool session, ChannelId channel)
    {
        var peer = session ? harness.ConnectWithHello() : harness.Connect();
        harness.Subscribe(peer, channel);
        return peer;
    }

    private static byte[] Batch(ChannelId channel, PacketFlags flags = PacketFlags.None)
    {
        var packets = new List<byte>();
        for (ushort i = 0; i < PacketsPerFrame; i++)
        {
            var packet = TestPeer.Packet(channel, i, new byte[40], (Priority)(i % 4), flags);
            if (flags != PacketFlags.None) BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(SequenceAt), (ushort)(i + 1));
            packets.AddRange(packet);
        }

        return [.. packets];
    }

    /// <returns>How many reliable packets the message held.</returns>
    private static int Answer(TestPeer client, ReadOnlySpan<byte> message)
    {
        var reliable = 0;
        var reader = new PacketReader(message);
        while (reader.TryRead(out var header, out _))
        {
            if (header.IsReliable) reliable++;
            if (header.Channel == 0 && header.Type == Ping.WireType) client.SendRaw(TestPeer.Packet(0, Pong.WireType, reader.Payload));
        }

        return reliable;
    }
}
