using System.Text;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <content>The opening handshake.</content>
public abstract partial class WebSocketConformance
{
    private const string Asked = "Host: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    private const string Version = "Sec-WebSocket-Version: 13\r\n";
    private const string Key = $"Sec-WebSocket-Key: {RawWebSocket.Key}\r\n";

    [TestCase(null, null)]
    [TestCase("playground.v1", "playground.v1")]
    [TestCase("other, playground.v1", "playground.v1")]
    public virtual void The_subprotocol_is_agreed_on(string? offered, string? agreed)
    {
        var client = ConnectRaw(subprotocol: offered);
        var server = Loop.AcceptOne();
        Assert.That(server.Link.Upgrade.Subprotocol, Is.EqualTo(agreed));
        Assert.That(client.Head.Contains("Sec-WebSocket-Protocol", StringComparison.OrdinalIgnoreCase), Is.EqualTo(agreed is not null));
        Assert.That(client.Head, Does.Contain(RawWebSocket.Accept));
    }

    protected static IEnumerable<TestCaseData> RefusedUpgrades()
    {
        yield return Upgrade("POST", 405, $"POST /ws HTTP/1.1\r\n{Asked}{Version}{Key}Content-Length: 0\r\n\r\n");
        yield return Upgrade("no upgrade", 426, "GET /ws HTTP/1.1\r\nHost: h\r\n\r\n");
        yield return Upgrade("version 8", 426, $"GET /ws HTTP/1.1\r\n{Asked}Sec-WebSocket-Version: 8\r\n{Key}\r\n");
        yield return Upgrade("no key", 400, $"GET /ws HTTP/1.1\r\n{Asked}{Version}\r\n");
        yield return Upgrade("short key", 400, $"GET /ws HTTP/1.1\r\n{Asked}{Version}Sec-WebSocket-Key: AAAA\r\n\r\n");
        yield return Upgrade("two keys", 400, $"GET /ws HTTP/1.1\r\n{Asked}{Version}{Key}{Key}\r\n");
        yield return Upgrade("no Host", 400, $"GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{Version}{Key}\r\n");
        yield return Upgrade("other subprotocols only", 400, $"GET /ws HTTP/1.1\r\n{Asked}{Version}{Key}Sec-WebSocket-Protocol: chat, PLAYGROUND.V1\r\n\r\n");
        yield return Upgrade("head above the limit", 431, $"GET /ws HTTP/1.1\r\n{Asked}{Version}{Key}X: {new string('x', 9_000)}\r\n\r\n");
    }

    [TestCaseSource(nameof(RefusedUpgrades))]
    public virtual void A_wrong_upgrade_is_refused_and_makes_no_link(int status, string request)
    {
        var client = Track(Open(Loop));
        client.SendText(request);
        Assert.That(client.ReadToEnd(), Does.StartWith($"HTTP/1.1 {status} "));
        Loop.Frame();
        Assert.That(Loop.Links, Is.Empty);
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
    }

    [Test]
    public virtual void An_upgrade_may_come_in_pieces()
    {
        var client = Track(Open(Loop));
        foreach (var piece in RawWebSocket.Upgrade("/ws?token=secret").Chunk(40))
        {
            client.SendText(new string(piece));
            Loop.Frame();
        }

        client.ReadUpgrade();
        Assert.That(Loop.AcceptOne().Link.Upgrade.Host, Is.EqualTo("localhost"));
    }

    [Test]
    public virtual async Task What_the_upgrade_says_is_known_to_the_loop()
    {
        await using var loop = await StartAsync(new NetworkingOptions { AllowedOrigins = ["https://a.example"] });
        var client = Track(Open(loop));
        client.SendText(RawWebSocket.Upgrade(more: "Origin: https://a.example\r\nX-Name:  v 1 \r\n"));
        client.ReadUpgrade();
        var upgrade = loop.AcceptOne().Link.Upgrade;
        Assert.That(upgrade.Origin, Is.EqualTo("https://a.example"));
        Assert.That(upgrade.Host, Is.EqualTo("localhost"));
        Assert.That(upgrade.Headers["x-name"], Is.EqualTo("v 1"));
        Assert.That(upgrade.RemoteEndPoint!.Address, Is.EqualTo(System.Net.IPAddress.Loopback));
    }

    [TestCase(1)]
    [TestCase(5_000)]
    public virtual void Bytes_that_come_with_the_upgrade_are_not_lost(int length)
    {
        var client = Track(Open(Loop));
        var message = Message(new Random(2), length);
        client.SendBytes([.. Encoding.ASCII.GetBytes(RawWebSocket.Upgrade()), .. RawFrame.ToClientBytes(0x82, message), .. RawFrame.ToClientBytes(0x82, [1])]);
        var server = Loop.AcceptOne();
        Loop.Until(() => server.Messages.Count == 2);
        Assert.That(server.Messages[0], Is.EqualTo(message));
    }

    [TestCase("")]
    [TestCase("GET /w")]
    [TestCase("GET /ws HTTP/1.1\r\nHost: h\r\n")]
    public virtual async Task A_connection_that_does_not_finish_its_upgrade_is_let_go(string start)
    {
        await using var loop = await StartAsync(new NetworkingOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(400) });
        var client = Track(Open(loop));
        client.SendText(start);
        Assert.That(client.ReadToEnd(), Is.Empty.Or.StartsWith("HTTP/1.1 408 "));
        Assert.That(client.HasEnded, Is.True);
        Assert.That(loop.Transport.LinkCount, Is.Zero);
    }

    [Test]
    public virtual async Task Beyond_the_limit_of_connections_the_upgrade_is_refused_until_one_leaves()
    {
        await using var loop = await StartAsync(new NetworkingOptions { ConnectionsMax = 2 });
        var first = ConnectRaw(loop);
        ConnectRaw(loop);
        var third = Track(Open(loop));
        third.SendText(RawWebSocket.Upgrade());
        Assert.That(third.ReadToEnd(), Does.StartWith("HTTP/1.1 503 "));

        loop.Until(() => loop.Links.Count == 2);
        first.Dispose();
        loop.Until(() => loop.Transport.LinkCount == 1);
        ConnectRaw(loop);
    }

    [Test]
    public virtual void Resets_before_and_after_the_upgrade_leave_nothing_behind()
    {
        for (var i = 0; i < 100; i++)
        {
            var early = Open(Loop);
            early.SendText(i % 2 == 0 ? "GET /ws HT" : RawWebSocket.Upgrade());
            early.Reset();
        }

        var (client, server) = ConnectRawPairAfterResets();
        client.SendFrame(RawFrame.Binary, [1]);
        Loop.Until(() => server.Messages.Count == 1 && Loop.Transport.LinkCount == 1);
    }

    // Links of peers that reset after their upgrade may come first.
    private (RawWebSocket Client, LinkRecord Server) ConnectRawPairAfterResets()
    {
        var client = Track(Open(Loop));
        client.SendText(RawWebSocket.Upgrade(more: "X-Last: yes\r\n"));
        client.ReadUpgrade();
        LinkRecord? server = null;
        Loop.Until(() => (server = Loop.Links.Find(link => link.Link.Upgrade.Headers.ContainsKey("X-Last"))) is not null);
        return (client, server!);
    }

    private static TestCaseData Upgrade(string name, int status, string request) =>
        new TestCaseData(status, request).SetArgDisplayNames(name, $"{status}");
}
