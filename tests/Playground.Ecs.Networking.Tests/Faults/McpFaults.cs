using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Tests.Faults;

/// <summary>Rows 50 and 52: requests to the endpoint for language models.</summary>
public sealed class McpFaults
{
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";
    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";
    private const string Session = "Mcp-Session-Id";

    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}""";

    private static readonly TestCaseData[] Faults =
    [
        Case("a foreign Origin", 403, static http => PostAsync(http, Ping, "alice", ("Origin", "http://foreign.example"))),
        Case("the Origin null", 403, static http => PostAsync(http, Ping, "alice", ("Origin", "null"))),
        Case("no token", 401, static http => PostAsync(http, Ping, token: null)),
        Case("a wrong token", 401, static http => PostAsync(http, Ping, "nobody")),
        Case("a session that was never there", 404, static http => PostAsync(http, List, "alice", (Session, "AAAAAAAAAAAAAAAAAAAAAA"))),
        Case("a session that has ended", 404, UseDeadSessionAsync),
        Case("another's session", 403, UseAnothersSessionAsync),
        Case("a body of 10 MB", 413, static http => PostAsync(http, $"{{\"a\":\"{new string('a', 10_000_000)}\"}}", "alice")),
        Case("a body of 10 MB in chunks", 413, static http => PostAsync(http, $"{{\"a\":\"{new string('a', 10_000_000)}\"}}", "alice", ("Transfer-Encoding", "chunked"))),
        Case("JSON a hundred thousand levels deep", 400, static http => PostAsync(http, new string('[', 100_000) + new string(']', 100_000), "alice")),
        Case("JSON a level too deep", 400, static http => PostAsync(http, new string('[', 33) + new string(']', 33), "alice")),
        Case("no JSON", 400, static http => PostAsync(http, "\0{}", "alice")),
    ];

    [TestCaseSource(nameof(Faults))]
    public Task Row_52_a_request_to_the_endpoint_that_may_not_be_gets_its_status_and_is_counted(int status, Func<HttpClient, Task<HttpResponseMessage>> fault) =>
        ExpectAsync(status, fault);

    [Test]
    public Task Row_50_a_Host_that_is_not_ours_gets_421_from_the_endpoint_of_language_models_too() =>
        ExpectAsync(421, static http => PostAsync(http, Ping, "alice", ("Host", "foreign.example")));

    private static async Task ExpectAsync(int status, Func<HttpClient, Task<HttpResponseMessage>> fault)
    {
        await using var server = await FaultServer.StartAsync(FaultServer.Defaults with { Mcp = new McpOptions { Authenticate = LetInAsync } });
        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.EndPoint}/mcp"), Timeout = FaultServer.Patience };
        using (var answer = await fault(http)) Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        await server.UntilAsync(() => server.Meter.Read("playground.mcp.refused", status.ToString(CultureInfo.InvariantCulture)) == 1);
        using (var ping = await PostAsync(http, Ping, "alice", (Session, await BeginAsync(http, "alice")))) Assert.That(ping.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await server.ExpectUnharmedAsync();
    }

    private static TestCaseData Case(string name, int status, Func<HttpClient, Task<HttpResponseMessage>> fault) =>
        new TestCaseData(status, fault).SetArgDisplayNames(name);

    private static ValueTask<AuthenticationResult> LetInAsync(AuthenticationRequest request, CancellationToken cancellationToken) =>
        new(request.Token is "alice" or "mallory" ? AuthenticationResult.Accept(request.Token) : AuthenticationResult.Refuse("no"));

    private static async Task<HttpResponseMessage> UseDeadSessionAsync(HttpClient http)
    {
        var session = await BeginAsync(http, "alice");
        using var end = Request(HttpMethod.Delete, "alice", (Session, session));
        using (var ended = await http.SendAsync(end)) Assert.That(ended.IsSuccessStatusCode);
        return await PostAsync(http, List, "alice", (Session, session));
    }

    private static async Task<HttpResponseMessage> UseAnothersSessionAsync(HttpClient http) =>
        await PostAsync(http, List, "mallory", (Session, await BeginAsync(http, "alice")));

    private static async Task<string> BeginAsync(HttpClient http, string token)
    {
        using var answer = await PostAsync(http, Initialize, token);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return answer.Headers.GetValues(Session).Single();
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string body, string? token, params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Post, token, headers);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await http.SendAsync(request);
    }

    private static HttpRequestMessage Request(HttpMethod method, string? token, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, string.Empty);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return request;
    }
}
