using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Frames;

public sealed class EchoTests
{
    [Test]
    public async Task Echo_comes_back_on_all_priorities_at_all_sizes(
        [Values] Priority priority, [Values(0, 1, 64, 16_384, 16_385, 65_536, 200_000, 262_144)] int size)
    {
        await using var harness = await NetworkHarness.StartAsync();
        var echo = harness.System.RegisterPlugin("echo", new PluginOptions
        {
            Handler = static (channel, in packet) =>
                channel.SendTo(packet.Sender, packet.PacketType, packet.Data, packet.Priority).Unwrap(),
        }).Unwrap();
        var peer = harness.ConnectWithHello();
        var data = new byte[size];
        new Random(size).NextBytes(data);
        var back = default(PeerPacket);
        peer.Send(echo.Id, 7, data, priority);
        for (var frame = 0; frame < 5 && back is null; frame++)
        {
            harness.Step();
            back = peer.Next();
        }

        Assert.That(back, Is.Not.Null);
        Assert.That(back!.Data.AsSpan().SequenceEqual(data));
        Assert.That((back.Priority, back.Type, back.Channel), Is.EqualTo((priority, (ushort)7, echo.Id)));
    }

    [Test]
    public async Task A_packet_takes_one_frame_there_and_back()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var echo = harness.System.RegisterPlugin("echo").Unwrap();
        harness.OnUpdate = () =>
        {
            foreach (ref readonly var packet in echo.Receive()) echo.SendTo(packet.Sender, packet.PacketType, packet.Data.Span).Unwrap();
        };
        var peer = harness.ConnectWithHello();
        peer.Send(echo.Id, 1, [1]);
        harness.Step();
        Assert.That(peer.Next(), Is.Not.Null);
    }
}
