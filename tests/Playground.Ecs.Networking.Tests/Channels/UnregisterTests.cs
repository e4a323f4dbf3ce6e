using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Channels;

/// <summary>A channel taken away at any moment of a frame.</summary>
public sealed class UnregisterTests
{
    [Test]
    public async Task What_was_sent_before_in_the_frame_still_arrives_and_nothing_after()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        harness.Subscribe(peer, channel.Id);
        harness.StepWith(() =>
        {
            foreach (var priority in Enum.GetValues<Priority>()) channel.Send((ushort)priority, [1], priority).Unwrap();
            Assert.That(harness.System.UnregisterAsync(channel.Id).AsTask().Result.IsOk);
            Assert.That(channel.Send(9, []).Error, Is.EqualTo(new NetworkError.ChannelNotFound(channel.Id)));
        });
        Assert.That(peer.All().Select(p => p.Type), Is.EqualTo(new ushort[] { 0, 1, 2, 3 }));
        Assert.That((channel.IsRegistered, channel.SubscriberCount), Is.EqualTo((false, 0)));

        harness.Step(2);
        Assert.That(channel.WaitingCount, Is.Zero, "its loopback is dropped");
        Assert.That(harness.System.Buffers.RentedCount, Is.Zero);
        peer.Send(channel.Id, 1, []);
        harness.Step();
        Assert.That(peer.NextError().Error, Is.EqualTo(ErrorCode.ChannelNotFound));
    }

    [Test]
    public async Task A_name_can_be_registered_again_in_the_same_frame()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var first = harness.System.RegisterPlugin("x").Unwrap();
        var peer = harness.ConnectWithHello();
        harness.Subscribe(peer, first.Id);
        Channel? second = null;
        harness.StepWith(() =>
        {
            first.Send(1, []).Unwrap();
            harness.System.UnregisterAsync(first.Id).AsTask().Result.Unwrap();
            second = harness.System.RegisterPlugin("x").Unwrap();
            second.Send(2, []).Unwrap();
        });
        Assert.That(peer.All().Select(p => p.Type), Is.EqualTo(new ushort[] { 1 }));
        Assert.That(second!.Receive().ToArray().Select(p => p.PacketType), Is.EqualTo(new ushort[] { 2 }));
    }

    [Test]
    public async Task A_handler_may_unregister_its_own_channel_and_gets_nothing_more()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var handled = 0;
        var channel = harness.System.RegisterPlugin("x", new PluginOptions
        {
            Handler = (channel, in _) =>
            {
                handled++;
                harness.System.UnregisterAsync(channel.Id).AsTask().Result.Unwrap();
            },
        }).Unwrap();
        var other = harness.System.RegisterPlugin("y", new PluginOptions { Handler = (_, in _) => handled += 100 }).Unwrap();
        var peer = harness.ConnectWithHello();
        peer.SendBatch(TestPeer.Packet(channel.Id, 1, []), TestPeer.Packet(channel.Id, 2, []), TestPeer.Packet(other.Id, 3, []));
        harness.Step();
        Assert.That(handled, Is.EqualTo(101));
    }

    [Test]
    public async Task Drops_of_a_channel_that_is_gone_stay_counted()
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { InboxPacketsMax = 1 });
        var channel = harness.System.RegisterPlugin("x").Unwrap();
        harness.StepWith(() =>
        {
            channel.Send(1, []).Unwrap();
            channel.Send(2, []).Unwrap();
        });
        Assert.That((await harness.System.GetStatsAsync()).Unwrap().PacketsDropped, Is.EqualTo(1));
        (await harness.System.UnregisterAsync(channel.Id)).Unwrap();
        Assert.That((await harness.System.GetStatsAsync()).Unwrap().PacketsDropped, Is.EqualTo(1));
    }
}
