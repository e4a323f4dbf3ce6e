using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frame;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Channels;

[NonParallelizable]
public sealed class HandlerTests
{
    private static readonly PacketHandler Throws = static (_, in packet) =>
    {
        if (packet.PacketType == 13) throw new InvalidOperationException("thirteen");
    };

    [Test]
    public async Task A_handler_that_throws_costs_its_sender_an_Error_and_nobody_else_anything()
    {
        var log = new LogLines();
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { LoggerFactory = log });
        using var meter = new MeterReading();
        var handled = new List<ushort>();
        var bad = harness.System.RegisterPlugin("bad", new PluginOptions
        {
            Handler = (channel, in packet) =>
            {
                Throws(channel, packet);
                handled.Add(packet.PacketType);
            },
        }).Unwrap();
        var good = harness.System.RegisterPlugin("good", new PluginOptions { Handler = (_, in packet) => handled.Add(packet.PacketType) }).Unwrap();
        var peer = harness.ConnectWithHello();
        peer.SendBatch(
            TestPeer.Packet(bad.Id, 1, []), TestPeer.Packet(bad.Id, 13, []), TestPeer.Packet(bad.Id, 2, []), TestPeer.Packet(good.Id, 3, []));
        harness.Step();

        Assert.That(handled, Is.EqualTo(new ushort[] { 1, 2, 3 }));
        var error = peer.NextError();
        Assert.That((error.Error, error.Channel, error.PacketType), Is.EqualTo((ErrorCode.HandlerFailed, bad.Id, (ushort)13)));
        Assert.That(error.Message, Does.Not.Contain("thirteen"), "the peer is not told what went wrong inside");
        Assert.That(peer.End, Is.Null);
        Assert.That(meter.Read("playground.handlers.failed"), Is.EqualTo(1));
        Assert.That(log.Lines.Count(l => l.Level == LogLevel.Error && l.Exception?.Message == "thirteen"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_handler_that_throws_in_every_frame_is_logged_once_a_second_and_counted_always()
    {
        var log = new LogLines();
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { LoggerFactory = log });
        using var meter = new MeterReading();
        var bad = harness.System.RegisterPlugin("bad", new PluginOptions { Handler = Throws }).Unwrap();
        var peer = harness.ConnectWithHello();
        for (var frame = 0; frame < 60 * 3; frame++)
        {
            peer.Send(bad.Id, 13, []);
            harness.Step();
            peer.All();
        }

        Assert.That(peer.End, Is.Null);
        Assert.That(meter.Read("playground.handlers.failed"), Is.EqualTo(180));
        Assert.That(log.Exceptions.Count(), Is.InRange(3, 4));
    }

    [Test]
    public async Task A_handler_gets_loopback_and_its_failure_is_told_to_nobody()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var bad = harness.System.RegisterPlugin("bad", new PluginOptions { Handler = Throws }).Unwrap();
        bad.Send(13, []).Unwrap();
        harness.Step(3);
        Assert.That(bad.WaitingCount, Is.Zero);
    }

    [Test]
    public async Task A_handler_may_register_channels_and_send()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var answered = 0;
        var factory = harness.System.RegisterPlugin("factory", new PluginOptions
        {
            Handler = (channel, in packet) =>
            {
                var made = harness.System.RegisterPlugin($"made {packet.PacketType}", new PluginOptions { Handler = (_, in _) => answered++ }).Unwrap();
                channel.SendTo(packet.Sender, packet.PacketType, BitConverter.GetBytes(made.Id.Value)).Unwrap();
            },
        }).Unwrap();
        var peer = harness.ConnectWithHello();
        for (ushort i = 0; i < 5; i++) peer.Send(factory.Id, i, []);
        harness.Step();
        var made = peer.All().Select(p => BitConverter.ToUInt16(p.Data)).ToList();
        Assert.That(made, Has.Count.EqualTo(5));
        foreach (var id in made) peer.Send(id, 1, []);
        harness.Step();
        Assert.That(answered, Is.EqualTo(5));
    }

    [Test]
    public async Task A_packet_whose_sender_has_gone_in_the_same_frame_can_still_be_handled()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var results = new List<NetworkResult>();
        var channel = harness.System.RegisterPlugin("x", new PluginOptions
        {
            Handler = (channel, in packet) => results.Add(channel.SendTo(packet.Sender, 1, [])),
        }).Unwrap();
        var peer = harness.ConnectWithHello();
        peer.Send(channel.Id, 1, []);
        peer.Client.Close(1000);
        harness.Step();
        Assert.That(results.Single().Error, Is.InstanceOf<NetworkError.NotConnected>());
    }
}
