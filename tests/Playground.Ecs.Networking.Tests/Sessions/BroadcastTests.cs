using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Sessions;

public sealed class BroadcastTests
{
    [Test]
    public async Task A_clients_broadcast_is_Forbidden_unless_allowed()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var peer = harness.ConnectWithHello();
        peer.Send(0, (ushort)ControlType.Broadcast, [1]);
        harness.Step();
        var error = peer.NextError();
        Assert.That((error.Error, error.Channel, error.PacketType), Is.EqualTo((ErrorCode.Forbidden, new ChannelId(0), (ushort)13)));
    }

    [TestCase(Priority.Critical, Priority.High)]
    [TestCase(Priority.High, Priority.High)]
    [TestCase(Priority.Normal, Priority.Normal)]
    [TestCase(Priority.Low, Priority.Low)]
    public async Task An_allowed_broadcast_reaches_everyone_else_and_the_control_inbox(Priority sent, Priority received)
    {
        await using var harness = await NetworkHarness.StartAsync(new NetworkingOptions { AllowClientBroadcast = true });
        var sender = harness.ConnectWithHello();
        var session = harness.ConnectWithHello();
        var plain = harness.Connect();
        plain.SendControl(new Ping(1));
        harness.Step();
        plain.Clear();

        sender.Send(0, (ushort)ControlType.Broadcast, [1, 2], sent);
        harness.Step();
        foreach (var peer in new[] { session, plain })
        {
            var packet = peer.Next()!;
            Assert.That((packet.Channel, packet.Type, packet.Priority), Is.EqualTo((new ChannelId(0), (ushort)13, received)));
            Assert.That(packet.Data, Is.EqualTo(new byte[] { 1, 2 }));
        }

        Assert.That(sender.Next(), Is.Null);
        var control = harness.System.FindChannel(0).Unwrap();
        var arrived = control.Receive()[0];
        Assert.That((arrived.PacketType, arrived.Sender), Is.EqualTo(((ushort)13, await harness.EntityOfAsync(sender.PeerId))));
    }

    [Test]
    public async Task The_applications_broadcasts_do_not_come_back_to_it()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var peer = harness.ConnectWithHello();
        (await harness.System.BroadcastAsync(new byte[] { 9 }, Priority.Critical)).Unwrap();
        Assert.That(peer.Next()!.Data, Is.EqualTo(new byte[] { 9 }), "Critical leaves at once");
        harness.Step(2);
        Assert.That(harness.System.FindChannel(0).Unwrap().WaitingCount, Is.Zero);
    }

    [Test]
    public async Task Who_is_not_served_yet_gets_no_broadcast()
    {
        await using var harness = await NetworkHarness.StartAsync();
        var silent = harness.Connect();
        harness.Step();
        (await harness.System.BroadcastAsync(new byte[] { 9 })).Unwrap();
        harness.Step();
        Assert.That(silent.Next(), Is.Null);
    }
}
