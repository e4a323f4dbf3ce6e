using System.Text;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Hostile;

/// <summary>What peers do to a server in a soak, each by several at once, over and over. Loopback only; all of it ends with the token.</summary>
internal static class Attacks
{
    /// <summary>What, by how many at once, with which pause between two, in ms.</summary>
    public static (string Name, int Peers, int PauseMs, Func<int, CancellationToken, Task> Attack)[] All { get; } =
    [
        ("churn", 8, 20, ChurnAsync),
        ("reset in mid-message", 8, 20, ResetAsync),
        ("reset before the upgrade", 4, 20, ResetEarlyAsync),
        ("garbage request", 4, 50, GarbageRequestAsync),
        ("slow request", 4, 100, SlowRequestAsync),
        ("silence", 8, 100, SilenceAsync),
        ("malformed packet", 4, 50, MalformedAsync),
        ("unknown channels", 4, 50, UnknownChannelsAsync),
        ("packet flood", 2, 500, PacketFloodAsync),
        ("ping flood", 2, 500, PingFloodAsync),
        ("subscription flood", 2, 200, SubscriptionFloodAsync),
        ("a byte at a time", 4, 100, DribbleAsync),
        ("a reader that never reads", 4, 500, NeverReadAsync),
        ("guessed resume tokens", 2, 200, GuessAsync),
        ("broken requests to models' tools", 2, 200, BadToolRequestAsync),
    ];

    private static async Task ChurnAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.UpgradeAsync(port, cancellationToken);
        await peer.SendAsync(RawPeer.Control(new Hello(ProtocolLimits.Version, "churn", null, default, 0)), cancellationToken);
        await peer.ReadAsync(cancellationToken);
        await peer.SendAsync(RawPeer.Control(new Goodbye(ErrorCode.None, "bye", 0)), cancellationToken);
        await peer.DrainAsync(cancellationToken);
    }

    private static async Task ResetAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.UpgradeAsync(port, cancellationToken);
        await peer.SendAsync(RawPeer.Control(new Hello(ProtocolLimits.Version, "reset", null, default, 0)), cancellationToken);
        await peer.SendAsync(RawPeer.Frame(new byte[2_000]).AsMemory(0, 700), cancellationToken);
        peer.Reset();
    }

    private static async Task ResetEarlyAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.ConnectAsync(port, cancellationToken);
        await peer.SendAsync("GET /ws HTTP/1.1\r\nHost: "u8.ToArray(), cancellationToken);
        peer.Reset();
    }

    private static async Task GarbageRequestAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.ConnectAsync(port, cancellationToken);
        await peer.SendAsync("GET /ws HTTP/1.1\r\nno colon here\r\n\r\n"u8.ToArray(), cancellationToken);
        await peer.DrainAsync(cancellationToken);
    }

    private static async Task SlowRequestAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.ConnectAsync(port, cancellationToken);
        foreach (var b in "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n"u8.ToArray())
        {
            await peer.SendAsync(new[] { b }, cancellationToken);
            await Task.Delay(250, cancellationToken);
        }
    }

    private static async Task SilenceAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.ConnectAsync(port, cancellationToken);
        await Task.Delay(4_000, cancellationToken);
    }

    private static async Task MalformedAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.UpgradeAsync(port, cancellationToken);
        await peer.SendAsync(RawPeer.Frame(new byte[7]), cancellationToken);
        await peer.DrainAsync(cancellationToken);
    }

    private static async Task UnknownChannelsAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.UpgradeAsync(port, cancellationToken);
        for (ushort channel = 1_500; channel < 1_700; channel++) await peer.SendAsync(RawPeer.Packet(channel, 1, []), cancellationToken);
        await peer.DrainAsync(cancellationToken);
    }

    private static async Task PacketFloodAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.UpgradeAsync(port, cancellationToken);
        var packet = RawPeer.Packet(1_000, 1, new byte[16]);
        var burst = Enumerable.Repeat(packet, 500).SelectMany(static bytes => bytes).ToArray();
        for (var i = 0; i < 200; i++) await peer.SendAsync(burst, cancellationToken);
    }

    private static async Task PingFloodAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.UpgradeAsync(port, cancellationToken);
        var pings = Enumerable.Repeat(RawPeer.Frame(new byte[100], 0x89), 100).SelectMany(static bytes => bytes).ToArray();
        for (var i = 0; i < 100; i++) await peer.SendAsync(pings, cancellationToken);
    }

    private static async Task SubscriptionFloodAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.UpgradeAsync(port, cancellationToken);
        for (uint id = 0; id < 300; id++)
        {
            await peer.SendAsync(RawPeer.Control(new Subscribe(id, new ChannelReference(id % 2 == 0 ? "echo" : "broadcast"))), cancellationToken);
            await peer.SendAsync(RawPeer.Control(new Unsubscribe(id + 1_000, new ChannelReference(id % 2 == 0 ? "echo" : "broadcast"))), cancellationToken);
        }
    }

    private static async Task DribbleAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.UpgradeAsync(port, cancellationToken);
        foreach (var b in RawPeer.Packet(1_000, 1, new byte[40]))
        {
            await peer.SendAsync(new[] { b }, cancellationToken);
            await Task.Delay(250, cancellationToken);
        }
    }

    private static async Task NeverReadAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.UpgradeAsync(port, cancellationToken);
        await peer.SendAsync(RawPeer.Control(new Subscribe(1, new ChannelReference("broadcast"))), cancellationToken);
        await Task.Delay(15_000, cancellationToken);
    }

    private static async Task GuessAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.UpgradeAsync(port, cancellationToken);
        await peer.SendAsync(RawPeer.Control(new Hello(ProtocolLimits.Version, "guess", null, new byte[24], 3)), cancellationToken);
        await peer.ReadAsync(cancellationToken);
    }

    private static async Task BadToolRequestAsync(int port, CancellationToken cancellationToken)
    {
        using var peer = await RawPeer.ConnectAsync(port, cancellationToken);
        const string Body = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":[[[[[[""";
        await peer.SendAsync(
            Encoding.ASCII.GetBytes($"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}"),
            cancellationToken);
        await peer.DrainAsync(cancellationToken);
    }
}
