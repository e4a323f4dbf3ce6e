using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Frames;

public sealed class SmokeTests
{
    [Test]
    public async Task Echo_comes_back_on_all_priorities()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var echo = harness.System.RegisterPlugin("echo", new PluginOptions
        {
            Handler = static (channel, in packet) =>
                channel.SendTo(packet.Sender, packet.PacketType, packet.Data.Span, packet.Priority).Unwrap(),
        }).Unwrap();
        var peer = harness.ConnectWithHello();
        foreach (var size in new[] { 0, 1, 64, 10_000, 200_000 })
        {
            foreach (var priority in Enum.GetValues<Priority>())
            {
                var data = new byte[size];
                Random.Shared.NextBytes(data);
                peer.Send(echo.Id, 7, data, priority);
                harness.Step(2);
                var back = peer.Next();
                Assert.That(back, Is.Not.Null);
                Assert.That(back!.Data, Is.EqualTo(data));
                Assert.That(back.Priority, Is.EqualTo(priority));
            }
        }
    }

    [Test]
    public async Task Original_send_and_receive_on_own_loop()
    {
        await using var networking = new NetworkingSystem(new NetworkingOptions { Port = 0 });
        (await networking.InitializeAsync()).Unwrap();
        var channel = (await networking.RegisterPluginAsync("test")).Unwrap();
        Assert.That(channel >= 1000);
        (await networking.SendPacketAsync(channel, 1, new byte[] { 1, 2, 3 }, Priority.Normal)).Unwrap();
        IReadOnlyList<ReceivedPacket> packets = [];
        while (packets.Count == 0) packets = (await networking.ReceivePacketsAsync(channel)).Unwrap();
        Assert.That(packets[0].Data.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }
}
