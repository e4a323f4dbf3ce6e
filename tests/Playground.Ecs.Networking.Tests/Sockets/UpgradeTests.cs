using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>The opening handshake: what is let in, and what each other request is told.</summary>
[TestFixture]
public class UpgradeTests : SocketFixture
{
    private const string Host = "Host: h\r\n";
    private const string Asked = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    private const string Version = "Sec-WebSocket-Version: 13\r\n";
    private const string Key = $"Sec-WebSocket-Key: {RawWebSocket.Key}\r\n";

    protected override NetworkingOptions Options => new() { HandshakeTimeout = TimeSpan.FromMilliseconds(400) };

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("POST", 405, $"POST /ws HTTP/1.1\r\n{Host}{Asked}{Version}{Key}\r\n", "Allow: GET");
        yield return Case("DELETE with a query", 405, $"DELETE /ws?a=b HTTP/1.1\r\n{Host}\r\n", "Allow: GET");
        yield return Case("no upgrade", 426, $"GET /ws HTTP/1.1\r\n{Host}\r\n", "Upgrade: websocket");
        yield return Case("upgrade to something else", 426, $"GET /ws HTTP/1.1\r\n{Host}Connection: Upgrade\r\nUpgrade: h2c\r\n{Version}{Key}\r\n", "Upgrade: websocket");
        yield return Case("no Connection", 426, $"GET /ws HTTP/1.1\r\n{Host}Upgrade: websocket\r\n{Version}{Key}\r\n", "Upgrade: websocket");
        yield return Case("version 8", 426, $"GET /ws HTTP/1.1\r\n{Host}{Asked}Sec-WebSocket-Version: 8\r\n{Key}\r\n", "Sec-WebSocket-Version: 13");
        yield return Case("no version", 426, $"GET /ws HTTP/1.1\r\n{Host}{Asked}{Key}\r\n", "Sec-WebSocket-Version: 13");
        yield return Case("no key", 400, $"GET /ws HTTP/1.1\r\n{Host}{Asked}{Version}\r\n", "Sec-WebSocket-Key");
        yield return Case("short key", 400, $"GET /ws HTTP/1.1\r\n{Host}{Asked}{Version}Sec-WebSocket-Key: AAAA\r\n\r\n", "Sec-WebSocket-Key");
        yield return Case("key that is not base64", 400, $"GET /ws HTTP/1.1\r\n{Host}{Asked}{Version}Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==\r\n\r\n", "Sec-WebSocket-Key");
        yield return Case("two keys", 400, $"GET /ws HTTP/1.1\r\n{Host}{Asked}{Version}{Key}{Key}\r\n", "Sec-WebSocket-Key");
        yield return Case("no Host", 400, $"GET /ws HTTP/1.1\r\n{Asked}{Version}{Key}\r\n", "Host");
        yield return Case("two Hosts", 400, $"GET /ws HTTP/1.1\r\n{Host}{Host}{Asked}{Version}{Key}\r\n", "Host");
        yield return Case("HTTP/1.0", 400, $"GET /ws HTTP/1.0\r\n{Host}{Asked}{Version}{Key}\r\n", "HTTP/1.1");
        yield return Case("folded header", 400, $"GET /ws HTTP/1.1\r\n{Host}X: a\r\n b\r\n{Asked}{Version}{Key}\r\n", "HTTP/1.1");
        yield return Case("space before the colon", 400, $"GET /ws HTTP/1.1\r\nHost : h\r\n{Asked}{Version}{Key}\r\n", "HTTP/1.1");
        yield return Case("control byte in a value", 400, $"GET /ws HTTP/1.1\r\n{Host}X: a\0b\r\n{Asked}{Version}{Key}\r\n", "HTTP/1.1");
        yield return Case("bare line feed", 400, $"GET /ws HTTP/1.1\nHost: h\n{Asked}{Version}{Key}\r\n", "HTTP/1.1");
        yield return Case("body", 400, $"GET /ws HTTP/1.1\r\n{Host}{Asked}{Version}{Key}Content-Length: 5\r\n\r\nhello", "no body");
        yield return Case("other subprotocols only", 400, $"GET /ws HTTP/1.1\r\n{Host}{Asked}{Version}{Key}Sec-WebSocket-Protocol: chat, PLAYGROUND.V1\r\n\r\n", "playground.v1");
        yield return Case("head above the limit", 431, $"GET /ws HTTP/1.1\r\n{Host}X: {new string('x', 9_000)}\r\n\r\n", "too large");
    }

    [TestCaseSource(nameof(Refused))]
    public void A_wrong_request_is_told_what_is_wrong(int status, string request, string part)
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendText(request);
        var answer = client.ReadToEnd();
        Assert.That(answer, Does.StartWith($"HTTP/1.1 {status} "));
        Assert.That(answer, Does.Contain(part));
        Assert.That(answer, Does.Contain("Connection: close"));
        Assert.That(client.WasReset, Is.False, "the answer could be read");
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
    }

    [Test]
    public void A_head_that_does_not_end_is_a_timeout()
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendText("GET /ws HTTP/1.1\r\nHost: h\r\n");
        Assert.That(client.ReadToEnd(), Does.StartWith("HTTP/1.1 408 "));
    }

    [TestCase("")]
    [TestCase("GE")]
    [TestCase("GET /w")]
    public void A_connection_that_does_not_say_what_it_wants_is_closed(string start)
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendText(start);
        Assert.That(client.ReadToEnd(), Is.Empty);
    }

    [Test]
    public void A_request_may_come_in_pieces()
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        var request = RawWebSocket.Upgrade("/ws?token=secret");
        foreach (var piece in request.Chunk(40))
        {
            client.SendText(new string(piece));
            Loop.Frame();
        }

        client.ReadUpgrade();
        Assert.That(Loop.AcceptOne().Link.Upgrade.Host, Is.EqualTo("localhost"));
    }

    [Test]
    public void What_the_request_says_is_known_to_the_loop()
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        client.SendText(RawWebSocket.Upgrade(more: "Origin: http://localhost\r\nX-Name:  v 1 \r\nX-Name: v2\r\n"));
        client.ReadUpgrade();
        var upgrade = Loop.AcceptOne().Link.Upgrade;
        Assert.That(upgrade.Origin, Is.EqualTo("http://localhost"));
        Assert.That(upgrade.Headers["x-name"], Is.EqualTo("v2"));
        Assert.That(upgrade.RemoteEndPoint, Is.EqualTo(client.Socket.LocalEndPoint));
    }

    [TestCase(1)]
    [TestCase(5_000)]
    public void Bytes_that_come_with_the_request_are_not_lost(int length)
    {
        using var client = RawWebSocket.Open(Loop.EndPoint);
        var message = new byte[length];
        new Random(2).NextBytes(message);
        client.SendBytes([.. System.Text.Encoding.ASCII.GetBytes(RawWebSocket.Upgrade()), .. RawFrame.ToClientBytes(0x82, message), .. RawFrame.ToClientBytes(0x82, [1])]);
        var server = Loop.AcceptOne();
        Loop.Until(() => server.Messages.Count == 2);
        Assert.That(server.Messages[0], Is.EqualTo(message));
    }

    [Test]
    public async Task Beyond_the_limit_of_connections_the_upgrade_is_refused_until_one_leaves()
    {
        await using var loop = await TransportLoop.StartAsync(CreateTransport(), Options with { ConnectionsMax = 2 });
        using var first = RawWebSocket.Connect(loop.EndPoint);
        using var second = RawWebSocket.Connect(loop.EndPoint);
        using (var third = RawWebSocket.Open(loop.EndPoint))
        {
            third.SendText(RawWebSocket.Upgrade());
            Assert.That(third.ReadToEnd(), Does.StartWith("HTTP/1.1 503 "));
        }

        loop.Until(() => loop.Links.Count == 2);
        first.Dispose();
        loop.Until(() => loop.Transport.LinkCount == 1);
        using var fourth = RawWebSocket.Connect(loop.EndPoint);
    }

    [Test]
    public async Task Silent_connections_do_not_keep_others_out()
    {
        await using var loop = await TransportLoop.StartAsync(
            CreateTransport(), Options with { HandshakesMax = 4, HandshakeTimeout = TimeSpan.FromSeconds(60) });
        var silent = Enumerable.Range(0, 10).Select(_ => RawWebSocket.Open(loop.EndPoint)).ToList();
        using var client = RawWebSocket.Connect(loop.EndPoint);
        silent.ForEach(socket => socket.Dispose());
    }

    [Test]
    public void Resets_before_and_after_the_upgrade_leave_nothing_behind()
    {
        for (var i = 0; i < 100; i++)
        {
            var early = RawWebSocket.Open(Loop.EndPoint);
            early.SendText(i % 2 == 0 ? "GET /ws HT" : RawWebSocket.Upgrade());
            early.Reset();
        }

        using var client = RawWebSocket.Connect(Loop.EndPoint);
        Loop.Until(() => Loop.Transport.LinkCount == 1);
    }

    private static TestCaseData Case(string name, int status, string request, string part) =>
        new TestCaseData(status, request, part).SetArgDisplayNames(name, $"{status}");
}
