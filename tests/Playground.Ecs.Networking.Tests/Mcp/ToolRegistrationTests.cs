using System.Text.Json;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Tests.Frame;

namespace Playground.Ecs.Networking.Tests.Mcp;

/// <summary>The application offers tools and withdraws them.</summary>
public sealed class ToolRegistrationTests
{
    private McpRig _rig = null!;

    [SetUp]
    public async Task Start() => _rig = await McpRig.StartAsync(
        new McpOptions { ToolsMax = 3, DescriptionCharsMax = 40, SchemaBytesMax = 60 }, new NetworkingOptions { AllowClientChannels = true });

    [TearDown]
    public async Task Stop() => await _rig.DisposeAsync();

    [Test]
    public void A_tool_is_on_offer_at_once_and_gone_at_once()
    {
        using var meter = new MeterReading(_rig.System);
        var options = new ToolOptions { Title = "Title", ReadOnly = true };
        _rig.System.RegisterMcpTool("b_tool", "Does b.", McpRig.AnySchema, _rig.Channel.Id, null, options).Unwrap();
        _rig.Offer("a-tool");
        var tools = _rig.System.ListMcpTools();
        Assert.That(tools.Select(static t => t.Name), Is.EqualTo(new[] { "a-tool", "b_tool" }), "by name");
        Assert.That(
            (tools[1].Description, tools[1].HandlerChannel, tools[1].Options, tools[1].InputSchema.GetRawText()),
            Is.EqualTo(("Does b.", _rig.Channel.Id, options, """{"type":"object"}""")));
        Assert.That(meter.Read("playground.tools.registered"), Is.EqualTo(2));
        _rig.System.UnregisterMcpTool("a-tool").Unwrap();
        Assert.That(_rig.System.ListMcpTools().Select(static t => t.Name), Is.EqualTo(new[] { "b_tool" }));
        Assert.That(tools, Has.Count.EqualTo(2), "a list that was given away stays as it is");
        Assert.That(_rig.System.UnregisterMcpTool("a-tool").Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        _rig.Offer("a-tool");
    }

    [TestCase("")]
    [TestCase("with space")]
    [TestCase("dot.ted")]
    [TestCase("ümlaut")]
    [TestCase("new\nline")]
    public void A_name_is_letters_digits_underscore_and_dash(string name)
    {
        Assert.That(Register(name).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(_rig.System.ListMcpTools(), Is.Empty);
    }

    [Test]
    public void A_name_has_64_characters_at_most_and_is_unique()
    {
        Assert.That(Register(new string('n', 65)).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Register(new string('n', 64)).Unwrap();
        Assert.That(Register(new string('n', 64)).Error, Is.InstanceOf<NetworkError.AlreadyExists>());
        Register(new string('N', 64)).Unwrap();
    }

    [Test]
    public void A_description_is_there_and_not_too_long()
    {
        Assert.That(Register("t", description: "").Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(Register("t", description: "  ").Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(Register("t", description: new string('d', 41)).Error, Is.EqualTo(new NetworkError.LimitExceeded("DescriptionCharsMax", 40, 41)));
        Register("t", description: new string('d', 40)).Unwrap();
    }

    [TestCase("[]")]
    [TestCase("true")]
    [TestCase("""{"type":"array"}""")]
    [TestCase("""{"type":"object","frobnicate":1}""")]
    public void A_schema_is_an_object_of_type_object_with_known_keywords(string schema) =>
        Assert.That(Register("t", schema: schema).Error, Is.InstanceOf<NetworkError.InvalidArgument>());

    [Test]
    public void A_schema_is_not_too_large_and_an_output_schema_is_checked_too()
    {
        var large = $$"""{"type":"object","description":"{{new string('x', 60)}}"}""";
        Assert.That(Register("t", schema: large).Error, Is.EqualTo(new NetworkError.LimitExceeded("SchemaBytesMax", 60, large.Length)));
        Assert.That(Register("t", options: new ToolOptions { OutputSchema = JsonElement.Parse("[]") }).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(Register("t", options: new ToolOptions { Timeout = TimeSpan.Zero }).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(_rig.System.RegisterMcpTool("t", "Does t.", default, _rig.Channel.Id).Error, Is.InstanceOf<NetworkError.InvalidArgument>());
    }

    [Test]
    public void A_schema_outlives_its_document()
    {
        using (var document = JsonDocument.Parse("""{"type":"object","required":["n"]}"""))
        {
            _rig.Offer("t", schema: document.RootElement);
        }

        Assert.That(_rig.System.ListMcpTools()[0].InputSchema.GetProperty("required").GetArrayLength(), Is.EqualTo(1));
        Assert.That(McpRig.Problem(McpRig.Wait(_rig.Call("t"))), Does.Contain("n"));
    }

    [Test]
    public void A_channel_is_a_plugins_or_systems()
    {
        var peer = new ToolPeer(_rig.Harness);
        var theirs = peer.Own("theirs");
        var session = _rig.Open();
        var system = _rig.System.RegisterSystem("ui", 10).Unwrap();
        Assert.That(Register("t", channel: 1999).Error, Is.EqualTo(new NetworkError.ChannelNotFound(1999)));
        Assert.That(Register("t", channel: 0).Error, Is.EqualTo(new NetworkError.ChannelNotFound(0)));
        Assert.That(Register("t", channel: theirs).Error, Is.InstanceOf<NetworkError.Forbidden>());
        Assert.That(Register("t", channel: session.Channel).Error, Is.InstanceOf<NetworkError.Forbidden>());
        Register("t", channel: system.Id).Unwrap();
    }

    [Test]
    public void There_are_not_too_many()
    {
        for (var i = 0; i < 3; i++) Register($"t{i}").Unwrap();
        Assert.That(Register("t3").Error, Is.EqualTo(new NetworkError.LimitExceeded("ToolsMax", 3, 4)));
        _rig.System.UnregisterMcpTool("t0").Unwrap();
        Register("t3").Unwrap();
    }

    [Test]
    public void With_its_channel_a_tool_goes()
    {
        var other = _rig.System.RegisterPlugin("other").Unwrap();
        _rig.Offer("stays");
        _rig.Offer("goes", channel: other);
        _rig.Offer("goes_too", channel: other);
        _rig.Result(_rig.System.UnregisterAsync(other.Id).AsTask()).Unwrap();
        Assert.That(_rig.System.ListMcpTools().Select(static t => t.Name), Is.EqualTo(new[] { "stays" }));
    }

    [Test]
    public void Any_thread_may_register_and_withdraw()
    {
        _rig.Harness.Step();
        var done = Task.Run(async () =>
        {
            (await _rig.System.RegisterMcpToolAsync("inbox", "Waits.", McpRig.AnySchema, _rig.Channel.Id)).Unwrap();
            (await _rig.System.RegisterMcpToolAsync("now", "Answers.", McpRig.AnySchema, _rig.Channel.Id, static (_, _) => new(ToolOutput.Text("done")))).Unwrap();
            (await _rig.System.UnregisterMcpToolAsync("inbox")).Unwrap();
            return (await _rig.System.UnregisterMcpToolAsync("inbox")).Error;
        });
        Assert.That(_rig.Result(done), Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(McpRig.Text(_rig.CallNow("now")), Is.EqualTo("done"));
        Assert.Throws<AggregateException>(() => Task.Run(() => Register("t")).Wait());
    }

    private NetworkResult Register(
        string name, string description = "Does it.", string schema = """{"type":"object"}""", ChannelId? channel = null, ToolOptions? options = null) =>
        _rig.System.RegisterMcpTool(name, description, JsonElement.Parse(schema), channel ?? _rig.Channel.Id, null, options);
}
