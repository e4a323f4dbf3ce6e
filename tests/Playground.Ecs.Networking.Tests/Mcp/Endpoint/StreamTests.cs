using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Mcp.Endpoint;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Tests.Kestrel;
using Contents = Playground.Ecs.Networking.Mcp.ResourceContents;

namespace Playground.Ecs.Networking.Tests.Mcp.Endpoint;

/// <summary>Streams: what they carry, what keeps them alive, and how they end.</summary>
[TestFixture]
public sealed class StreamTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    [Test]
    public async Task A_silent_stream_gets_comments_in_either_era_and_while_a_tool_works([Values(McpRig.Older, McpRig.Newer)] string version)
    {
        var time = new FakeTimeProvider();
        await using var rig = await McpRig.StartAsync(options: new NetworkingOptions { TimeProvider = time });
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Loop.Add("wait", async (_, _, _, _) =>
        {
            begun.SetResult();
            await release.Task;
            return ToolOutput.Text("done");
        });
        var calling = version == McpRig.Newer
            ? rig.PostNewerAsync("tools/call", McpRig.Call("wait"))
            : rig.PostOlderAsync("tools/call", McpRig.Call("wait"), await rig.BeginSessionAsync());
        await begun.Task.WaitAsync(McpRig.Patience);
        time.Advance(Interval);
        using var answer = await calling;
        var lines = McpRig.LinesAsync(answer).GetAsyncEnumerator();
        Assert.That(await lines.MoveNextAsync(), Is.True);
        Assert.That(lines.Current, Is.EqualTo(": keep-alive"));
        time.Advance(Interval);
        Assert.That(await lines.MoveNextAsync(), Is.True);
        Assert.That(lines.Current, Is.EqualTo(": keep-alive"));
        release.SetResult();
        var rest = new List<string>();
        while (await lines.MoveNextAsync()) rest.Add(lines.Current);
        Assert.That(rest.Single(static line => line.StartsWith("data: ", StringComparison.Ordinal)), Does.Contain("done"));
    }

    [Test]
    public async Task The_older_eras_stream_of_notifications_gets_comments()
    {
        var time = new FakeTimeProvider();
        await using var rig = await McpRig.StartAsync(options: new NetworkingOptions { TimeProvider = time });
        using var stream = await rig.GetAsync(await rig.BeginSessionAsync());
        time.Advance(Interval);
        await foreach (var line in McpRig.LinesAsync(stream))
        {
            Assert.That(line, Is.EqualTo(": keep-alive"));
            break;
        }
    }

    [Test]
    public async Task No_comment_stands_inside_an_event_or_behind_the_end()
    {
        var time = new FakeTimeProvider();
        var inner = new MemoryStream();
        await using var stream = new EventStream(inner, time);
        stream.Begin();
        await stream.WriteAsync("data: one\n"u8.ToArray());
        time.Advance(Interval);
        Assert.That(stream.IsSilentFor(Interval), Is.True);
        await stream.KeepAliveAsync();
        Assert.That(inner.Length, Is.EqualTo(10));
        await stream.WriteAsync("\n"u8.ToArray());
        Assert.That(stream.IsSilentFor(Interval), Is.False);
        await stream.KeepAliveAsync();
        Assert.That(System.Text.Encoding.UTF8.GetString(inner.ToArray()), Is.EqualTo("data: one\n\n: keep-alive\n\n"));
        await stream.EndAsync();
        await stream.KeepAliveAsync();
        Assert.That(inner.Length, Is.EqualTo(25));
    }

    [Test]
    public async Task Resources_are_listed_and_read()
    {
        await using var rig = await McpRig.StartAsync();
        rig.Loop.AddResource(Contents.FromText("world://summary", "{}", "application/json"));
        rig.Loop.AddResource(Contents.FromBytes("world://picture", new byte[] { 1, 2 }, "image/png"));
        rig.Loop.AddResource("world://body/{id}", "application/json");
        await using var client = await rig.ConnectAsync(McpRig.Newer);
        Assert.That((await client.ListResourcesAsync()).Select(static resource => resource.Uri), Is.EqualTo(new[] { "world://summary", "world://picture" }));
        Assert.That((await client.ListResourceTemplatesAsync()).Single().UriTemplate, Is.EqualTo("world://body/{id}"));
        var read = (ModelContextProtocol.Protocol.TextResourceContents)(await client.ReadResourceAsync("world://summary")).Contents.Single();
        Assert.That((read.Uri, read.MimeType, read.Text), Is.EqualTo(("world://summary", "application/json", "{}")));
        var picture = (ModelContextProtocol.Protocol.BlobResourceContents)(await client.ReadResourceAsync("world://picture")).Contents.Single();
        Assert.That(picture.DecodedData.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [TestCase(McpRig.Older, -32002)]
    [TestCase(McpRig.Newer, -32602)]
    public async Task A_resource_that_is_not_there_is_the_eras_error(string version, int code)
    {
        await using var rig = await McpRig.StartAsync();
        var parameters = new JsonObject { ["uri"] = "world://nothing" };
        using var answer = version == McpRig.Newer
            ? await rig.PostNewerAsync("resources/read", parameters)
            : await rig.PostOlderAsync("resources/read", parameters, await rig.BeginSessionAsync());
        var error = (await McpRig.AllAsync(answer)).Single().GetProperty("error");
        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(code));
        Assert.That(error.GetProperty("data").GetProperty("uri").GetString(), Is.EqualTo("world://nothing"));
    }

    [Test]
    public async Task The_older_eras_subscriber_hears_of_its_resources_until_it_unsubscribes()
    {
        await using var rig = await McpRig.StartAsync();
        var session = await rig.BeginSessionAsync();
        using var stream = await rig.GetAsync(session);
        foreach (var (method, uri) in new[] { ("resources/subscribe", "world://a"), ("resources/subscribe", "world://b"), ("resources/unsubscribe", "world://a") })
        {
            using var answer = await rig.PostOlderAsync(method, new JsonObject { ["uri"] = uri }, session);
            Assert.That((await McpRig.AllAsync(answer)).Single().GetProperty("result").GetRawText(), Is.EqualTo("{}"));
        }

        rig.Loop.RaiseResourcesChanged("world://a", "world://b", "world://c");
        await foreach (var message in McpRig.MessagesAsync(stream))
        {
            Assert.That(message.GetProperty("method").GetString(), Is.EqualTo("notifications/resources/updated"));
            Assert.That(message.GetProperty("params").GetProperty("uri").GetString(), Is.EqualTo("world://b"));
            break;
        }
    }

    [Test]
    public async Task The_newer_eras_listener_hears_what_it_asked_for_under_its_subscriptions_id()
    {
        await using var rig = await McpRig.StartAsync();
        var asked = new JsonObject
        {
            ["resourcesListChanged"] = true,
            ["promptsListChanged"] = true,
            ["resourceSubscriptions"] = new JsonArray("world://a"),
        };
        using var stream = await rig.PostNewerAsync("subscriptions/listen", new JsonObject { ["notifications"] = asked }, id: 42);
        var messages = McpRig.MessagesAsync(stream).GetAsyncEnumerator();
        await messages.MoveNextAsync();
        Assert.That(messages.Current.GetProperty("method").GetString(), Is.EqualTo("notifications/subscriptions/acknowledged"));
        Assert.That(
            messages.Current.GetProperty("params").GetProperty("notifications").GetRawText(),
            Is.EqualTo("""{"resourcesListChanged":true,"resourceSubscriptions":["world://a"]}"""));
        rig.Loop.Add("late", static (_, _, _, _) => Task.FromResult(ToolOutput.Text("late")));
        rig.Loop.RaiseResourcesChanged("world://b", "world://a");
        await messages.MoveNextAsync();
        Assert.That(messages.Current.GetProperty("method").GetString(), Is.EqualTo("notifications/resources/updated"));
        Assert.That(messages.Current.GetProperty("params").GetProperty("uri").GetString(), Is.EqualTo("world://a"));
        rig.Loop.AddResource("world://new", "text/plain");
        await messages.MoveNextAsync();
        Assert.That(messages.Current.GetProperty("method").GetString(), Is.EqualTo("notifications/resources/list_changed"));
        var id = messages.Current.GetProperty("params").GetProperty("_meta").GetProperty("io.modelcontextprotocol/subscriptionId");
        Assert.That(id.GetInt32(), Is.EqualTo(42));
    }

    [Test]
    public async Task When_the_transport_stops_streams_and_calls_end_with_an_answer([Values] bool isKestrel)
    {
        var begun = new CountdownEvent(2);
        var rig = await McpRig.StartAsync(transport: isKestrel ? new KestrelTransport() : new SocketTransport());
        rig.Loop.Add("wait", async (_, _, _, cancellationToken) =>
        {
            begun.Signal();
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return ToolOutput.Text("never");
        });
        var session = await rig.BeginSessionAsync();
        using var get = await rig.GetAsync(session);
        using var listen = await rig.PostNewerAsync("subscriptions/listen", new JsonObject { ["notifications"] = new JsonObject() });
        var older = rig.PostOlderAsync("tools/call", McpRig.Call("wait"), session);
        var newer = rig.PostNewerAsync("tools/call", McpRig.Call("wait"));
        Assert.That(begun.Wait(McpRig.Patience), Is.True);
        var stopping = rig.StopAsync();
        foreach (var call in new[] { await older, await newer })
        {
            var result = (await McpRig.AllAsync(call)).Single().GetProperty("result");
            Assert.That(result.GetProperty("isError").GetBoolean(), Is.True);
            Assert.That(result.GetProperty("content")[0].GetProperty("text").GetString(), Is.EqualTo("The server is stopping."));
            call.Dispose();
        }

        Assert.That(await McpRig.AllAsync(get), Is.Empty);
        Assert.That((await McpRig.AllAsync(listen))[^1].TryGetProperty("result", out _), Is.True);
        await stopping.WaitAsync(McpRig.Patience);
        Assert.That(rig.Loop.Closed.TryTake(out _, McpRig.Patience), Is.True);
        await rig.DisposeAsync();
    }

    [Test]
    public async Task An_application_hosts_the_endpoint_beside_its_pages()
    {
        var options = new NetworkingOptions { Listens = false };
        var loop = new FakeLoop(options);
        loop.Add("echo", static (_, arguments, _, _) => Task.FromResult(ToolOutput.Text(arguments.GetProperty("text").GetString()!)));
        await using var host = new McpHost(loop, options.Mcp!);
        await using var app = await MappedSystem.StartAsync(app => Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.Map(app, "/models/{game}", host.ServeAsync));
        using var http = new HttpClient { BaseAddress = app.Address };
        Assert.That(await http.GetStringAsync(new Uri("/page", UriKind.Relative)), Is.EqualTo("a page"));
        Assert.That(host.IsBuilt, Is.False, "no model came yet");
        var transport = new ModelContextProtocol.Client.HttpClientTransport(
            new() { Endpoint = new Uri(app.Address, "/models/arena"), TransportMode = ModelContextProtocol.Client.HttpTransportMode.StreamableHttp }, http);
        await using var client = await ModelContextProtocol.Client.McpClient.CreateAsync(transport);
        var result = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["text"] = "hello" });
        Assert.That(((ModelContextProtocol.Protocol.TextContentBlock)result.Content.Single()).Text, Is.EqualTo("hello"));
        host.BeginStop();
        using var late = await http.PostAsync(new Uri("/models/arena", UriKind.Relative), new StringContent("{}"));
        Assert.That(late.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task What_the_application_configures_is_on_offer_and_a_mistake_in_it_is_500()
    {
        await using var rig = await McpRig.StartAsync(new McpOptions
        {
            Configure = static builder => Microsoft.Extensions.DependencyInjection.McpServerBuilderExtensions.WithPrompts(
                builder, [ModelContextProtocol.Server.McpServerPrompt.Create(static () => "say hello", new() { Name = "greet" })]),
        });
        await using var client = await rig.ConnectAsync(McpRig.Newer);
        Assert.That((await client.ListPromptsAsync()).Single().Name, Is.EqualTo("greet"));
        await using var broken = await McpRig.StartAsync(new McpOptions { Configure = static _ => throw new InvalidOperationException("a mistake") });
        for (var i = 0; i < 2; i++)
        {
            using var answer = await broken.PostNewerAsync("tools/list");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        }
    }
}
