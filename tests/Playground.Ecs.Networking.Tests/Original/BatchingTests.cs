using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Original;

/// <summary>The original's promises on batching, priorities, channel numbers and threads.</summary>
public sealed class BatchingTests
{
    [Test]
    public async Task Packets_of_one_frame_are_sent_together_at_the_next_frame_boundary()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var networking = harness.System;
        var ch = (await networking.RegisterPluginAsync("batched")).Unwrap();
        var browser = harness.ConnectWithHello();
        harness.Subscribe(browser, ch);
        browser.Clear();

        // These packets will be sent in the same frame
        (await networking.SendPacketAsync(ch, 1, new byte[] { 1 }, Priority.Normal)).Unwrap();
        (await networking.SendPacketAsync(ch, 2, new byte[] { 2 }, Priority.Normal)).Unwrap();
        (await networking.SendPacketAsync(ch, 3, new byte[] { 3 }, Priority.Normal)).Unwrap();
        Assert.That(browser.Next(), Is.Null, "nothing leaves before the frame's end");

        // All sent together at next frame boundary
        harness.Step();
        Assert.That(browser.All().Select(p => p.Type), Is.EqualTo(new ushort[] { 1, 2, 3 }));
        Assert.That(browser.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Packets_of_three_priorities_are_one_message_in_the_order_of_their_priorities()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("batched").Unwrap();
        var browsers = new[] { harness.ConnectWithHello("a"), harness.ConnectWithHello("b") };
        foreach (var browser in browsers)
        {
            harness.Subscribe(browser, channel.Id);
            browser.Clear();
        }

        channel.Send(1, [1], Priority.Low).Unwrap();
        channel.Send(2, [2], Priority.High).Unwrap();
        channel.Send(3, [3], Priority.Normal).Unwrap();
        channel.Send(4, [4], Priority.High).Unwrap();
        harness.Step();
        foreach (var browser in browsers)
        {
            Assert.That(browser.All().Select(p => p.Type), Is.EqualTo(new ushort[] { 2, 4, 3, 1 }));
            Assert.That(browser.Messages, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task Packets_of_one_frame_are_one_WebSocket_message_on_a_socket()
    {
        await using var rig = await SocketRig.StartAsync();
        var channel = rig.System.RegisterPlugin("batched").Unwrap();
        await rig.SendAsync(TestPeer.Control(new Subscribe(1, channel.Id)));
        Assert.That((await rig.ReceiveAsync()).Single().Type, Is.EqualTo(Reply.WireType));

        var receiving = SocketRig.ReceiveMessageAsync(rig.Client);
        rig.RunFrame(() =>
        {
            for (ushort type = 1; type <= 3; type++) channel.Send(type, [(byte)type]).Unwrap();
        });
        await rig.StepUntilAsync(receiving);
        var message = await receiving;
        Assert.That(message.Select(p => (p.Type, p.Data[0])), Is.EqualTo(new (ushort, byte)[] { (1, 1), (2, 2), (3, 3) }));
    }

    [Test]
    public async Task Priority_determines_order_within_a_batch_and_Critical_is_sent_immediately()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = harness.System.RegisterPlugin("ordered").Unwrap();
        var browser = harness.ConnectWithHello();
        harness.Subscribe(browser, channel.Id);
        browser.Clear();

        harness.StepWith(() =>
        {
            channel.Send(4, [], Priority.Low).Unwrap();
            channel.Send(3, [], Priority.Normal).Unwrap();
            channel.Send(2, [], Priority.High).Unwrap();
            Assert.That(browser.Next(), Is.Null);
            channel.Send(1, [], Priority.Critical).Unwrap();
            Assert.That(browser.Next()!.Type, Is.EqualTo(1), "before the frame ends");
        });

        Assert.That(browser.All().Select(p => p.Priority), Is.EqualTo(new[] { Priority.High, Priority.Normal, Priority.Low }));
        Assert.That(browser.Messages[0].Single().Type, Is.EqualTo(1));
    }

    [TestCase(ChannelRange.Any, 1000, 1999)]
    [TestCase(ChannelRange.Ide, 1000, 1079)]
    [TestCase(ChannelRange.Game, 1100, 1199)]
    [TestCase(ChannelRange.UiFramework, 1200, 1209)]
    public async Task Plugins_get_channels_of_their_range(ChannelRange range, int first, int last)
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = (await harness.System.RegisterPluginAsync("plugin", new PluginOptions { Range = range })).Unwrap();
        Assert.That(channel.Value, Is.InRange(first, last));
    }

    [TestCase("UI System", 10)]
    [TestCase("Networking System", 100)]
    [TestCase("Rendering System", 200)]
    [TestCase("Physics System", 300)]
    public async Task Systems_choose_their_channels(string name, int id)
    {
        await using var harness = await NetworkHarness.StartAsync();
        var channel = (await harness.System.RegisterSystemAsync(name, (ushort)id)).Unwrap();
        Assert.That(channel.Value, Is.EqualTo(id));
    }

    [Test]
    public async Task A_system_can_be_shared_across_threads()
    {
        await using var networking = new NetworkingSystem(new NetworkingOptions { Port = 0 });
        (await networking.InitializeAsync()).Unwrap();
        var channel = (await networking.RegisterPluginAsync("shared")).Unwrap();

        var netClone = networking;
        await Task.Run(async () => (await netClone.SendPacketAsync(channel, 1, new byte[] { 1 })).Unwrap());

        IReadOnlyList<ReceivedPacket> packets = [];
        while (packets.Count == 0) packets = (await networking.ReceivePacketsAsync(channel)).Unwrap();
        Assert.That(packets.Single().PacketType, Is.EqualTo(1));
    }
}
