using System.Net.WebSockets;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Original;

/// <summary>The original README's own test, line by line; where it sleeps, frames are awaited.</summary>
public sealed class NetworkingSystemTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    // The only test of the default port, so that nothing else needs it free.
    [Test]
    [NonParallelizable]
    public async Task Test_networking_system()
    {
        // Create networking system
        await using var networking = new NetworkingSystem();

        // Initialize (starts server internally)
        var initialized = await networking.InitializeAsync();
        if (initialized.Error is NetworkError.AddressInUse taken) Assert.Fail($"This test binds the default port, as the original does. {taken.Message}");
        initialized.Unwrap();

        // Register a test plugin
        var channel = (await networking.RegisterPluginAsync("test")).Unwrap();
        Assert.That(channel >= 1000);

        // Send and receive
        var data = new byte[] { 1, 2, 3 };
        (await networking.SendPacketAsync(channel, 1, data.ToArray(), Priority.Normal)).Unwrap();

        // Allow batching: each of these calls is answered by a frame.
        var packets = (await networking.ReceivePacketsAsync(channel)).Unwrap();
        while (packets.Count == 0) packets = (await networking.ReceivePacketsAsync(channel)).Unwrap();
        Assert.That(packets, Is.Not.Empty);
        Assert.That(packets[0].Data.ToArray(), Is.EqualTo(data));

        // "Starts server on ws://localhost:8080/ws"
        using var deadline = new CancellationTokenSource(Deadline);
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri("ws://localhost:8080/ws"), deadline.Token);
        var hello = TestPeer.Control(new Hello(ProtocolLimits.Version, "test", null, default, 0));
        await client.SendAsync(hello, WebSocketMessageType.Binary, true, deadline.Token);
        var answer = await SocketRig.ReceiveMessageAsync(client);
        Assert.That(answer.Single().Type, Is.EqualTo(Welcome.WireType));
    }

    [Test]
    public async Task Test_networking_system_in_a_loop_stepped_by_hand()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var networking = harness.System;

        var channel = (await networking.RegisterPluginAsync("test")).Unwrap();
        Assert.That(channel >= 1000);

        var data = new byte[] { 1, 2, 3 };
        (await networking.SendPacketAsync(channel, 1, data.ToArray(), Priority.Normal)).Unwrap();
        Assert.That((await networking.ReceivePacketsAsync(channel)).Unwrap(), Is.Empty, "before the frame's end");

        // Allow batching
        harness.Step();

        var packets = (await networking.ReceivePacketsAsync(channel)).Unwrap();
        Assert.That(packets, Is.Not.Empty);
        Assert.That(packets.Single().Data.ToArray(), Is.EqualTo(data));
        Assert.That((packets[0].PacketType, packets[0].Priority, packets[0].Sender), Is.EqualTo(((ushort)1, Priority.Normal, Entity.Null)));
        Assert.That((await networking.ReceivePacketsAsync(channel)).Unwrap(), Is.Empty, "receiving consumes");
    }
}
