using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Tests.Npm;

namespace Playground.Ecs.Networking.Mcp.Tests.Clients;

/// <summary>The official TypeScript SDK and the Inspector's command line list and call a tool, whoever handles it.</summary>
[TestFixture(Owner.Plugin)]
[TestFixture(Owner.RemoteClient)]
public sealed class NpmClientTests(Owner owner)
{
    private const string Inspector = "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js";

    private NpmClients _clients = null!;
    private McpServerHost _host = null!;
    private ToolOwner _tools = null!;

    [OneTimeSetUp]
    public async Task StartHost()
    {
        _clients = await NpmClients.InstalledAsync();
        _host = await McpServerHost.StartAsync();
        _tools = await ToolOwner.RegisterAsync(_host, owner);
    }

    [OneTimeTearDown]
    public async Task StopHost()
    {
        if (_tools is not null) await _tools.DisposeAsync();
        if (_host is not null) await _host.DisposeAsync();
    }

    [TestCase("sdk-v1.mjs", TestName = "TypeScript_SDK_with_a_session({0})")]
    [TestCase("sdk-v2.mjs", TestName = "TypeScript_SDK_without_a_session({0})")]
    public async Task Sdk_lists_and_calls_the_tool(string script)
    {
        using var said = Parse(await _clients.RunAsync(script, _host.McpUri.ToString(), "measure", """{"place":"here"}"""));
        AssertListed(said.RootElement.GetProperty("tools"));
        AssertMeasured(said.RootElement.GetProperty("result"));
        var progress = said.RootElement.GetProperty("progress").EnumerateArray().Single();
        Assert.That((progress.GetProperty("progress").GetInt32(), progress.GetProperty("total").GetInt32()), Is.EqualTo((1, 2)));
    }

    [TestCase("sdk-v1.mjs")]
    [TestCase("sdk-v2.mjs")]
    public async Task Sdk_reads_what_is_wrong_with_its_arguments(string script)
    {
        using var said = Parse(await _clients.RunAsync(script, _host.McpUri.ToString(), "measure", """{"spot":"here"}"""));
        var result = said.RootElement.GetProperty("result");
        Assert.That(result.GetProperty("isError").GetBoolean());
        Assert.That(result.GetProperty("content")[0].GetProperty("text").GetString(), Does.Contain("place"));
    }

    [Test]
    public async Task Inspector_lists_the_tool()
    {
        using var said = Parse(await _clients.RunAsync(Inspector, "--cli", _host.McpUri.ToString(), "--transport", "http", "--method", "tools/list"));
        AssertListed(said.RootElement.GetProperty("tools"));
    }

    [Test]
    public async Task Inspector_calls_the_tool()
    {
        using var said = Parse(await _clients.RunAsync(
            Inspector, "--cli", _host.McpUri.ToString(), "--transport", "http", "--method", "tools/call", "--tool-name", "measure", "--tool-arg", "place=here"));
        AssertMeasured(said.RootElement);
    }

    private static JsonDocument Parse((int ExitCode, string Output, string Errors) run)
    {
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        return JsonDocument.Parse(run.Output);
    }

    private static void AssertListed(JsonElement tools)
    {
        var tool = tools.EnumerateArray().Single(static tool => tool.GetProperty("name").GetString() == "measure");
        Assert.That(tool.GetProperty("description").GetString(), Is.EqualTo(ToolOwner.Description));
        Assert.That(tool.GetProperty("inputSchema").GetProperty("required")[0].GetString(), Is.EqualTo("place"));
    }

    private static void AssertMeasured(JsonElement result)
    {
        Assert.That(result.TryGetProperty("isError", out var isError) && isError.GetBoolean(), Is.False, result.GetRawText());
        Assert.That(result.GetProperty("structuredContent").GetProperty("celsius").GetInt32(), Is.EqualTo(9));
        Assert.That(result.GetProperty("content")[0].GetProperty("text").GetString(), Does.Contain("\"place\":\"here\""));
    }
}
