using System.Text;
using System.Text.Json;
using MessagePack;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Playground.Demo.Plugins;
using Playground.Demo.Tests.Interop;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Demo.Tests;

/// <summary>What a language model does in the arena, with a real client over the demo's port.</summary>
[TestFixture]
public sealed class ArenaToolTests
{
    [Test]
    public async Task A_model_has_a_body_and_finds_it_and_others()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { Bots = 3 });
        await using var model = await ConnectAsync(demo);
        await using var player = await ClientPeer.OpenAsync(demo.WebSocketUri);
        var welcome = await player.HelloAsync();

        var me = await CallAsync(model, "arena_where_is", new { peer = "me" });
        Assert.That(me.GetProperty("kind").GetString(), Is.EqualTo("player"));
        Assert.That(me.GetProperty("x").GetSingle(), Is.InRange(0, 1600));
        Assert.That(me.GetProperty("y").GetSingle(), Is.InRange(0, 900));
        var other = await CallAsync(model, "arena_where_is", new { peer = welcome.PeerId });
        Assert.That(other.GetProperty("body").GetInt32(), Is.Not.EqualTo(me.GetProperty("body").GetInt32()));
        Assert.That((await CallAsync(model, "arena_where_is", new { body = 1 })).GetProperty("kind").GetString(), Is.EqualTo("bot"));
        Assert.That(await ErrorAsync(model, "arena_where_is", new { peer = "nobody" }), Does.Contain("no such body"));
        Assert.That(await ErrorAsync(model, "arena_where_is", new { }), Does.Contain("arguments"));
    }

    [Test]
    public async Task A_model_spawns_bots_where_it_wants_them()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { Bots = 2 });
        await using var model = await ConnectAsync(demo);
        var spawned = await CallAsync(model, "arena_spawn_bot", new { x = 100, y = 200, count = 3 });
        Assert.That(spawned.GetProperty("bots").GetInt32(), Is.EqualTo(5));
        var numbers = spawned.GetProperty("bodies").EnumerateArray().Select(static body => body.GetInt32()).ToArray();
        Assert.That(numbers, Is.Unique.And.Length.EqualTo(3));
        var found = await CallAsync(model, "world_query", new { with = new[] { "body", "position" }, where = new[] { new { field = "body.number", op = "eq", value = numbers[0] } } });
        Assert.That(found.GetProperty("entities").GetArrayLength(), Is.EqualTo(1));
        Assert.That(await ErrorAsync(model, "arena_spawn_bot", new { x = 5_000 }), Does.Contain("1600"));
    }

    [Test]
    public async Task A_model_speaks_in_the_chat_and_reads_it_with_its_next_result()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoOptions { Bots = 0 });
        await using var model = await ConnectAsync(demo);
        await using var player = await ClientPeer.OpenAsync(demo.WebSocketUri);
        var welcome = await player.HelloAsync();
        var chat = await player.SubscribeAsync("chat");

        Assert.That(await TextAsync(model, "arena_say", new { text = "hello" }), Is.EqualTo("Said."));
        var heard = await player.ReceiveAsync(p => p.Channel == chat);
        Assert.That(heard.Type, Is.EqualTo(ChatPlugin.Said));
        var line = MessagePackSerializer.Deserialize<ChatLine>(heard.Payload.ToArray());
        Assert.That((line.Speaker, line.Text), Is.EqualTo(("arena tests", "hello")));

        await player.SendAsync(new Packet(chat, ChatPlugin.Line, Priority.High, Encoding.UTF8.GetBytes("hello yourself")));
        var told = string.Empty;
        for (var call = 0; call < 100 && !told.Contains("hello yourself", StringComparison.Ordinal); call++) told = await TextAsync(model, "arena_say", new { text = "anybody?" });
        Assert.That(told, Does.Contain($"""["{welcome.PeerId}","hello yourself"]""").And.Contain("\"name\":\"chat\""));
    }

    private static Task<McpClient> ConnectAsync(DemoHost demo) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri($"http://{demo.EndPoint}{DemoNetworking.McpPath}") }),
        new McpClientOptions { ClientInfo = new Implementation { Name = "arena tests", Version = "1" } });

    private static async Task<CallToolResult> SendAsync(McpClient model, string tool, object arguments) => await model.CallToolAsync(
        tool, JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(static field => field.Name, static field => (object?)field.Value));

    private static async Task<JsonElement> CallAsync(McpClient model, string tool, object arguments)
    {
        var result = await SendAsync(model, tool, arguments);
        Assert.That(result.IsError, Is.Not.True, Text(result));
        return result.StructuredContent!.Value;
    }

    private static async Task<string> TextAsync(McpClient model, string tool, object arguments)
    {
        var result = await SendAsync(model, tool, arguments);
        Assert.That(result.IsError, Is.Not.True, Text(result));
        return Text(result);
    }

    private static async Task<string> ErrorAsync(McpClient model, string tool, object arguments)
    {
        var result = await SendAsync(model, tool, arguments);
        Assert.That(result.IsError, Is.True);
        return Text(result);
    }

    private static string Text(CallToolResult result) => string.Join('\n', result.Content.OfType<TextContentBlock>().Select(static block => block.Text));
}
