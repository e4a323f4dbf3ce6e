using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Sockets;
using Contents = Playground.Ecs.Networking.Mcp.ResourceContents;
using ITransport = Playground.Ecs.Networking.Links.ITransport;

namespace Playground.Ecs.Networking.Tests.Mcp.Endpoint;

/// <summary>Tools over HTTP, in both eras of the protocol, with the C# SDK's client.</summary>
[TestFixture(McpRig.Older)]
[TestFixture(McpRig.Newer)]
public sealed class ToolTests(string version)
{
    [TestCase(typeof(SocketTransport))]
    [TestCase(typeof(KestrelTransport))]
    public async Task A_tool_is_listed_and_called(Type transport)
    {
        await using var rig = await McpRig.StartAsync(transport: (ITransport)Activator.CreateInstance(transport)!);
        await using var client = await rig.ConnectAsync(version);
        Assert.That(client.NegotiatedProtocolVersion, Is.EqualTo(version));
        Assert.That((await client.ListToolsAsync()).Select(static tool => tool.Name), Is.EqualTo(new[] { "echo" }));
        var result = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["text"] = "hello" });
        Assert.That(((TextContentBlock)result.Content.Single()).Text, Is.EqualTo("hello"));
        Assert.That(result.IsError, Is.Not.True);
        Assert.That(rig.Loop.Opened.Single().Identity.ClientName, Is.EqualTo("test client"));
        Assert.That(rig.Loop.Opened.Single().Identity.ClientVersion, Is.EqualTo("1.2"));
    }

    [Test]
    public async Task A_tool_says_all_about_itself()
    {
        await using var rig = await McpRig.StartAsync();
        var output = JsonSerializer.Deserialize<JsonElement>("""{"type":"object","properties":{"sum":{"type":"number"}}}""");
        rig.Loop.Add("add", static (_, _, _, _) => Task.FromResult(ToolOutput.Text("3")), new ToolOptions
        {
            Title = "Adds",
            OutputSchema = output,
            ReadOnly = true,
            Idempotent = true,
        });
        await using var client = await rig.ConnectAsync(version);
        var tool = (await client.ListToolsAsync()).Single(static tool => tool.Name == "add").ProtocolTool;
        Assert.That(tool.Title, Is.EqualTo("Adds"));
        Assert.That(tool.Description, Is.EqualTo("The tool add."));
        Assert.That(tool.InputSchema.GetProperty("properties").GetProperty("text").GetProperty("type").GetString(), Is.EqualTo("string"));
        Assert.That(tool.OutputSchema!.Value.GetRawText(), Is.EqualTo(output.GetRawText()));
        Assert.That(tool.Annotations!.ReadOnlyHint, Is.True);
        Assert.That(tool.Annotations.IdempotentHint, Is.True);
        Assert.That(tool.Annotations.DestructiveHint, Is.False);
        Assert.That(tool.Annotations.OpenWorldHint, Is.False);
    }

    [Test]
    public async Task Every_kind_of_content_arrives_as_it_is()
    {
        await using var rig = await McpRig.StartAsync();
        byte[] bytes = [1, 2, 253];
        var structured = JsonSerializer.Deserialize<JsonElement>("""{"sum":3}""");
        rig.Loop.Add("all", (_, _, _, _) => Task.FromResult(ToolOutput.Of(
            new ToolContent.Text("words"),
            new ToolContent.Image(bytes, "image/png"),
            new ToolContent.Audio(bytes, "audio/wav"),
            new ToolContent.Resource(Contents.FromText("world://a", "text", "text/plain")),
            new ToolContent.Resource(Contents.FromBytes("world://b", bytes, "application/octet-stream")),
            new ToolContent.Link("world://c", "c", "application/json")).With(structured)));
        await using var client = await rig.ConnectAsync(version);
        var result = await client.CallToolAsync("all");
        Assert.That(result.Content.Select(static block => block.Type), Is.EqualTo(new[] { "text", "image", "audio", "resource", "resource", "resource_link" }));
        Assert.That(((ImageContentBlock)result.Content[1]).DecodedData.ToArray(), Is.EqualTo(bytes));
        Assert.That(((AudioContentBlock)result.Content[2]).MimeType, Is.EqualTo("audio/wav"));
        Assert.That(((TextResourceContents)((EmbeddedResourceBlock)result.Content[3]).Resource).Text, Is.EqualTo("text"));
        Assert.That(((BlobResourceContents)((EmbeddedResourceBlock)result.Content[4]).Resource).DecodedData.ToArray(), Is.EqualTo(bytes));
        Assert.That(((ResourceLinkBlock)result.Content[5]).Uri, Is.EqualTo("world://c"));
        Assert.That(result.StructuredContent!.Value.GetRawText(), Is.EqualTo("""{"sum":3}"""));
    }

    [Test]
    public async Task An_error_is_the_models_to_mend()
    {
        await using var rig = await McpRig.StartAsync();
        rig.Loop.Add("no", static (_, _, _, _) => Task.FromResult(ToolOutput.Error("say please")));
        await using var client = await rig.ConnectAsync(version);
        var result = await client.CallToolAsync("no");
        Assert.That(result.IsError, Is.True);
        Assert.That(((TextContentBlock)result.Content.Single()).Text, Is.EqualTo("say please"));
    }

    [Test]
    public async Task An_exceptions_text_does_not_reach_the_model()
    {
        await using var rig = await McpRig.StartAsync();
        rig.Loop.Add("bug", static (_, _, _, _) => throw new InvalidOperationException("the password is 1234"));
        await using var client = await rig.ConnectAsync(version);
        var result = await client.CallToolAsync("bug");
        Assert.That(result.IsError, Is.True);
        Assert.That(((TextContentBlock)result.Content.Single()).Text, Is.EqualTo("The tool failed."));
    }

    [Test]
    public async Task An_unknown_tool_is_an_error_of_the_protocol()
    {
        await using var rig = await McpRig.StartAsync();
        await using var client = await rig.ConnectAsync(version);
        var error = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallToolAsync("nothing"));
        Assert.That(error!.ErrorCode, Is.EqualTo(McpErrorCode.InvalidParams));
        Assert.That(error.Message, Does.Contain("nothing"));
    }

    [Test]
    public async Task Progress_and_log_come_before_the_result_in_order()
    {
        await using var rig = await McpRig.StartAsync();
        rig.Loop.Add("work", Work);
        using var answer = await CallRawAsync(rig, "work", new JsonObject
        {
            ["progressToken"] = "p1",
            ["io.modelcontextprotocol/logLevel"] = version == McpRig.Newer ? "notice" : null,
        });
        var messages = await McpRig.AllAsync(answer);
        Assert.That(messages.Select(Describe), Is.EqualTo(new[] { "progress 1 of 3 begun", "log warning hot", "progress 3 of 3 done", "result" }));
    }

    [Test]
    public async Task Who_asks_for_no_progress_gets_none()
    {
        await using var rig = await McpRig.StartAsync();
        rig.Loop.Add("work", Work);
        using var answer = await CallRawAsync(rig, "work", []);

        // Until it says how much it wants, a client of the older era gets what is not for debugging.
        string[] expected = version == McpRig.Older ? ["log warning hot", "result"] : ["result"];
        Assert.That((await McpRig.AllAsync(answer)).Select(Describe), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_cancelled_call_is_called_off_and_its_response_ends()
    {
        await using var rig = await McpRig.StartAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calledOff = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Loop.Add("wait", async (_, _, _, cancellationToken) =>
        {
            cancellationToken.Register(calledOff.SetResult);
            begun.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return ToolOutput.Text("never");
        });
        await (version == McpRig.Older ? CancelOlderAsync(rig, begun.Task) : CancelNewerAsync(rig, begun.Task));
        await calledOff.Task.WaitAsync(McpRig.Patience);
    }

    [Test]
    public async Task Tools_that_come_and_go_are_announced_and_listed()
    {
        await using var rig = await McpRig.StartAsync();
        await using var client = await rig.ConnectAsync(version);
        Assert.That(client.ServerCapabilities.Tools!.ListChanged, Is.True);
        using var stream = await OpenStreamAsync(rig);
        var heard = ReadMethodsAsync(stream, 2);
        rig.Loop.Add("late", static (_, _, _, _) => Task.FromResult(ToolOutput.Text("late")));
        Assert.That((await client.ListToolsAsync()).Select(static tool => tool.Name), Is.EqualTo(new[] { "echo", "late" }));
        rig.Loop.Remove("echo");
        Assert.That((await client.ListToolsAsync()).Select(static tool => tool.Name), Is.EqualTo(new[] { "late" }));
        Assert.That(await heard, Does.Contain(NotificationMethods.ToolListChangedNotification));
    }

    // In the older era a client that hangs up may come back: only a notification calls a call off, which then ends with an error.
    private static async Task CancelOlderAsync(McpRig rig, Task begun)
    {
        var session = await rig.BeginSessionAsync();
        using var call = await rig.PostOlderAsync("tools/call", McpRig.Call("wait"), session, id: 5);
        await begun.WaitAsync(McpRig.Patience);
        using var told = await rig.PostOlderAsync("notifications/cancelled", new JsonObject { ["requestId"] = 5 }, session, id: null);
        var answer = (await McpRig.AllAsync(call)).Single();
        Assert.That(answer.GetProperty("id").GetInt32(), Is.EqualTo(5));
        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32800));
    }

    // In the newer one it hangs up.
    private static async Task CancelNewerAsync(McpRig rig, Task begun)
    {
        await using var client = await rig.ConnectAsync(McpRig.Newer);
        using var ending = new CancellationTokenSource();
        var call = client.CallToolAsync("wait", cancellationToken: ending.Token).AsTask();
        await begun.WaitAsync(McpRig.Patience);
        await ending.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await client.ListToolsAsync(), Has.Count.EqualTo(2), "the client goes on");
    }

    private static async Task<ToolOutput> Work(
        LlmSession? session, JsonElement arguments, ToolListener? listener, CancellationToken cancellationToken)
    {
        if (listener is not null)
        {
            await listener(ToolNote.Of(1, 3, "begun"), cancellationToken);
            await listener(ToolNote.Of(ToolLogLevel.Debug, "cold"), cancellationToken);
            await listener(ToolNote.Of(ToolLogLevel.Warning, "hot"), cancellationToken);
            await listener(ToolNote.Of(3, 3, "done"), cancellationToken);
        }

        return ToolOutput.Text("ready");
    }

    private async Task<HttpResponseMessage> CallRawAsync(McpRig rig, string tool, JsonObject meta)
    {
        foreach (var empty in meta.Where(static pair => pair.Value is null).ToList()) meta.Remove(empty.Key);
        var call = McpRig.Call(tool);
        call["_meta"] = meta;
        return version == McpRig.Newer
            ? await rig.PostNewerAsync("tools/call", call)
            : await rig.PostOlderAsync("tools/call", call, await rig.BeginSessionAsync());
    }

    // The stream of a raw client beside the SDK's, whose own the SDK opens when it likes.
    private async Task<HttpResponseMessage> OpenStreamAsync(McpRig rig)
    {
        if (version == McpRig.Older) return await rig.GetAsync(await rig.BeginSessionAsync());
        var notifications = new JsonObject { ["toolsListChanged"] = true };
        return await rig.PostNewerAsync("subscriptions/listen", new JsonObject { ["notifications"] = notifications }, client: "listener");
    }

    private async Task<List<string>> ReadMethodsAsync(HttpResponseMessage stream, int count)
    {
        var methods = new List<string>();
        if (version == McpRig.Older) count--;
        await foreach (var message in McpRig.MessagesAsync(stream))
        {
            methods.Add(message.GetProperty("method").GetString()!);
            if (methods.Count == count) break;
        }

        return methods;
    }

    private static string Describe(JsonElement message)
    {
        if (!message.TryGetProperty("method", out var method)) return message.TryGetProperty("result", out _) ? "result" : message.GetRawText();
        var parameters = message.GetProperty("params");
        return method.GetString() == NotificationMethods.ProgressNotification
            ? $"progress {parameters.GetProperty("progress")} of {parameters.GetProperty("total")} {parameters.GetProperty("message")}"
            : $"log {parameters.GetProperty("level")} {parameters.GetProperty("data")}";
    }
}
