using System.Net.WebSockets;
using Playground.Demo.Tests.Interop;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Demo.Tests;

/// <summary>Chat, the token, the page and the other options, over the network.</summary>
[TestFixture]
public sealed class PluginTests
{
    [Test]
    public async Task Chat_relays_to_the_others_and_says_who_spoke()
    {
        await using var demo = await RunningDemo.StartAsync();
        await using var speaker = await ClientPeer.OpenAsync(demo.WebSocketUri);
        var welcome = await speaker.HelloAsync();
        await using var listener = await ClientPeer.JoinAsync(demo.WebSocketUri);
        var chat = await speaker.SubscribeAsync("chat");
        await listener.SubscribeAsync("chat");

        await speaker.SendAsync(new Packet(chat, 5, Priority.High, "good evening"u8.ToArray()));
        var heard = await listener.ReceiveAsync(p => p.Channel == chat);
        Assert.That((heard.Type, heard.Priority), Is.EqualTo((Relayed.WireType, Priority.High)));
        Assert.That(Relayed.TryRead(heard.Payload, out var line), Is.True);
        Assert.That((line.PeerId, line.Type), Is.EqualTo((welcome.PeerId, (ushort)5)));
        Assert.That(line.Body.ToArray(), Is.EqualTo("good evening"u8.ToArray()));

        await ExpectNothingOnAsync(speaker, chat);
        await demo.Loop.StopAsync();
        Assert.That(demo.Chat.Channel.WaitingCount, Is.Zero);
    }

    [Test]
    public async Task A_Hello_with_the_token_is_let_in()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { AuthToken = "open sesame" });
        await using var peer = await ClientPeer.OpenAsync(demo.WebSocketUri);
        Assert.That((await peer.HelloAsync("open sesame")).PeerId, Is.EqualTo("player"));
        await using var second = await ClientPeer.OpenAsync(demo.WebSocketUri);
        Assert.That((await second.HelloAsync("open sesame")).PeerId, Is.EqualTo("player#2"));
    }

    [TestCase("open sesam")]
    [TestCase("")]
    [TestCase(null)]
    public async Task A_Hello_with_another_token_is_refused(string? token)
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { AuthToken = "open sesame" });
        await using var peer = await ClientPeer.OpenAsync(demo.WebSocketUri);
        await peer.SendAsync(new Hello(ProtocolLimits.Version, "test", token, default, 0));
        Assert.That((int?)await peer.ReceiveCloseAsync(), Is.EqualTo(4502));
    }

    [Test]
    public async Task A_connection_without_a_Hello_is_refused_where_a_token_is_required()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { AuthToken = "open sesame" });
        await using var peer = await ClientPeer.OpenAsync(demo.WebSocketUri);
        await peer.SendAsync(new QueryChannel(1, "echo"));
        Assert.That((int?)await peer.ReceiveCloseAsync(), Is.EqualTo(4502));
    }

    [TestCase(false, ErrorCode.Forbidden)]
    [TestCase(true, ErrorCode.None)]
    public async Task Clients_register_channels_where_the_option_allows_it(bool allowed, ErrorCode expected)
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { AllowClientChannels = allowed });
        await using var peer = await ClientPeer.JoinAsync(demo.WebSocketUri);
        await peer.SendAsync(new RegisterChannel(4, "mine", 0));
        Assert.That((await peer.ReceiveReplyAsync()).Error, Is.EqualTo(expected));
    }

    [Test]
    public async Task The_plain_echo_is_there_when_asked_for()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { WsEcho = true });
        await using var peer = await ClientPeer.OpenAsync(new Uri($"ws://{demo.EndPoint}/echo"), subprotocol: null);
        await peer.Socket.SendAsync("text"u8.ToArray(), WebSocketMessageType.Text, true, peer.Token);
        var buffer = new byte[16];
        var result = await peer.Socket.ReceiveAsync(buffer, peer.Token);
        Assert.That((result.MessageType, result.Count), Is.EqualTo((WebSocketMessageType.Text, 4)));
    }

    [Test]
    public async Task There_is_a_page_and_the_health()
    {
        await using var demo = await RunningDemo.StartAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        var response = await http.GetAsync(new Uri($"http://{demo.EndPoint}/"));
        var page = await response.Content.ReadAsStringAsync();
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/html"));
        Assert.That(page, Does.Contain("<title>Playground arena</title>"));
        var health = await http.GetAsync(new Uri($"http://{demo.EndPoint}{DemoNetworking.HealthPath}"));
        Assert.That(health.IsSuccessStatusCode, Is.True);
    }

    [Test]
    public async Task The_page_does_not_repeat_a_hostile_host_as_markup()
    {
        await using var demo = await RunningDemo.StartAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{demo.EndPoint}/"));
        request.Headers.TryAddWithoutValidation("Host", "<script>");
        var response = await http.SendAsync(request);
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Not.Contain("<script>"));
    }

    private static async Task ExpectNothingOnAsync(ClientPeer peer, ChannelId channel)
    {
        // The reply to a later request: what came before it on the channel would have been seen.
        await peer.SendAsync(new QueryChannel(99, "echo"));
        var next = await peer.ReceiveAsync(p => p.Channel == channel || p.Type == (ushort)ControlType.Reply);
        Assert.That(next.Channel, Is.EqualTo(ChannelId.Control));
    }
}
