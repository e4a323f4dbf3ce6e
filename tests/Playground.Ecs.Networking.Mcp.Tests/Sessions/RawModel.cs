using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Playground.Ecs.Networking.Mcp.Tests.Sessions;

/// <summary>Models of the revision with sessions, by hand: their requests, and what comes back.</summary>
internal sealed class RawModel(HttpClient http, Uri uri)
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}""";

    private const string Initialized = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";

    private string? _session;

    /// <summary>Opens a session up to notifications/initialized, and calls a tool that every server has.</summary>
    /// <returns>The first status that is no success, or the last.</returns>
    public async Task<HttpStatusCode> OpenAsync()
    {
        using var initialized = await PostAsync(Initialize);
        if (!initialized.IsSuccessStatusCode) return initialized.StatusCode;
        _session = initialized.Headers.GetValues("Mcp-Session-Id").Single();
        using var ready = await PostAsync(Initialized);
        return ready.IsSuccessStatusCode ? await CallAsync() : ready.StatusCode;
    }

    /// <summary>Calls a tool in the session.</summary>
    public async Task<HttpStatusCode> CallAsync()
    {
        using var called = await PostAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_channels","arguments":{}}}""");
        var answer = await called.Content.ReadAsStringAsync();
        if (called.IsSuccessStatusCode) Assert.That(answer, Does.Contain("\"id\":2").And.Not.Contain("\"error\""));
        return called.StatusCode;
    }

    public async Task<HttpStatusCode> DeleteAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, uri);
        AddHeaders(request);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> PostAsync(string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        AddHeaders(request);
        return await http.SendAsync(request);
    }

    private void AddHeaders(HttpRequestMessage request)
    {
        if (_session is null) return;
        request.Headers.Add("Mcp-Session-Id", _session);
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
    }
}
