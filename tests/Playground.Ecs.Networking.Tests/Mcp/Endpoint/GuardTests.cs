using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Tests.Mcp.Endpoint;

/// <summary>What the endpoint refuses before the SDK sees it.</summary>
[TestFixture]
public sealed class GuardTests
{
    [Test]
    public async Task A_foreign_host_is_misdirected()
    {
        await using var rig = await McpRig.StartAsync();
        using var answer = await rig.PostNewerAsync("tools/list", configure: static request => request.Headers.Host = "evil.example.com");
        Assert.That((int)answer.StatusCode, Is.EqualTo(421));
        Assert.That(await ErrorAsync(answer), Does.Contain("AllowedHosts"));
    }

    [Test]
    public async Task A_named_host_is_served()
    {
        await using var rig = await McpRig.StartAsync(new McpOptions { AllowedHosts = ["game.example"] });
        using var answer = await rig.PostNewerAsync("tools/list", configure: static request => request.Headers.Host = "game.example");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_foreign_page_is_forbidden()
    {
        await using var rig = await McpRig.StartAsync();
        using var answer = await rig.PostNewerAsync("tools/list", configure: static request => request.Headers.Add("Origin", "http://evil.example.com"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await ErrorAsync(answer), Does.Contain("AllowedOrigins"));
    }

    [Test]
    public async Task A_page_of_this_port_may_call()
    {
        await using var rig = await McpRig.StartAsync();
        using var answer = await rig.PostNewerAsync("tools/list", configure: request => request.Headers.Add("Origin", $"http://{rig.Address.Authority}"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Headers.Contains("Access-Control-Allow-Origin"), Is.False);
    }

    [Test]
    public async Task A_named_pages_browser_is_told_that_it_may()
    {
        await using var rig = await McpRig.StartAsync(new McpOptions { AllowedOrigins = ["https://tools.example"] });
        using var question = new HttpRequestMessage(HttpMethod.Options, rig.Address);
        question.Headers.Add("Origin", "https://tools.example");
        question.Headers.Add("Access-Control-Request-Method", "POST");
        question.Headers.Add("Access-Control-Request-Headers", "content-type,mcp-session-id");
        using var told = await rig.Http.SendAsync(question);
        Assert.That(told.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(told.Headers.GetValues("Access-Control-Allow-Headers").Single(), Is.EqualTo("content-type,mcp-session-id"));
        using var answer = await rig.PostNewerAsync("tools/list", configure: static request => request.Headers.Add("Origin", "https://tools.example"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Headers.GetValues("Access-Control-Allow-Origin").Single(), Is.EqualTo("https://tools.example"));
    }

    [Test]
    public async Task A_request_that_is_too_large_is_refused_with_its_limit([Values] bool isChunked)
    {
        await using var rig = await McpRig.StartAsync(new McpOptions { RequestBytesMax = 10_000 });
        var text = new JsonObject { ["text"] = new string('a', 10_000) };
        using var answer = await rig.PostNewerAsync("tools/call", McpRig.Call("echo", text), configure: request => request.Headers.TransferEncodingChunked = isChunked);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await ErrorAsync(answer), Does.Contain("10000 bytes"));
    }

    [Test]
    public async Task A_large_request_within_the_limit_is_served([Values] bool isChunked)
    {
        await using var rig = await McpRig.StartAsync();
        var text = new string('a', 900_000);
        using var answer = await rig.PostNewerAsync(
            "tools/call", McpRig.Call("echo", new JsonObject { ["text"] = text }), configure: request => request.Headers.TransferEncodingChunked = isChunked);
        var result = (await McpRig.AllAsync(answer)).Single().GetProperty("result");
        Assert.That(result.GetProperty("content")[0].GetProperty("text").GetString(), Is.EqualTo(text));
    }

    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,")]
    [TestCase("")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}")]
    public async Task What_is_no_json_or_nests_too_deep_is_a_parse_error(string body)
    {
        await using var rig = await McpRig.StartAsync(new McpOptions { JsonDepthMax = 5 });
        using var answer = await rig.PostAsync(body);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        var error = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        Assert.That(error.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32700));
    }

    [Test]
    public async Task Without_a_token_the_answer_is_401_and_the_sdk_is_not_even_built()
    {
        var logs = new LogLines();
        await using var rig = await McpRig.StartAsync(new McpOptions { Authenticate = TokenIs("secret-1") }, new NetworkingOptions { LoggerFactory = logs });
        using var answer = await rig.PostNewerAsync("tools/list");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(answer.Headers.WwwAuthenticate.Single().Scheme, Is.EqualTo("Bearer"));
        using var wrong = await rig.PostNewerAsync("tools/list", configure: With("secret-2"));
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(wrong.Headers.WwwAuthenticate.Single().ToString(), Does.Contain("invalid_token"));
        Assert.That(logs.Text, Does.Not.Contain("ready").And.Not.Contain("secret"));
        Assert.That(logs.Text, Does.Contain("401"));
    }

    [Test]
    public async Task The_systems_authentication_counts_where_the_endpoint_has_none_of_its_own()
    {
        AuthenticationRequest? seen = null;
        await using var rig = await McpRig.StartAsync(options: new NetworkingOptions
        {
            Authenticate = (request, _) =>
            {
                seen = request;
                return ValueTask.FromResult(AuthenticationResult.Accept("alice"));
            },
        });
        using var answer = await rig.PostNewerAsync("tools/call", McpRig.Call("echo"), configure: With("secret-1"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await McpRig.AllAsync(answer);
        Assert.That(seen!.ClientName, Is.EqualTo("mcp"));
        Assert.That(seen.Token, Is.EqualTo("secret-1"));
        Assert.That(seen.Upgrade.RemoteEndPoint!.Address, Is.EqualTo(IPAddress.Loopback));
        Assert.That(rig.Loop.Opened.Single().Identity.Principal, Is.EqualTo("alice"));
    }

    [Test]
    public async Task An_authentication_that_throws_or_takes_too_long_refuses()
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
        await using var rig = await McpRig.StartAsync(
            new McpOptions
            {
                Authenticate = async (_, _) =>
                {
                    if (Interlocked.Increment(ref calls) == 1) throw new InvalidOperationException("the database is away");
                    asked.SetResult();
                    await new TaskCompletionSource().Task;
                    return AuthenticationResult.Accept("never");
                },
            },
            new NetworkingOptions { TimeProvider = time });
        using var thrown = await rig.PostNewerAsync("tools/list");
        Assert.That(thrown.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await ErrorAsync(thrown), Does.Not.Contain("database"));
        var waiting = rig.PostNewerAsync("tools/list");
        await asked.Task.WaitAsync(McpRig.Patience);
        time.Advance(TimeSpan.FromSeconds(5));
        using var late = await waiting;
        Assert.That(late.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await ErrorAsync(late), Does.Contain("too long"));
    }

    [Test]
    public async Task A_session_is_its_users_alone()
    {
        await using var rig = await McpRig.StartAsync(new McpOptions
        {
            Authenticate = static (request, _) => ValueTask.FromResult(request.Token is { } name ? AuthenticationResult.Accept(name) : AuthenticationResult.Refuse("no token")),
        });
        var session = await rig.BeginSessionAsync(With("alice"));
        using var stolen = await rig.PostOlderAsync("tools/call", McpRig.Call("echo"), session, configure: With("mallory"));
        Assert.That(stolen.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await rig.DeleteAsync(session, With("mallory")), Is.EqualTo(403));
        using var own = await rig.PostOlderAsync("tools/call", McpRig.Call("echo"), session, configure: With("alice"));
        Assert.That(own.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(rig.Loop.Opened.Single().Identity.Principal, Is.EqualTo("alice"));
    }

    [Test]
    public async Task An_unknown_revision_is_told_what_can_be_had_without_a_handshake()
    {
        await using var rig = await McpRig.StartAsync(transport: new KestrelTransport());
        using var answer = await rig.PostNewerAsync("server/discover", version: "v999.0.0", id: 7);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        var message = (await McpRig.AllAsync(answer)).Single();
        Assert.That(message.GetProperty("id").GetInt32(), Is.EqualTo(7));
        var error = message.GetProperty("error");
        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32022));
        Assert.That(error.GetProperty("data").GetRawText(), Is.EqualTo("""{"supported":["2026-07-28"],"requested":"v999.0.0"}"""));
    }

    private static Authenticate TokenIs(string token) => (request, _) =>
        ValueTask.FromResult(request.Token == token ? AuthenticationResult.Accept("alice") : AuthenticationResult.Refuse("the token is wrong"));

    private static Action<HttpRequestMessage> With(string token) => request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private static async Task<string> ErrorAsync(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("message").GetString()!;

    /// <summary>All that was logged.</summary>
    private sealed class LogLines : ILoggerFactory, ILogger
    {
        private readonly List<string> _lines = [];

        public string Text
        {
            get
            {
                lock (_lines) return string.Join('\n', _lines);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines) _lines.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
