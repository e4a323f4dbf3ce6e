using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Playground.Ecs.Networking.Mcp.Tests.Clients;

/// <summary>The official C# SDK lists, calls and cancels a tool, whoever handles it, at the revision with sessions and the one without.</summary>
[TestFixture(Owner.Plugin, WithSession)]
[TestFixture(Owner.Plugin, WithoutSession)]
[TestFixture(Owner.RemoteClient, WithSession)]
[TestFixture(Owner.RemoteClient, WithoutSession)]
public sealed class SdkClientTests(Owner owner, string revision)
{
    private const string WithSession = "2025-11-25";
    private const string WithoutSession = "2026-07-28";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, object?> Here = new() { ["place"] = "here" };

    private readonly TaskCompletionSource _isAtHandler = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private McpServerHost _host = null!;
    private ToolOwner _tools = null!;
    private McpClient _client = null!;

    [OneTimeSetUp]
    public async Task Connect()
    {
        _host = await McpServerHost.StartAsync();
        _tools = await ToolOwner.RegisterAsync(_host, owner);
        var transport = new HttpClientTransport(new HttpClientTransportOptions { Endpoint = _host.McpUri, TransportMode = HttpTransportMode.StreamableHttp });
        _client = await McpClient.CreateAsync(transport, new McpClientOptions { ProtocolVersion = revision });
    }

    [OneTimeTearDown]
    public async Task Disconnect()
    {
        if (_client is not null) await _client.DisposeAsync();
        if (_tools is not null) await _tools.DisposeAsync();
        if (_host is not null) await _host.DisposeAsync();
    }

    [Test]
    public async Task Tool_is_listed()
    {
        Assert.That(_client.NegotiatedProtocolVersion, Is.EqualTo(revision));
        var tool = (await _client.ListToolsAsync()).Single(static tool => tool.Name == "measure");
        Assert.That(tool.Description, Is.EqualTo(ToolOwner.Description));
        Assert.That(tool.JsonSchema.GetProperty("required")[0].GetString(), Is.EqualTo("place"));
    }

    [Test]
    public async Task Tool_answers()
    {
        var result = await _client.CallToolAsync("measure", Here);
        Assert.That(result.IsError, Is.Not.True);
        Assert.That(result.StructuredContent?.GetProperty("celsius").GetInt32(), Is.EqualTo(9));
        Assert.That(result.Content.OfType<TextContentBlock>().Single().Text, Does.Contain("\"place\":\"here\""));
    }

    [Test]
    public async Task Tool_says_how_far_it_is_before_it_answers()
    {
        var reported = new TaskCompletionSource<ProgressNotificationValue>(TaskCreationOptions.RunContinuationsAsynchronously);
        var calling = _client.CallToolAsync("report", Here, new Progress(reported)).AsTask();
        var progress = await reported.Task.WaitAsync(Patience);
        Assert.That((progress.Progress, progress.Total, progress.Message), Is.EqualTo((1f, 2f, "the mast is up")));
        Assert.That(calling.IsCompleted, Is.False);
        _tools.Reported.SetResult();
        Assert.That((await calling.WaitAsync(Patience)).Content.OfType<TextContentBlock>().Single().Text, Is.EqualTo("done"));
    }

    [Test]
    public async Task Wrong_arguments_are_an_error_that_says_what_to_mend()
    {
        var result = await _client.CallToolAsync("measure", new Dictionary<string, object?> { ["place"] = 5 });
        Assert.That(result.IsError, Is.True);
        Assert.That(result.Content.OfType<TextContentBlock>().Single().Text, Does.Contain("place"));
    }

    [Test]
    public async Task Call_that_the_model_cancels_is_cancelled_at_its_handler()
    {
        var cancelling = revision == WithSession ? CancelBySayingSoAsync() : CancelByHangingUpAsync();
        var atHandler = await _tools.WaitingAsync();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = atHandler.Register(cancelled.SetResult);
        _isAtHandler.SetResult();
        await cancelling.WaitAsync(Patience);
        await cancelled.Task.WaitAsync(Patience);
    }

    private async Task CancelByHangingUpAsync()
    {
        using var cancellation = new CancellationTokenSource();
        var calling = _client.CallToolAsync("wait", Here, cancellationToken: cancellation.Token).AsTask();
        await _isAtHandler.Task;
        await cancellation.CancelAsync();
        Assert.That(async () => await calling, Throws.InstanceOf<OperationCanceledException>());
    }

    // Over HTTP with a session this client hangs up without a word, which does not cancel there.
    private async Task CancelBySayingSoAsync()
    {
        var id = new RequestId("to be cancelled");
        var parameters = new JsonObject { ["name"] = "wait", ["arguments"] = new JsonObject { ["place"] = "here" } };
        var calling = _client.SendRequestAsync(new JsonRpcRequest { Id = id, Method = RequestMethods.ToolsCall, Params = parameters });
        await _isAtHandler.Task;
        await _client.SendNotificationAsync(NotificationMethods.CancelledNotification, new CancelledNotificationParams { RequestId = id });
        Assert.That(async () => await calling.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    private sealed class Progress(TaskCompletionSource<ProgressNotificationValue> reported) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => reported.TrySetResult(value);
    }
}
