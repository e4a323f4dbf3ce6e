using System.Text.Json;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Testing.Frames;
using Playground.Ecs.Networking.Tests.Frames;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>A system whose tools and resources are used as the HTTP side uses them, frame by frame.</summary>
internal sealed class McpRig : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private McpRig(NetworkHarness harness, LogLines log)
    {
        (Harness, Log) = (harness, log);
        Channel = System.RegisterPlugin("x").Unwrap();
    }

    /// <summary>The schema of a tool that takes anything.</summary>
    public static JsonElement AnySchema { get; } = JsonElement.Parse("""{"type":"object"}""");

    public NetworkHarness Harness { get; }

    public LogLines Log { get; }

    public NetworkingSystem System => Harness.System;

    public IMcpLoop Mcp => Harness.System.Mcp;

    public ToolCounters Counters => Harness.System.ToolCounters;

    /// <summary>The plugin's channel that tools are registered on unless a test says otherwise.</summary>
    public Channel Channel { get; }

    public static async Task<McpRig> StartAsync(McpOptions? options = null, NetworkingOptions? network = null)
    {
        var log = new LogLines();
        network = (network ?? new NetworkingOptions()) with { LoggerFactory = log };
        return new McpRig(await NetworkHarness.StartAsync(network with { Mcp = options ?? new McpOptions() }), log);
    }

    /// <summary>Registers a tool of the application.</summary>
    public void Offer(string name, ToolHandler? handler = null, ToolOptions? options = null, Channel? channel = null, JsonElement? schema = null) =>
        System.RegisterMcpTool(name, $"Does {name}.", schema ?? AnySchema, (channel ?? Channel).Id, handler, options).Unwrap();

    /// <summary>Registers a tool that is answered by the application, when it likes.</summary>
    public TaskCompletionSource<ToolOutput> OfferLater(string name, List<CancellationToken>? tokens = null, ToolOptions? options = null)
    {
        var gate = new TaskCompletionSource<ToolOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        Offer(name, async (_, token) =>
        {
            tokens?.Add(token);
            return await gate.Task.WaitAsync(token);
        }, options);
        return gate;
    }

    public LlmSession Open(string client = "client", string? agent = null, string? principal = null, string? sessionId = null) =>
        Result(Mcp.OpenAsync(new LlmIdentity(sessionId, principal, client, "1.0", agent), default).AsTask()).Unwrap();

    public Task<ToolOutput> Call(
        string tool, string arguments = "{}", LlmSession? session = null, ToolListener? listener = null, CancellationToken token = default) =>
        Mcp.CallAsync(session, tool, JsonElement.Parse(arguments), listener, token);

    /// <summary>Calls and runs frames until the result is there.</summary>
    public ToolOutput CallNow(string tool, string arguments = "{}", LlmSession? session = null, ToolListener? listener = null) =>
        Result(Call(tool, arguments, session, listener));

    public NetworkResult<ResourceContents> ReadNow(string uri) => Result(Mcp.ReadAsync(uri, default));

    /// <summary>Runs frames until a task is done, without moving the clock.</summary>
    public T Result<T>(Task<T> task)
    {
        Harness.RunUntil(() => task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs frames until a condition holds that other threads bring about.</summary>
    public void Until(Func<bool> isDone) => Harness.RunUntil(isDone);

    /// <summary>Waits for what other threads complete without another frame.</summary>
    public static T Wait<T>(Task<T> task) => task.WaitAsync(Patience).GetAwaiter().GetResult();

    /// <inheritdoc cref="Wait{T}(Task{T})"/>
    public static void Wait(Task task) => task.WaitAsync(Patience).GetAwaiter().GetResult();

    /// <summary>The text of a result's only piece.</summary>
    public static string Text(ToolOutput output) => ((ToolContent.Text)output.Content.Single()).Value;

    /// <summary>The texts of a result.</summary>
    public static IEnumerable<string> Texts(ToolOutput output) => output.Content.Select(static piece => ((ToolContent.Text)piece).Value);

    /// <summary>The text of an error.</summary>
    public static string Problem(ToolOutput output)
    {
        Assert.That(output.IsError, string.Join('|', Texts(output)));
        return Text(output);
    }

    public async ValueTask DisposeAsync()
    {
        await Harness.DisposeAsync();
        Log.Dispose();
        Assert.That(System.Buffers.RentedCount, Is.Zero);
    }
}
