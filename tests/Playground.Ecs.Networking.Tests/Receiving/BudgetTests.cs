using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Receiving;

/// <summary>One frame takes so much from each link: the rest waits for the next one, in order.</summary>
public sealed class BudgetTests
{
    [Test]
    public async Task What_is_above_the_packet_budget_is_read_in_the_next_frame()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { ReceiveBudgetPackets = 20 });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var flooding = harness.ConnectWithHello();
        var modest = harness.ConnectWithHello();
        for (var i = 0; i < 10; i++) flooding.SendBatch([.. Enumerable.Range(0, 10).Select(n => TestPeer.Packet(channel.Id, (ushort)((i * 10) + n), []))]);
        modest.Send(channel.Id, 1_000, []);

        var types = new List<ushort>();
        for (var frame = 0; frame < 5; frame++)
        {
            harness.Step();
            var packets = channel.Receive().ToArray();
            if (frame == 0) Assert.That(packets.Count(p => p.PacketType == 1_000), Is.EqualTo(1));
            types.AddRange(packets.Select(p => p.PacketType).Where(t => t < 1_000));
            Assert.That(types, Has.Count.EqualTo((frame + 1) * 20));
        }

        Assert.That(types, Is.Ordered);
    }

    [Test]
    public async Task What_is_above_the_byte_budget_is_read_in_the_next_frame()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { ReceiveBudgetBytes = 20_000 });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        for (ushort i = 0; i < 8; i++) peer.Send(channel.Id, i, new byte[10_000]);
        for (var frame = 1; frame <= 4; frame++)
        {
            harness.Step();
            Assert.That(channel.Receive().Length, Is.EqualTo(2));
        }
    }
}
