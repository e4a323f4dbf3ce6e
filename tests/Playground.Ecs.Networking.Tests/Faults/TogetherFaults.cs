using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Row 57, for a moment: the load test's soak does it for minutes, and measures.</summary>
public sealed class TogetherFaults
{
    private const int Rounds = 30;

    [Test]
    public async Task Row_57_churn_resets_slow_readers_and_floods_together_leave_nothing_behind()
    {
        await using var server = await FaultServer.StartAsync(
            FaultServer.Defaults with { PacketsPerSecond = 2_000, RateLimitTimeout = TimeSpan.FromMilliseconds(200), HandshakesPerAddressPerSecond = 10_000 });
        var slow = Enumerable.Range(0, 4).Select(_ => server.Connect(receiveBufferBytes: 4_096)).ToList();
        foreach (var reader in slow) reader.Send(new Subscribe(1, new ChannelReference(server.Sink.Id)));
        server.OnFrame = () => server.Sink.Send(1, new byte[8_000]);
        for (var round = 0; round < Rounds; round++)
        {
            await ChurnAsync(server);
            Reset(server);
            await FloodAsync(server);
            await MalformAsync(server);
        }

        server.OnFrame = null;
        Assert.That(server.Meter.Read("playground.connections.accepted"), Is.GreaterThan(3L * Rounds));
        Assert.That(server.Meter.Read("playground.packets.dropped", "normal"), Is.Positive, "to the slow readers");
        await server.ExpectUnharmedAsync(connections: 4 + (3 * Rounds));
    }

    private static async Task ChurnAsync(FaultServer server)
    {
        var peer = server.Connect();
        await peer.HelloAsync("churn");
        peer.Send(new Goodbye(ErrorCode.None, "bye", 0));
        await peer.ClosedAsync();
    }

    private static void Reset(FaultServer server)
    {
        var peer = server.Connect();
        peer.Socket.SendBytes(RawFrame.ToClientBytes(0x82, new byte[2_000]).AsSpan(0, 700));
        peer.Socket.Reset();
    }

    private static async Task FloodAsync(FaultServer server)
    {
        var peer = server.Connect();
        var batch = RawFrame.ToClientBytes(0x82, [.. Enumerable.Repeat(TestPeer.Packet(server.Echo.Id, 1, [1]), 250).SelectMany(static packet => packet)]);
        for (var i = 0; i < 4; i++) await peer.FloodAsync(batch);
    }

    private static async Task MalformAsync(FaultServer server)
    {
        var peer = server.Connect();
        peer.Socket.SendFrame(RawFrame.Binary, new byte[7]);
        Assert.That(await peer.ClosedAsync(), Is.EqualTo((int)CloseCode.Malformed));
    }
}
