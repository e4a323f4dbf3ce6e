using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Mcp;

namespace Playground.Ecs.Networking.Tests.Mcp.BuiltIn;

public sealed class ToolToolTests
{
    private BuiltInRig _rig = null!;
    private Channel _plugin = null!;

    [SetUp]
    public async Task SetUp()
    {
        _rig = await BuiltInRig.StartAsync();
        _plugin = _rig.Harness.System.RegisterPlugin("weather").Unwrap();
        Register("weather_forecast", "Says what the sky does tomorrow.", static call => ToolOutput.Text($"{call.Caller.Id}: {call.Arguments.GetRawText()}"));
    }

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    private void Register(string name, string description, Func<ToolInvocation, ToolOutput> handler) => _rig.Harness.System.RegisterMcpTool(
        name, description, BuiltInRig.Json("""{"type":"object","properties":{"city":{"type":"string"}},"additionalProperties":false}"""), _plugin.Id, (call, _) => new(handler(call))).Unwrap();

    private string[] Search(string arguments) => [.. _rig.Call("tool_search", arguments).GetProperty("tools").EnumerateArray().Select(static t => t.GetProperty("name").GetString()!)];

    [Test]
    public void Words_find_tools_names_before_descriptions()
    {
        Register("sky", "Another one.", static _ => ToolOutput.Text(string.Empty));
        Assert.That(Search("""{"query":"sky"}"""), Is.EqualTo(new[] { "sky", "weather_forecast" }));
        Assert.That(Search("""{"query":"forecast weather"}"""), Is.EqualTo(new[] { "weather_forecast" }));
        Assert.That(Search("""{"query":"xyzzy"}"""), Is.Empty);
        Assert.That(Search("""{"limit":50}"""), Has.Length.EqualTo(13));
        Assert.That(_rig.Call("tool_search", """{"limit":2}""").GetProperty("truncated").GetBoolean());
    }

    [Test]
    public void What_is_found_has_its_schema() =>
        Assert.That(_rig.Call("tool_search", """{"query":"forecast"}""").GetProperty("tools")[0].GetProperty("input_schema").GetProperty("properties").TryGetProperty("city", out _));

    [Test]
    public void A_tool_is_called_as_its_caller()
    {
        var output = _rig.Finish("tool_call", _rig.Begin("tool_call", """{"name":"weather_forecast","arguments":{"city":"Bonn"}}"""));
        Assert.That(((ToolContent.Text)output.Content[0]).Value, Is.EqualTo($$"""{{_rig.Session.Entity.Id}}: {"city":"Bonn"}"""));
        output = _rig.Finish("tool_call", _rig.Begin("tool_call", """{"name":"weather_forecast"}"""));
        Assert.That(((ToolContent.Text)output.Content[0]).Value, Does.EndWith("{}"));
    }

    [Test]
    public void A_tool_that_reads_the_world_can_be_called() =>
        Assert.That(_rig.Call("tool_call", """{"name":"world_query","arguments":{"with":["channel"],"count_only":true}}""").GetProperty("count").GetInt32(), Is.EqualTo(3));

    [TestCase("""{"name":"weather_forecast","arguments":{"town":"Bonn"}}""", "the unknown property 'town'")]
    [TestCase("""{"name":"weather_forcast"}""", "did you mean 'weather_forecast'?")]
    [TestCase("""{"name":"xyzzyxyzzy"}""", "find one with tool_search")]
    [TestCase("""{"name":"tool_call","arguments":{"name":"tool_call"}}""", "does not call itself")]
    public void What_is_wrong_is_said(string arguments, string sentence) => Assert.That(_rig.Refused("tool_call", arguments), Does.Contain(sentence));
}
