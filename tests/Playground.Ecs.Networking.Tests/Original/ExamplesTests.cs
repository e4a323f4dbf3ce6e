using System.Buffers;
using System.Text;
using System.Text.Json;
using MessagePack;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Testing.Frames;

namespace Playground.Ecs.Networking.Tests.Original;

/// <summary>The original README's examples in its order, over a system whose frames are stepped.</summary>
public sealed class ExamplesTests
{
    private const ushort BroadcastType = 13;
    private NetworkHarness _harness = null!;
    private NetworkingSystem _networking = null!;

    [SetUp]
    public async Task Start()
    {
        _harness = await NetworkHarness.StartAsync();
        _networking = _harness.System;
    }

    [TearDown]
    public async Task Stop() => await _harness.DisposeAsync();

    [Test]
    public async Task Basic_setup()
    {
        // Register a plugin for a channel
        var channelId = (await _networking.RegisterPluginAsync("my-plugin")).Unwrap();
        Assert.That($"Plugin registered on channel {channelId}", Does.Match(@"^Plugin registered on channel 1\d\d\d$"));
    }

    [Test]
    public async Task Sending_packets()
    {
        var channelId = (await _networking.RegisterPluginAsync("my-plugin")).Unwrap();
        var browser = _harness.ConnectWithHello();
        _harness.Subscribe(browser, channelId);

        // Send with priority
        (await _networking.SendPacketAsync(
            channelId,
            packetType: 1, // Define your own packet types
            data: [1, 2, 3, 4],
            Priority.Normal)).Unwrap();

        _harness.Step();
        var packet = browser.All().Single();
        Assert.That((packet.Channel, packet.Type, packet.Priority), Is.EqualTo((channelId, (ushort)1, Priority.Normal)));
        Assert.That(packet.Data, Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task Sending_packets_reliably()
    {
        var channelId = (await _networking.RegisterPluginAsync("my-plugin", new PluginOptions { Loopback = false })).Unwrap();
        var browser = SessionPeer.Connect(_harness);
        browser.Send(new Subscribe(1, channelId));
        browser.Step();
        var message = new { Text = "hello" };

        // Send reliable (with retries: the link is lost before the packet gets through)
        var sending = _networking.SendReliableAsync(
            channelId,
            packetType: 2,
            data: JsonSerializer.SerializeToUtf8Bytes(message)).AsTask();
        browser.Cut();
        browser.Resume();
        browser.Step(2);

        (await sending).Unwrap();
        var packet = browser.TakeOf(channelId).Single();
        Assert.That((packet.Type, Encoding.UTF8.GetString(packet.Data)), Is.EqualTo((2, """{"Text":"hello"}""")));
    }

    [Test]
    public async Task Receiving_packets()
    {
        var channelId = (await _networking.RegisterPluginAsync("my-plugin")).Unwrap();
        var browser = _harness.ConnectWithHello();
        browser.Send(channelId, 1, [1]);
        browser.Send(channelId, 2, [2]);
        browser.Send(channelId, 3, [3]);
        _harness.Step();

        // Poll for incoming packets
        var packets = (await _networking.ReceivePacketsAsync(channelId)).Unwrap();

        var handled = new List<string>();
        foreach (var packet in packets)
        {
            switch (packet.PacketType)
            {
                case 1: handled.Add($"type 1: {packet.Data.Span[0]}"); break;
                case 2: handled.Add($"type 2: {packet.Data.Span[0]}"); break;
                default: handled.Add("Unknown packet type"); break;
            }
        }

        Assert.That(handled, Is.EqualTo(new[] { "type 1: 1", "type 2: 2", "Unknown packet type" }));
        Assert.That(packets.Select(p => p.Sender).Distinct().Single(), Is.EqualTo(await _harness.EntityOfAsync(browser.PeerId)));
    }

    [Test]
    public async Task Connection_management()
    {
        // Create a connection entity
        var connectionId = (await _networking.CreateConnectionAsync("peer_123")).Unwrap();

        // Query all connections
        var connections = (await _networking.QueryConnectionsAsync()).Unwrap();
        var lines = new List<string>();
        foreach (var conn in connections)
        {
            lines.Add($"Peer {conn.PeerId} - Connected: {conn.Connected}, Latency: {conn.LatencyMs}ms");
        }

        Assert.That(lines, Is.EqualTo(new[] { "Peer peer_123 - Connected: False, Latency: 0ms" }));
        Assert.That(connections.Single().Entity, Is.EqualTo(connectionId));

        // Get network statistics
        _harness.ConnectWithHello();
        var stats = (await _networking.GetStatsAsync()).Unwrap();
        Assert.That($"Active connections: {stats.ConnectionsActive}", Is.EqualTo("Active connections: 1"));
        Assert.That($"Average latency: {stats.AverageLatencyMs}ms", Is.EqualTo("Average latency: 0ms"));
    }

    [Test]
    public async Task Serialization_of_structured_data()
    {
        var channel = (await _networking.RegisterPluginAsync("my-plugin")).Unwrap();
        var browser = _harness.ConnectWithHello();
        _harness.Subscribe(browser, channel);

        var update = new PlayerUpdate { Position = (1f, 2f, 3f), Rotation = 0.5f, AnimationId = 7 };
        var data = MessagePackSerializer.Serialize(update);
        (await _networking.SendPacketAsync(channel, 10, data, Priority.Normal)).Unwrap();
        (await _networking.SendPacketAsync(channel, 10, update, Priority.Normal)).Unwrap();
        _harness.Step();

        var arrived = browser.All();
        Assert.That(arrived.Select(p => p.Data), Is.All.EqualTo(data), "serialized by hand and by the system alike");
        browser.Send(channel, 10, arrived[0].Data);
        _ = (await _networking.ReceivePacketsAsync(channel)).Unwrap();
        _harness.Step();
        var packet = (await _networking.ReceivePacketsAsync(channel)).Unwrap().Single();
        Assert.That(packet.Read<PlayerUpdate>(), Is.EqualTo(update));
        Assert.That(packet.TryRead<string>(out _), Is.False);
    }

    [Test]
    public async Task Error_handling()
    {
        ChannelId channel = 1999;
        string text;
        switch ((await _networking.SendPacketAsync(channel, 1, new byte[] { 1 }, Priority.Normal)).Error)
        {
            case null: text = "Sent successfully"; break;
            case NetworkError.NotConnected: text = "disconnected"; break;
            case NetworkError.ChannelNotFound(var ch): text = $"Channel {ch} not registered"; break;
            case var e: text = $"Network error: {e}"; break;
        }

        Assert.That(text, Is.EqualTo("Channel 1999 not registered"));
        var matched = (await _networking.SendPacketAsync(channel, 1, new byte[] { 1 })).Match(() => "Ok(())", error => error.Message);
        Assert.That(matched, Is.EqualTo("Channel 1999 is not registered."));
    }

    [Test]
    public async Task Request_response()
    {
        var channel = (await _networking.RegisterPluginAsync("my-plugin", new PluginOptions { Loopback = false })).Unwrap();
        var browser = _harness.ConnectWithHello();
        _harness.Subscribe(browser, channel);

        // Send request
        var connection = (await _networking.QueryConnectionsAsync()).Unwrap().Single().Entity;
        var asked = _networking.RequestAsync(connection, channel, 1, new byte[] { 42 });

        // The browser's part
        _harness.Step();
        Request.TryRead(browser.Next()!.Data, out var request);
        var answer = new ArrayBufferWriter<byte>();
        Response.Done(request.Id, new byte[] { request.Body.Span[0], 99 }).WriteTo(answer);
        browser.Send(channel, Response.WireType, answer.WrittenSpan);
        _harness.Step();

        // Wait for response
        var response = (await asked).Unwrap();
        Assert.That(response.ToArray(), Is.EqualTo(new byte[] { 42, 99 }));
    }

    [Test]
    public async Task Mcp_tool_registration()
    {
        var channelId = (await _networking.RegisterPluginAsync("code")).Unwrap();
        var channel = _networking.FindChannel(channelId).Unwrap();

        // Register a tool for code execution
        (await _networking.RegisterMcpToolAsync(
            "execute_code",
            "Execute code in the playground",
            JsonElement.Parse(
                """
                {"type":"object",
                 "properties":{
                   "code":{"type":"string","description":"Code to execute"},
                   "language":{"type":"string","enum":["rust","javascript","python"]}},
                 "required":["code","language"]}
                """),
            channelId)).Unwrap();

        // A model calls it: the call is a packet to the channel
        var calling = _networking.CallMcpToolAsync("execute_code", JsonElement.Parse("""{"code":"1 + 1","language":"python"}"""));
        _harness.StepWith(() =>
        {
            var packet = channel.Receive()[0];
            Assert.That(ToolCall.TryRead(packet.Data, out var call), Is.True);
            Assert.That((call.Tool, call.Arguments), Is.EqualTo(("execute_code", """{"code":"1 + 1","language":"python"}""")));
            channel.CompleteTool(call.Id, ToolOutput.Text("2")).Unwrap();
        });
        _harness.RunUntil(() => calling.IsCompleted);
        Assert.That(calling.Result.Content, Is.EqualTo(new[] { new ToolContent.Text("2") }));

        // Unregister when done
        (await _networking.UnregisterMcpToolAsync("execute_code")).Unwrap();
        Assert.That(_networking.ListMcpTools().Select(static tool => tool.Name), Does.Not.Contain("execute_code"));
    }

    [Test]
    public async Task Broadcast_to_all()
    {
        var browsers = new[] { _harness.ConnectWithHello(), _harness.ConnectWithHello(), _harness.ConnectWithHello() };

        // Use channel 0 (control) with broadcast packet type
        (await _networking.SendPacketAsync(0, BroadcastType, new byte[] { 5 }, Priority.High)).Unwrap();
        (await _networking.BroadcastAsync(new byte[] { 6 }, Priority.High)).Unwrap();
        _harness.Step();
        foreach (var browser in browsers)
        {
            var packets = browser.All();
            Assert.That(packets.Select(p => ((ushort)p.Channel, p.Type, p.Data[0])), Is.EqualTo(new[] { ((ushort)0, BroadcastType, (byte)5), ((ushort)0, BroadcastType, (byte)6) }));
        }
    }

    [Test]
    public async Task Connection_monitoring()
    {
        var warnings = new List<string>();
        var browser = _harness.ConnectWithHello();
        browser.AnswersPings = false;
        for (var check = 0; check < 3; check++)
        {
            var stats = (await _networking.GetStatsAsync()).Unwrap();
            if (stats.AverageLatencyMs > 100) warnings.Add($"High latency detected: {stats.AverageLatencyMs}ms");

            // Where the original sleeps: a second passes in which each ping waits 200 ms for its pong.
            for (var frame = 0; frame < 5 * 60; frame++)
            {
                _harness.Step();
                if (browser.Next() is not { } ping) continue;
                _harness.Step(12);
                browser.SendRaw(TestPeer.Packet(0, Pong.WireType, ping.Data));
            }
        }

        Assert.That(warnings, Has.Count.EqualTo(2));
        Assert.That(warnings[0], Does.StartWith("High latency detected: 2"));
    }

    [MessagePackObject]
    public sealed record PlayerUpdate
    {
        [Key(0)]
        public (float X, float Y, float Z) Position { get; init; }

        [Key(1)]
        public float Rotation { get; init; }

        [Key(2)]
        public ushort AnimationId { get; init; }
    }
}
