using System.Text.Json;
using System.Threading.Channels;
using Playground.Ecs.Networking.Client;

namespace Playground.Ecs.Networking.Mcp.Tests.Clients;

/// <summary>Whose handler a tool has.</summary>
public enum Owner
{
    /// <summary>A plugin of the server.</summary>
    Plugin,

    /// <summary>A client at the other end of a WebSocket.</summary>
    RemoteClient,
}

/// <summary>
/// The tools of these tests: <c>measure</c> answers, <c>report</c> answers when its progress has arrived, <c>wait</c> never does. The handlers of
/// either owner do the same.
/// </summary>
internal sealed class ToolOwner : IAsyncDisposable
{
    public const string Description = "Measures the weather at a place.";

    private static readonly JsonElement Schema = JsonElement.Parse(
        """{"type":"object","properties":{"place":{"type":"string","minLength":1}},"required":["place"],"additionalProperties":false}""");

    private readonly Channel<CancellationToken> _waiting = Channel.CreateUnbounded<CancellationToken>();
    private NetworkClient? _client;

    public static async Task<ToolOwner> RegisterAsync(McpServerHost host, Owner owner)
    {
        var tools = new ToolOwner();
        if (owner == Owner.Plugin) await tools.RegisterPluginAsync(host);
        else await tools.RegisterRemoteAsync(host);
        return tools;
    }

    /// <summary>Lets calls of <c>report</c> answer.</summary>
    public TaskCompletionSource Reported { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The token of the next call of <c>wait</c>.</summary>
    public async Task<CancellationToken> WaitingAsync() => await _waiting.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
    }

    private async Task RegisterPluginAsync(McpServerHost host)
    {
        (await host.System.RegisterMcpToolAsync("measure", Description, Schema, host.Plugin, (call, _) =>
        {
            call.ReportProgress(1, 2, "the mast is up");
            return new(ToolOutput.Json(Weather(call.Arguments)));
        })).Unwrap();
        (await host.System.RegisterMcpToolAsync("report", "Says how far it is.", Schema, host.Plugin, async (call, cancellation) =>
        {
            call.ReportProgress(1, 2, "the mast is up");
            await Reported.Task.WaitAsync(cancellation);
            return ToolOutput.Text("done");
        })).Unwrap();
        (await host.System.RegisterMcpToolAsync("wait", "Waits for ever.", Schema, host.Plugin, async (_, cancellation) =>
        {
            await WaitAsync(cancellation);
            return ToolOutput.Text("never");
        })).Unwrap();
    }

    private async Task RegisterRemoteAsync(McpServerHost host)
    {
        _client = new NetworkClient(new ClientOptions { Uri = host.WebSocketUri, ClientName = "weather-station" });
        (await _client.ConnectAsync()).Unwrap();
        var channel = (await _client.RegisterChannelAsync("weather-station")).Unwrap();
        (await channel.RegisterToolAsync("measure", Description, Schema.GetRawText(), (call, _) =>
        {
            call.ReportProgress(1, 2, "the mast is up");
            return new(ClientToolOutput.Json(Weather(call.Arguments)));
        })).Unwrap();
        (await channel.RegisterToolAsync("report", "Says how far it is.", Schema.GetRawText(), async (call, cancellation) =>
        {
            call.ReportProgress(1, 2, "the mast is up");
            await Reported.Task.WaitAsync(cancellation);
            return ClientToolOutput.Text("done");
        })).Unwrap();
        (await channel.RegisterToolAsync("wait", "Waits for ever.", Schema.GetRawText(), async (_, cancellation) =>
        {
            await WaitAsync(cancellation);
            return ClientToolOutput.Text("never");
        })).Unwrap();
    }

    private static JsonElement Weather(JsonElement arguments) =>
        JsonSerializer.SerializeToElement(new Dictionary<string, object> { ["place"] = arguments.GetProperty("place").GetString()!, ["celsius"] = 9 });

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryWrite(cancellationToken);
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
    }
}
