using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Sending;

public sealed class SharedRunTests
{
    [Test]
    public async Task Subscribers_share_one_buffer_and_get_identical_messages()
    {
        var calm = TimeSpan.FromHours(1);
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions
        {
            HeartbeatInterval = calm,
            PingInterval = calm,
            HeartbeatTimeout = calm * 2,
        });
        var channel = harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
        var peers = new List<TestPeer>();
        for (var i = 0; i < 50; i++)
        {
            peers.Add(harness.ConnectWithHello());
            harness.Subscribe(peers[^1], channel.Id);
        }

        harness.Step();
        foreach (var peer in peers) peer.Clear();
        harness.Step();
        var rented = harness.System.Buffers.RentedCount;
        harness.StepWith(() =>
        {
            for (ushort i = 0; i < 10; i++) channel.Send(i, new byte[100]).Unwrap();
        });
        Assert.That(harness.System.Buffers.RentedCount - rented, Is.EqualTo(1), "one for all of them");
        foreach (var peer in peers)
        {
            Assert.That(peer.All().Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, 10)));
            Assert.That(peer.Messages, Has.Count.EqualTo(1));
        }

        harness.Step();
        Assert.That(harness.System.Buffers.RentedCount, Is.Zero);
    }

    [Test]
    public async Task A_channel_without_subscribers_costs_no_buffer()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
        harness.StepWith(() =>
        {
            channel.Send(1, new byte[100_000]).Unwrap();
            Assert.That(harness.System.Buffers.RentedCount, Is.Zero);
        });
    }

    [Test]
    public async Task Who_subscribes_during_a_frame_gets_what_is_sent_from_then_on()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("x", new PluginOptions { Loopback = false }).Unwrap();
        var peer = harness.ConnectWithHello();
        peer.SendControl(new Subscribe(1, channel.Id));
        harness.StepWith(() => channel.Send(1, []).Unwrap());
        Assert.That(peer.All().Select(p => p.Type), Is.EqualTo(new[] { Reply.WireType, (ushort)1 }));
        peer.SendControl(new Unsubscribe(2, channel.Id));
        harness.StepWith(() => channel.Send(2, []).Unwrap());
        Assert.That(peer.All().Select(p => p.Type), Is.EqualTo(new[] { Reply.WireType }));
    }

    [Test]
    public async Task Many_runs_in_one_frame_all_arrive_in_order()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channels = Enumerable.Range(0, 40).Select(i => harness.System.RegisterPlugin($"c{i}", new PluginOptions { Loopback = false }).Unwrap()).ToArray();
        var peer = harness.ConnectWithHello();
        foreach (var channel in channels) harness.Subscribe(peer, channel.Id);
        peer.Clear();
        harness.StepWith(() =>
        {
            for (ushort i = 0; i < 120; i++) channels[i % 40].Send(i, [1]).Unwrap();
        });
        Assert.That(peer.All().Select(p => (int)p.Type), Is.EqualTo(Enumerable.Range(0, 120)));
    }
}
