using System.Text.Json;
using Playground.Ecs.Networking.Client.Tests.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Tests.Links;

/// <summary>Tools that this client offers to language models: their calls, played by hand.</summary>
public sealed class ToolTests
{
    private const string AnyObject = """{"type":"object"}""";
    private static readonly ChannelId Mine = 1001;

    [Test]
    public async Task Tool_is_registered_with_its_channel_and_withdrawn()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var registering = rig.Client.Channel(Mine).RegisterToolAsync("where", "Says where.", AnyObject, static (_, _) => new(ClientToolOutput.Text("here")));
        var asked = await link.TakeAsync<RegisterMcpTool>();
        Assert.That((asked.Name, asked.Description, asked.InputSchema, asked.HandlerChannel), Is.EqualTo(("where", "Says where.", AnyObject, Mine)));
        link.Give(Wire.Message(new Reply(asked.Id, ErrorCode.None, null, default), sequence: 1), Call(1, "where", sequence: 2));
        Assert.That((await registering.AsTask().WaitAsync(ClientRig.Patience)).Error, Is.Null);
        Assert.That((await link.TakeAsync<ToolResult>()).Content, Is.EqualTo("\"here\""), "The first call may come with the reply.");

        var withdrawing = rig.Client.Channel(Mine).UnregisterToolAsync("where");
        var withdrawn = await link.TakeAsync<UnregisterMcpTool>();
        Assert.That(withdrawn.Name, Is.EqualTo("where"));
        link.Give(Wire.Message(new Reply(withdrawn.Id, ErrorCode.None, null, default), sequence: 3), Call(2, "where", sequence: 4));
        Assert.That((await withdrawing.AsTask().WaitAsync(ClientRig.Patience)).Error, Is.Null);
        Assert.That((await link.TakeAsync<ToolResult>()).IsError, "Nobody carries it out any more.");
    }

    [Test]
    public async Task Refused_tool_is_an_error_and_stays_unknown()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var registering = rig.Client.Channel(Mine).RegisterToolAsync("where", "Says where.", AnyObject, static (_, _) => new(ClientToolOutput.Text("here")));
        var asked = await link.TakeAsync<RegisterMcpTool>();
        link.Give(Wire.Message(new Reply(asked.Id, ErrorCode.Forbidden, "no tools of clients", default), sequence: 1), Call(1, "where", sequence: 2));
        Assert.That((await registering.AsTask().WaitAsync(ClientRig.Patience)).Error, Is.InstanceOf<NetworkError.Forbidden>());
        Assert.That((await link.TakeAsync<ToolResult>()).IsError);
        Assert.That((await rig.Client.Channel(Mine).RegisterToolAsync("", "", AnyObject, Never)).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That((await rig.Client.Channel(Mine).UnregisterToolAsync("\n")).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
    }

    [Test]
    public async Task Call_says_who_asks_and_for_what()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        var called = new TaskCompletionSource<ClientToolCall>(TaskCreationOptions.RunContinuationsAsynchronously);
        await RegisterAsync(rig, link, (call, _) =>
        {
            called.SetResult(call);
            return new(ClientToolOutput.Text("ok"));
        });
        link.Give(Wire.Message(new ToolCall(7, 2000, 3, "tool", """{"x":[1,2]}""", 1500), Mine, sequence: 2));
        var call = await called.Task.WaitAsync(ClientRig.Patience);
        Assert.That(
            (call.ChannelId, call.Tool, call.LlmChannel, call.Generation, call.Timeout),
            Is.EqualTo((Mine, "tool", new ChannelId(2000), 3u, TimeSpan.FromMilliseconds(1500))));
        Assert.That(call.Arguments.GetProperty("x")[1].GetInt32(), Is.EqualTo(2));
        var packet = await link.TakeDataAsync();
        Assert.That((packet.Channel, packet.Header.IsReliable, packet.Header.Priority), Is.EqualTo((Mine, true, Priority.High)), "the call's lane");
        Assert.That(packet.Read<ToolResult>(), Is.EqualTo(new ToolResult(7, false, "\"ok\"")));
    }

    [Test]
    public async Task Results_are_text_errors_objects_and_pieces()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        using var json = JsonDocument.Parse("""{"content":[{"type":"text","text":"é"}],"object":{"x":1}}""");
        var (content, value) = (json.RootElement.GetProperty("content"), json.RootElement.GetProperty("object"));
        var outputs = new Queue<ClientToolOutput>(
        [
            ClientToolOutput.Text("she said \"é\""), ClientToolOutput.Error("x must be above 0"), ClientToolOutput.Json(value),
            ClientToolOutput.Of(content), ClientToolOutput.Of(content, value, isError: true),
        ]);
        await RegisterAsync(rig, link, (_, _) => new(outputs.Dequeue()));
        string[] expected =
        [
            "\"she said \\\"é\\\"\"", "\"x must be above 0\"", """{"structuredContent":{"x":1}}""",
            """{"content":[{"type":"text","text":"é"}]}""", """{"content":[{"type":"text","text":"é"}],"structuredContent":{"x":1}}""",
        ];
        for (ushort i = 0; i < expected.Length; i++)
        {
            link.Give(Call(i, "tool", (ushort)(i + 2)));
            var result = await link.TakeAsync<ToolResult>();
            Assert.That((result.Content, result.IsError), Is.EqualTo((expected[i], i is 1 or 4)));
        }

        Assert.That(() => ClientToolOutput.Json(content), Throws.ArgumentException);
        Assert.That(() => ClientToolOutput.Of(value), Throws.ArgumentException);
        Assert.That(() => ClientToolOutput.Of(content, content), Throws.ArgumentException);
    }

    [Test]
    public async Task What_a_handler_throws_is_reported_here_and_kept_from_the_model()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        await RegisterAsync(rig, link, static (call, _) => call.Arguments.TryGetProperty("later", out var _)
            ? ValueTask.FromException<ClientToolOutput>(new InvalidOperationException("secret"))
            : throw new InvalidOperationException("secret"));
        link.Give(Call(1, "tool", 2));
        var atOnce = await link.TakeAsync<ToolResult>();
        link.Give(Wire.Message(new ToolCall(2, 2000, 1, "tool", """{"later":1}""", 1000), Mine, sequence: 3));
        var later = await link.TakeAsync<ToolResult>();
        link.Give(Wire.Message(new ToolCall(3, 2000, 1, "tool", "no JSON", 1000), Mine, sequence: 4));
        var noJson = await link.TakeAsync<ToolResult>();
        Assert.That(new[] { atOnce.IsError, later.IsError, noJson.IsError }, Is.All.True);
        Assert.That(new[] { atOnce.Content, later.Content, noJson.Content }, Is.All.EqualTo("\"The tool tool failed.\""));
        Assert.That(rig.Thrown.Take(2).Select(static e => e.Message), Is.All.EqualTo("secret"));
        Assert.That(rig.Thrown.Last(), Is.InstanceOf<JsonException>());
    }

    [Test]
    public async Task Calls_run_beside_each_other_and_the_packets()
    {
        var (rig, link) = await ClientRig.ConnectedAsync();
        await using var disposing = rig;
        using var blocked = new ManualResetEventSlim();
        await RegisterAsync(rig, link, (call, cancellation) =>
        {
            if (call.Arguments.TryGetProperty("x", out _)) return new(ClientToolOutput.Text("second"));
            blocked.Wait(cancellation);
            return new(ClientToolOutput.Text("first"));
        });
        link.Give(Call(1, "tool", 2), Wire.Message(new ToolCall(2, 2000, 1, "tool", """{"x":1}""", 1000), Mine, sequence: 3));
        Assert.That((await link.TakeAsync<ToolResult>()).Id, Is.EqualTo(2), "A handler that blocks its thread holds up no other.");
        blocked.Set();
        Assert.That((await link.TakeAsync<ToolResult>()).Id, Is.EqualTo(1));
    }

    /// <summary>Registers the tool "tool" on a channel of the client's; sequence 1 is spent on the reply.</summary>
    internal static async Task RegisterAsync(ClientRig rig, FakeLink link, ClientToolHandler handler)
    {
        var registering = rig.Client.Channel(Mine).RegisterToolAsync("tool", "Does it.", AnyObject, handler);
        link.Give(Wire.Message(new Reply((await link.TakeAsync<RegisterMcpTool>()).Id, ErrorCode.None, null, default), sequence: 1));
        Assert.That((await registering.AsTask().WaitAsync(ClientRig.Patience)).Error, Is.Null);
    }

    internal static byte[] Call(uint id, string tool, ushort sequence, uint timeoutMs = 30_000) =>
        Wire.Message(new ToolCall(id, 2000, 1, tool, "{}", timeoutMs), Mine, sequence);

    private static ValueTask<ClientToolOutput> Never(ClientToolCall call, CancellationToken cancellationToken) => throw new InvalidOperationException();
}
