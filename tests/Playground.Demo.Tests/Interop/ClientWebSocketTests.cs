using System.Net;
using System.Net.WebSockets;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Demo.Tests.Interop;

/// <summary>The runtime's own WebSocket client against the demo.</summary>
[TestFixtureSource(typeof(RunningDemo), nameof(RunningDemo.Transports))]
public sealed class ClientWebSocketTests(string transport)
{
    private DemoHost _demo = null!;

    [OneTimeSetUp]
    public async Task StartDemo() => _demo = await RunningDemo.StartAsync(new DemoOptions { Transport = transport });

    [OneTimeTearDown]
    public async Task StopDemo() => await _demo.DisposeAsync();

    [TestCase(ProtocolLimits.Subprotocol)]
    [TestCase(null)]
    public async Task The_upgrade_gives_the_subprotocol_that_was_offered(string? subprotocol)
    {
        await using var peer = await ClientPeer.OpenAsync(_demo.WebSocketUri, subprotocol);
        Assert.That(peer.Socket.SubProtocol, Is.EqualTo(subprotocol));
        Assert.That((await peer.HelloAsync()).Version, Is.EqualTo(ProtocolLimits.Version));
    }

    [Test]
    public async Task The_upgrade_with_another_subprotocol_only_is_refused()
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("chess.v9");
        socket.Options.CollectHttpResponseDetails = true;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.That(async () => await socket.ConnectAsync(_demo.WebSocketUri, deadline.Token), Throws.TypeOf<WebSocketException>());
        Assert.That(socket.HttpStatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Hello_is_answered_by_Welcome()
    {
        await using var peer = await ClientPeer.OpenAsync(_demo.WebSocketUri);
        var welcome = await peer.HelloAsync();
        Assert.That(welcome.PeerId, Does.Match("^peer-[0-9]+$"));
        Assert.That(
            (welcome.Resumed, welcome.LastReceived, welcome.FrameRate, welcome.HeartbeatMs, welcome.MaxPacketBytes),
            Is.EqualTo((false, (ushort)0, (ushort)60, 1_000u, 262_144u)));
    }

    [Test]
    public async Task QueryChannel_finds_a_channel_by_name_or_says_that_there_is_none()
    {
        await using var peer = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        var found = await peer.QueryAsync(7, "echo");
        Assert.That((found.Id, found.Error), Is.EqualTo((7u, ErrorCode.None)));
        Assert.That(found.TryReadChannel(out var channel), Is.True);
        Assert.That(channel, Is.EqualTo(_demo.Echo.Channel.Id));
        var missing = await peer.QueryAsync(8, "nobody");
        Assert.That((missing.Id, missing.Error), Is.EqualTo((8u, ErrorCode.ChannelNotFound)));
    }

    [Test]
    public async Task Echo_returns_every_priority_and_size([Values] Priority priority, [Values(0, 1, 64, 10_000)] int bytes)
    {
        await using var peer = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        await ExpectEchoAsync(peer, (ushort)(bytes + 1), priority, bytes);
    }

    [Test]
    public async Task Echo_serves_a_connection_that_never_said_Hello()
    {
        await using var peer = await ClientPeer.OpenAsync(_demo.WebSocketUri, subprotocol: null);
        await ExpectEchoAsync(peer, 1, Priority.Normal, 64);
    }

    [Test]
    public async Task A_packet_of_200_kB_travels_in_fragments_both_ways()
    {
        await using var peer = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        var back = await ExpectEchoAsync(peer, 2, Priority.Normal, 200_000);
        Assert.That(back.Fragments, Is.EqualTo(Fragmenter.Count(200_000)).And.GreaterThan(1));
    }

    [Test]
    public async Task A_message_in_several_WebSocket_frames_is_one_message()
    {
        await using var peer = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        var channel = await peer.FindAsync("echo");
        var packet = new byte[PacketWriter.SizeOf(1_000)];
        PacketWriter.Write(packet, new PacketHeader(channel, 5, Priority.High), Noise(1_000));
        for (var at = 0; at < packet.Length; at += 100)
        {
            var part = packet.AsMemory(at, Math.Min(100, packet.Length - at));
            await peer.Socket.SendAsync(part, WebSocketMessageType.Binary, at + 100 >= packet.Length, peer.Token);
        }

        var back = await peer.ReceiveAsync(p => p.Channel == channel);
        Assert.That(back.Payload, Is.EqualTo(packet[PacketHeader.Size..]));
    }

    [Test]
    public async Task A_text_message_is_closed_with_1003()
    {
        await using var peer = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        await peer.Socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, peer.Token);
        Assert.That(await peer.ReceiveCloseAsync(), Is.EqualTo(WebSocketCloseStatus.InvalidMessageType));
    }

    [Test]
    public async Task A_close_is_answered_with_its_own_code()
    {
        await using var peer = await ClientPeer.JoinAsync(_demo.WebSocketUri);
        await peer.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", peer.Token);
        Assert.That((peer.Socket.State, peer.Socket.CloseStatus), Is.EqualTo((WebSocketState.Closed, WebSocketCloseStatus.NormalClosure)));
    }

    [Test]
    public async Task A_stopping_server_says_Goodbye_and_closes_with_1001()
    {
        var demo = await RunningDemo.StartAsync(new DemoOptions { Transport = transport });
        await using var peer = await ClientPeer.JoinAsync(demo.WebSocketUri);
        var stopping = demo.DisposeAsync().AsTask();
        var goodbye = await peer.ReceiveControlAsync(ControlType.Goodbye);
        Assert.That(Goodbye.TryRead(goodbye.Payload, out var said) ? said.Error : default, Is.EqualTo(ErrorCode.ServerStopping));
        Assert.That(await peer.ReceiveCloseAsync(), Is.EqualTo(WebSocketCloseStatus.EndpointUnavailable));
        await stopping.WaitAsync(peer.Token);
    }

    private async Task<Packet> ExpectEchoAsync(ClientPeer peer, ushort type, Priority priority, int bytes)
    {
        var sent = new Packet(await peer.FindAsync("echo"), type, priority, Noise(bytes));
        await peer.SendAsync(sent);
        var back = await peer.ReceiveAsync(p => p.Channel == sent.Channel);
        Assert.That((back.Type, back.Priority), Is.EqualTo((sent.Type, sent.Priority)));
        Assert.That(back.Payload, Is.EqualTo(sent.Payload));
        return back;
    }

    private static byte[] Noise(int bytes)
    {
        var noise = new byte[bytes];
        new Random(bytes).NextBytes(noise);
        return noise;
    }
}
