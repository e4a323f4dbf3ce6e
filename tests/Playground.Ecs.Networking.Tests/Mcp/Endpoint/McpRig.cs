using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Sockets;
using BufferPool = Playground.Ecs.Networking.Links.BufferPool;
using ITransport = Playground.Ecs.Networking.Links.ITransport;
using TransportStart = Playground.Ecs.Networking.Links.TransportStart;

namespace Playground.Ecs.Networking.Tests.Mcp.Endpoint;

/// <summary>The endpoint on a transport's HTTP port of 127.0.0.1, in front of a loop that is none.</summary>
internal sealed class McpRig : IAsyncDisposable
{
    public const string Older = "2025-11-25";
    public const string Newer = "2026-07-28";

    /// <summary>How long a test waits for what must happen.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ITransport _transport;

    private McpRig(ITransport transport, FakeLoop loop)
    {
        _transport = transport;
        Loop = loop;
        Address = new Uri($"http://{transport.LocalEndPoint}/mcp");
        Http = new HttpClient { Timeout = Patience };
    }

    public FakeLoop Loop { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public static async Task<McpRig> StartAsync(McpOptions? mcp = null, NetworkingOptions? options = null, ITransport? transport = null)
    {
        options = (options ?? new NetworkingOptions()) with { Port = 0, Mcp = mcp ?? new McpOptions() };
        transport ??= new SocketTransport();
        var loop = new FakeLoop(options);
        loop.Add("echo", (_, arguments, _, _) => Task.FromResult(ToolOutput.Text(arguments.GetProperty("text").GetString()!)));
        var start = new TransportStart(options, new BufferPool(0), options.TimeProvider, options.LoggerFactory) { Mcp = loop };
        (await transport.StartAsync(start, CancellationToken.None)).Unwrap();
        return new McpRig(transport, loop);
    }

    /// <summary>Connects the C# SDK's client.</summary>
    public async Task<McpClient> ConnectAsync(string version, Action<HttpClientTransportOptions>? configure = null, string name = "test client")
    {
        var options = new HttpClientTransportOptions { Endpoint = Address, TransportMode = HttpTransportMode.StreamableHttp };
        configure?.Invoke(options);
        var client = new McpClientOptions { ProtocolVersion = version, ClientInfo = new Implementation { Name = name, Version = "1.2" } };
        return await McpClient.CreateAsync(new HttpClientTransport(options, Http), client).WaitAsync(Patience);
    }

    /// <summary>Begins a session of the older era, without the client's notification that it is ready.</summary>
    public async Task<string> InitializeAsync(Action<HttpRequestMessage>? configure = null)
    {
        using var answer = await PostOlderAsync("initialize", new JsonObject
        {
            ["protocolVersion"] = Older,
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "raw", ["version"] = "1" },
        }, configure: configure);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), await answer.Content.ReadAsStringAsync());
        return answer.Headers.GetValues("Mcp-Session-Id").Single();
    }

    /// <summary>Begins a session of the older era, ready to work.</summary>
    public async Task<string> BeginSessionAsync(Action<HttpRequestMessage>? configure = null)
    {
        var session = await InitializeAsync(configure);
        using var answer = await PostOlderAsync("notifications/initialized", null, session, id: null, configure: configure);
        Assert.That((int)answer.StatusCode, Is.EqualTo(202), await answer.Content.ReadAsStringAsync());
        return session;
    }

    public Task<HttpResponseMessage> PostOlderAsync(
        string method, JsonObject? parameters, string? session = null, int? id = 1, Action<HttpRequestMessage>? configure = null) =>
        PostAsync(Message(method, parameters, id), request =>
        {
            if (session is not null) request.Headers.Add("Mcp-Session-Id", session);
            request.Headers.Add("MCP-Protocol-Version", Older);
            configure?.Invoke(request);
        });

    public Task<HttpResponseMessage> PostNewerAsync(
        string method, JsonObject? parameters = null, int? id = 1, string client = "raw", string version = Newer, Action<HttpRequestMessage>? configure = null)
    {
        parameters ??= [];
        var meta = parameters["_meta"] as JsonObject ?? [];
        parameters["_meta"] = meta;
        meta["io.modelcontextprotocol/protocolVersion"] = version;
        meta["io.modelcontextprotocol/clientCapabilities"] = new JsonObject();
        meta["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = client, ["version"] = "1" };
        return PostAsync(Message(method, parameters, id), request =>
        {
            request.Headers.Add("MCP-Protocol-Version", version);
            request.Headers.Add("Mcp-Method", method);
            if ((parameters["name"] ?? parameters["uri"]) is { } name) request.Headers.Add("Mcp-Name", name.GetValue<string>());
            configure?.Invoke(request);
        });
    }

    /// <summary>Posts a body as it is; the response may go on.</summary>
    public Task<HttpResponseMessage> PostAsync(string body, Action<HttpRequestMessage>? configure = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        configure?.Invoke(request);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Opens the older era's stream of what the server says by itself.</summary>
    public Task<HttpResponseMessage> GetAsync(string session)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Add("Mcp-Session-Id", session);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async Task<int> DeleteAsync(string session, Action<HttpRequestMessage>? configure = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, Address);
        request.Headers.Add("Mcp-Session-Id", session);
        configure?.Invoke(request);
        using var answer = await Http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    /// <summary>The lines of a stream, comments among them, until it ends.</summary>
    public static async IAsyncEnumerable<string> LinesAsync(HttpResponseMessage answer)
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line.Length > 0) yield return line;
        }
    }

    /// <summary>The messages of a stream until it ends.</summary>
    public static async IAsyncEnumerable<JsonElement> MessagesAsync(HttpResponseMessage answer)
    {
        await foreach (var line in LinesAsync(answer))
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)) yield return JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]);
        }
    }

    /// <summary>All messages of a response that is over.</summary>
    public static async Task<List<JsonElement>> AllAsync(HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentType?.MediaType == "application/json")
        {
            return [JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync())];
        }

        var all = new List<JsonElement>();
        await foreach (var message in MessagesAsync(answer)) all.Add(message);
        return all;
    }

    public static JsonObject Call(string tool, JsonObject? arguments = null) => new() { ["name"] = tool, ["arguments"] = arguments ?? new JsonObject { ["text"] = "hello" } };

    /// <summary>Stops the transport, and with it the endpoint.</summary>
    public Task StopAsync() => _transport.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _transport.DisposeAsync();
    }

    private static string Message(string method, JsonObject? parameters, int? id)
    {
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method };
        if (id is not null) message["id"] = id;
        if (parameters is not null) message["params"] = parameters;
        return message.ToJsonString();
    }
}
