using System.Net.WebSockets;
using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>Links over the framework's WebSocket, against a server that the test plays byte by byte.</summary>
public sealed class WebSocketLinkTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Refused_upgrade_says_its_status_and_when_to_come_back()
    {
        using var server = new RawServer();
        await using var client = Client(server.Uri);
        var state = NextAsync<ClientState.Reconnecting>(client);
        _ = client.ConnectAsync().AsTask();
        await server.AcceptAsync();
        await server.AnswerAsync("HTTP/1.1 503 Service Unavailable\nRetry-After: 7\nContent-Length: 0\n\n");
        var refused = await state;
        Assert.That(refused.Error.Message, Does.Contain("HTTP 503"));
        Assert.That(refused.Delay.TotalSeconds, Is.InRange(7, 7.25));
    }

    [TestCase("HTTP/1.1 503 Service Unavailable\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\nContent-Length: 0\n\n")]
    [TestCase("HTTP/1.1 404 Not Found\nRetry-After: 7\nContent-Length: 0\n\n")]
    public async Task Other_refusals_are_tried_again_soon(string response)
    {
        using var server = new RawServer();
        await using var client = Client(server.Uri);
        var state = NextAsync<ClientState.Reconnecting>(client);
        _ = client.ConnectAsync().AsTask();
        await server.AcceptAsync();
        await server.AnswerAsync(response);
        Assert.That((await state).Delay.TotalSeconds, Is.LessThan(0.25));
    }

    [Test]
    public async Task Server_that_takes_the_connection_and_says_nothing_is_given_up_in_time()
    {
        using var server = new RawServer();
        await using var client = Client(server.Uri);
        var state = NextAsync<ClientState.Reconnecting>(client);
        _ = client.ConnectAsync().AsTask();
        await server.AcceptAsync();
        _time.Advance(client.Options.ConnectTimeout);
        Assert.That((await state).Error.Message, Does.Contain("within 10 s"));
    }

    [Test]
    public async Task Port_where_nobody_listens_is_a_link_that_failed()
    {
        Uri nobody;
        using (var server = new RawServer()) nobody = server.Uri;
        await using var client = Client(nobody);
        var state = NextAsync<ClientState.Reconnecting>(client);
        _ = client.ConnectAsync().AsTask();
        Assert.That((await state).Error, Is.InstanceOf<NetworkError.NotConnected>());
    }

    [Test]
    public async Task Upgrade_offers_the_subprotocol_and_has_the_applications_headers()
    {
        using var server = new RawServer();
        await using var client = Client(server.Uri, options => options with
        {
            ConfigureWebSocket = static socket => socket.SetRequestHeader("X-Arena", "north"),
        });
        _ = client.ConnectAsync().AsTask();
        var request = await server.AcceptAsync();
        Assert.That(request, Does.StartWith("GET /ws HTTP/1.1\r\n").And.Contain("Sec-WebSocket-Protocol: playground.v1").And.Contain("X-Arena: north"));
        Assert.That(request, Does.Not.Contain("Sec-WebSocket-Extensions"));
    }

    [Test]
    public async Task Settings_that_throw_are_a_link_that_failed()
    {
        using var server = new RawServer();
        await using var client = Client(server.Uri, static options => options with
        {
            ConfigureWebSocket = static _ => throw new InvalidOperationException("no such proxy"),
        });
        var state = NextAsync<ClientState.Reconnecting>(client);
        _ = client.ConnectAsync().AsTask();
        Assert.That((await state).Error, Is.EqualTo(new NetworkError.NotConnected("no such proxy")));
    }

    [Test]
    public async Task Text_message_and_one_that_is_too_long_end_the_client_with_their_codes()
    {
        foreach (var (bytes, kind, code) in new[] { (5, WebSocketMessageType.Text, 1003), (ProtocolLimits.MaxMessageBytes + 1, WebSocketMessageType.Binary, 1009) })
        {
            using var server = new RawServer();
            await using var client = Client(server.Uri);
            var (socket, connecting) = await GreetAsync(server, client);
            using var disposing = socket;
            Assert.That((await connecting).Error, Is.Null);
            await socket.SendAsync(new byte[bytes].AsMemory(), kind, true, CancellationToken.None);
            Assert.That(await ReadToCloseAsync(socket), Is.EqualTo(code));
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, null, CancellationToken.None);
            Assert.That((await NextAsync<ClientState.Closed>(client)).Error, Is.InstanceOf<NetworkError.MalformedPacket>());
        }
    }

    [Test]
    public async Task Servers_close_is_answered_and_its_reason_told()
    {
        using var server = new RawServer();
        await using var client = Client(server.Uri);
        var (socket, connecting) = await GreetAsync(server, client);
        using var disposing = socket;
        Assert.That((await connecting).Error, Is.Null);
        await socket.CloseOutputAsync((WebSocketCloseStatus)CloseCode.PersistentRefusals, "enough", CancellationToken.None);
        Assert.That(await ReadToCloseAsync(socket), Is.EqualTo(1000));
        Assert.That(
            (await NextAsync<ClientState.Closed>(client)).Error,
            Is.InstanceOf<NetworkError.Forbidden>().With.Property("Message").Contains("enough"));
    }

    [Test]
    public async Task Connection_that_is_cut_is_opened_again()
    {
        using var server = new RawServer();
        await using var client = Client(server.Uri);
        var (socket, connecting) = await GreetAsync(server, client);
        Assert.That((await connecting).Error, Is.Null);
        var state = NextAsync<ClientState.Reconnecting>(client);
        socket.Abort();
        var lost = await state;
        _time.Advance(lost.Delay + TimeSpan.FromMilliseconds(5));
        var (second, _) = await GreetAsync(server, client, resumed: true);
        using var disposing = second;
        await NextAsync<ClientState.Resumed>(client);
    }

    private NetworkClient Client(Uri uri, Func<ClientOptions, ClientOptions>? change = null)
    {
        var options = new ClientOptions { Uri = uri, TimeProvider = _time, JitterSeed = 1 };
        return new NetworkClient(change is null ? options : change(options));
    }

    private static async Task<T> NextAsync<T>(NetworkClient client)
        where T : ClientState
    {
        using var deadline = new CancellationTokenSource(ClientRig.Patience);
        await foreach (var state in client.StatesAsync(deadline.Token))
        {
            if (state is T found) return found;
        }

        throw new InvalidOperationException($"The client's last state was {client.State}.");
    }

    private static async Task<(WebSocket Socket, Task<NetworkResult> Connecting)> GreetAsync(RawServer server, NetworkClient client, bool resumed = false)
    {
        var connecting = client.ConnectAsync().AsTask();
        var socket = await server.OpenAsync();
        var message = new byte[ProtocolLimits.MaxMessageBytes];
        var hello = await socket.ReceiveAsync(message.AsMemory(), CancellationToken.None);
        Assert.That(Wire.Read(message.AsSpan(0, hello.Count)).Single().Is<Hello>());
        var welcome = new Welcome(ProtocolLimits.Version, "peer-1", new byte[] { 1 }, resumed, 0, 60, 1000, ProtocolLimits.DefaultMaxPacketBytes);
        await socket.SendAsync(Wire.Message(welcome).AsMemory(), WebSocketMessageType.Binary, true, CancellationToken.None);
        return (socket, connecting);
    }

    private static async Task<int?> ReadToCloseAsync(WebSocket socket)
    {
        using var deadline = new CancellationTokenSource(ClientRig.Patience);
        var message = new byte[ProtocolLimits.MaxMessageBytes];
        while (true)
        {
            var read = await socket.ReceiveAsync(message.AsMemory(), deadline.Token);
            if (read.MessageType == WebSocketMessageType.Close) return (int?)socket.CloseStatus;
        }
    }
}
