using System.Net.Sockets;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Rows 16, 17, 29, 30, 49-51 and 56: what comes before a connection is a link.</summary>
public sealed class HandshakeFaults
{
    private const string Asked = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    private const string Version = "Sec-WebSocket-Version: 13\r\n";
    private const string Key = $"Sec-WebSocket-Key: {RawWebSocket.Key}\r\n";

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [Test]
    public async Task Row_16_a_request_that_does_not_end_gets_408()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { HandshakeTimeout = Soon });
        var attackers = Enumerable.Range(0, 20).Select(_ => server.Open()).ToList();
        attackers.ForEach(static attacker => attacker.SendText("GET /ws HTTP/1.1\r\nHost: localhost\r\n"));
        foreach (var attacker in attackers) Assert.That(attacker.ReadToEnd(), Does.StartWith("HTTP/1.1 408 "));
        ExpectRefused(server, "Timeout", attackers.Count);
        await server.ExpectUnharmedAsync(attackers.Count);
    }

    [Test]
    public async Task Row_16_a_request_without_a_bound_gets_431()
    {
        await using var server = await FaultServer.StartAsync();
        var attacker = server.Open();
        attacker.SendText("GET /ws HTTP/1.1\r\nHost: localhost\r\n");
        try
        {
            for (var line = 0; line < 20_000; line++) attacker.SendText($"X-{line}: {line}\r\n");
        }
        catch (SocketException)
        {
            // The server has had enough.
        }

        Assert.That(attacker.ReadToEnd(), Does.StartWith("HTTP/1.1 431 ").Or.Empty, "the answer, unless it met bytes that were still on their way");
        ExpectRefused(server, "Invalid", 1);
        await server.ExpectUnharmedAsync();
    }

    [TestCase("GET /ws\r\n\r\n")]
    [TestCase("GET /ws HTTP/1.1\r\n: nothing\r\n\r\n")]
    [TestCase("GET /ws HTTP/9.9\r\nHost: localhost\r\n\r\n")]
    [TestCase("GET /ws HTTP/1.1\r\nHost: local\0host\r\n\r\n")]
    [TestCase("GARBAGE and more of it\r\n\r\n")]
    [TestCase("\0\u0001\u0002\u0003\r\n\r\n")]
    public async Task Row_16_a_garbage_request_gets_400(string request)
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { HandshakeTimeout = Soon });
        var attacker = server.Open();
        attacker.SendText(request);
        Assert.That(attacker.ReadToEnd(), Does.StartWith("HTTP/1.1 400 "));
        if (request.StartsWith("GET /ws ", StringComparison.Ordinal)) ExpectRefused(server, "Invalid", 1);
        await server.ExpectUnharmedAsync();
    }

    [TestCase("")]
    [TestCase("G")]
    [TestCase("GET /w")]
    public async Task Row_17_a_connection_that_does_not_say_what_it_wants_is_gone_in_time_and_counted(string start)
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { HandshakeTimeout = Soon });
        var attackers = Enumerable.Range(0, 20).Select(_ => server.Open()).ToList();
        attackers.ForEach(attacker => attacker.SendText(start));
        foreach (var attacker in attackers) Assert.That(attacker.ReadToEnd(), Is.Empty);
        ExpectRefused(server, "Timeout", attackers.Count);
        await server.ExpectUnharmedAsync(attackers.Count);
    }

    [Test]
    public async Task Row_29_connections_beyond_the_limit_get_503()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { ConnectionsMax = 10 });
        var links = Enumerable.Range(0, 9).Select(_ => server.Connect()).ToList();
        for (var i = 0; i < 30; i++) ExpectAnswer(server, 503, RawWebSocket.Upgrade());
        ExpectRefused(server, "Full", 30);
        Assert.That(links.TrueForAll(static link => link.CloseCode == 0));
        await LeaveAsync(server, links);
        await server.ExpectUnharmedAsync(links.Count);
    }

    [Test]
    public async Task Row_29_connections_of_one_address_beyond_its_limit_get_503()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { ConnectionsPerAddressMax = 10 });
        var links = Enumerable.Range(0, 9).Select(_ => server.Connect()).ToList();
        for (var i = 0; i < 30; i++) ExpectAnswer(server, 503, RawWebSocket.Upgrade());
        ExpectRefused(server, "Address", 30);
        await LeaveAsync(server, links);
        await server.ExpectUnharmedAsync(links.Count);
    }

    [Test]
    public async Task Row_29_a_flood_of_handshakes_of_one_address_gets_503()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { HandshakesPerAddressMax = 8 });
        var silent = Enumerable.Range(0, 8).Select(_ => server.Open()).ToList();
        for (var i = 0; i < 50; i++) Assert.That(server.Open().ReadToEnd(), Does.StartWith("HTTP/1.1 503 ").Or.Empty);
        ExpectRefused(server, "Address", 50);
        silent.ForEach(static socket => socket.Dispose());
        await UntilServedAsync(server);
        await server.ExpectUnharmedAsync(58);
    }

    [Test]
    public async Task Row_29_upgrade_requests_of_one_address_beyond_its_rate_get_503_and_are_served_later()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { HandshakesPerAddressPerSecond = 5 });
        var answers = Enumerable.Range(0, 40).Select(_ => AnswerOf(server, RawWebSocket.Upgrade(more: "Origin: http://foreign.example\r\n"))).ToList();
        Assert.That(answers, Has.Some.StartsWith("HTTP/1.1 403 ").And.Some.StartsWith("HTTP/1.1 503 "));
        ExpectRefused(server, "Address", answers.Count(static answer => answer.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal)));
        await UntilServedAsync(server);
        await server.ExpectUnharmedAsync(40);
    }

    [Test]
    [NonParallelizable]
    [Platform("Linux")]
    public async Task Row_30_out_of_descriptors_accepting_resumes_when_they_come_back()
    {
        await using var server = await FaultServer.StartAsync();
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (Descriptors.TakeAll())
        {
            waiting.Connect(server.EndPoint);
            waiting.Send(System.Text.Encoding.ASCII.GetBytes(RawWebSocket.Upgrade()));
            await server.UntilAsync(() => server.Log.Lines.Any(static l => l.Id == 101));
            await server.Bystander.ExpectExchangesAsync(2);
        }

        waiting.ReceiveTimeout = (int)FaultServer.Patience.TotalMilliseconds;
        var answer = new byte[12];
        waiting.Receive(answer);
        Assert.That(System.Text.Encoding.ASCII.GetString(answer), Is.EqualTo("HTTP/1.1 101"));
        await server.UntilAsync(() => server.Meter.Read("playground.connections.accepted") == 2);
        waiting.Dispose();
        await server.ExpectUnharmedAsync();
    }

    [TestCase("http://foreign.example", false)]
    [TestCase("null", false)]
    [TestCase("https://localhost", false)]
    [TestCase(null, true)]
    public async Task Row_49_a_foreign_Origin_or_one_that_is_missing_where_it_must_not_gets_403(string? origin, bool requireOrigin)
    {
        await using var server = await FaultServer.StartAsync();
        await using var strict = await StrictServer.StartAsync(FaultServer.Defaults with { RequireOrigin = requireOrigin });
        var request = RawWebSocket.Upgrade(more: origin is null ? "" : $"Origin: {origin}\r\n");
        Assert.That(strict.AnswerOf(request), Does.StartWith("HTTP/1.1 403 "));
        Assert.That(strict.Meter.Read("playground.upgrades.refused", "Origin"), Is.EqualTo(1));
        if (!requireOrigin) ExpectAnswer(server, 403, request);
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_49_no_Origin_and_the_servers_own_are_let_in()
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { AllowedOrigins = ["https://game.example"] });
        foreach (var more in new[] { "", $"Origin: http://localhost:{server.EndPoint.Port}\r\n", "Origin: https://game.example\r\n" })
        {
            var request = RawWebSocket.Upgrade(more: more).Replace("Host: localhost\r\n", $"Host: localhost:{server.EndPoint.Port}\r\n", StringComparison.Ordinal);
            ExpectHead(server, 101, request);
        }

        await server.ExpectUnharmedAsync(3);
    }

    [TestCase("rebound.example")]
    [TestCase("rebound.example:80")]
    [TestCase("10.1.2.3")]
    public async Task Row_50_a_Host_that_is_not_ours_gets_421_unless_it_is_listed(string host)
    {
        await using var server = await FaultServer.StartAsync();
        var request = RawWebSocket.Upgrade().Replace("Host: localhost\r\n", $"Host: {host}\r\n", StringComparison.Ordinal);
        ExpectAnswer(server, 421, request);
        ExpectRefused(server, "Host", 1);
        await using (var listed = await StrictServer.StartAsync(FaultServer.Defaults with { AllowedHosts = [host.Split(':')[0]] }))
        {
            Assert.That(listed.AnswerOf(request, wholeAnswer: false), Does.StartWith("HTTP/1.1 101 "));
        }

        await server.ExpectUnharmedAsync();
    }

    [TestCase(405, $"POST /ws HTTP/1.1\r\nHost: localhost\r\n{Asked}{Version}{Key}\r\n")]
    [TestCase(405, "DELETE /ws HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [TestCase(400, $"GET /ws HTTP/1.1\r\nHost: localhost\r\n{Asked}{Version}\r\n")]
    [TestCase(426, $"GET /ws HTTP/1.1\r\nHost: localhost\r\n{Asked}Sec-WebSocket-Version: 8\r\n{Key}\r\n")]
    [TestCase(426, "GET /ws HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [TestCase(426, $"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n{Version}{Key}\r\n")]
    public async Task Row_51_a_wrong_method_key_version_or_no_Upgrade_never_gets_101(int status, string request)
    {
        await using var server = await FaultServer.StartAsync();
        ExpectAnswer(server, status, request);
        ExpectRefused(server, "Invalid", 1);
        await server.ExpectUnharmedAsync();
    }

    [Test]
    public async Task Row_56_bytes_that_come_with_the_upgrade_request_are_served()
    {
        await using var server = await FaultServer.StartAsync();
        var socket = server.Open();
        socket.SendBytes(
            [.. System.Text.Encoding.ASCII.GetBytes(RawWebSocket.Upgrade()), .. RawFrame.ToClientBytes(0x82, TestPeer.Packet(server.Echo.Id, 7, new byte[5_000]))]);
        socket.ReadUpgrade();
        var peer = new Attacker(server, socket);
        Assert.That((await peer.PacketAsync(server.Echo.Id)).Data, Has.Length.EqualTo(5_000));
        Assert.That(server.Ended(DisconnectReason.Malformed), Is.Zero);
        await server.ExpectUnharmedAsync();
    }

    private static string AnswerOf(FaultServer server, string request)
    {
        var socket = server.Open();
        socket.SendText(request);
        return socket.ReadToEnd();
    }

    private static void ExpectAnswer(FaultServer server, int status, string request) =>
        Assert.That(AnswerOf(server, request), Does.StartWith($"HTTP/1.1 {status} "));

    private static void ExpectHead(FaultServer server, int status, string request)
    {
        var socket = server.Open();
        socket.SendText(request);
        Assert.That(socket.ReadHead(), Does.StartWith($"HTTP/1.1 {status} "));
    }

    private static void ExpectRefused(FaultServer server, string reason, int count) =>
        Assert.That(server.Meter.Read("playground.upgrades.refused", reason), Is.EqualTo(count), $"refused by {reason}");

    private static async Task LeaveAsync(FaultServer server, List<Attacker> links)
    {
        links.ForEach(static link => link.Socket.Dispose());
        await server.UntilAsync(() => server.System.UpgradedLinks!.Count == 1);
    }

    // Places and rates come back a moment after those who took them have gone.
    private static async Task UntilServedAsync(FaultServer server) => await server.UntilAsync(() =>
    {
        using var socket = RawWebSocket.Open(server.EndPoint);
        socket.SendText(RawWebSocket.Upgrade());
        return socket.ReadHead().StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal);
    });
}
