using System.Text.Json;
using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Tests.Mcp.BuiltIn;

public sealed class ReadingTests
{
    private static string[] Names(JsonElement list, string property) => [.. list.EnumerateArray().Select(item => item.GetProperty(property).GetString()!)];

    [Test]
    public async Task Tools_say_what_they_are()
    {
        await using var rig = await BuiltInRig.StartAsync();
        var tools = rig.Harness.System.ListMcpTools();
        Assert.That(tools.Select(static t => t.Name), Is.EquivalentTo(new[]
        {
            "world_summary", "network_stats", "list_channels", "list_connections", "type_list", "type_describe", "world_query", "entity_get", "wait_for", "tool_search", "tool_call",
        }));
        Assert.That(tools.Where(static t => t.Name != "tool_call").Select(static t => (t.Options.ReadOnly, t.Options.Destructive, t.Options.OutputSchema.HasValue)), Is.All.EqualTo((true, false, true)));
        Assert.That(tools.Select(static t => t.Options.Title), Is.All.Not.Null);
        Assert.That(tools.Select(static t => t.Description.Length), Is.All.InRange(40, 2_048));
        Assert.That(tools.Select(static t => t.HandlerChannel), Is.All.EqualTo((Protocol.ChannelId)101));
    }

    [Test]
    public async Task Writing_tools_are_there_where_they_are_allowed()
    {
        await using var rig = await BuiltInRig.StartAsync(writes: true);
        var writing = rig.Harness.System.ListMcpTools().Where(static t => !t.Options.ReadOnly).ToList();
        Assert.That(writing.Select(static t => t.Name), Is.EquivalentTo(new[] { "world_edit", "send_packet", "disconnect", "tool_call" }));
        Assert.That(rig.Harness.System.ListMcpTools(), Has.Count.LessThan(25));
    }

    [Test]
    public async Task Without_them_the_system_adds_nothing()
    {
        await using var rig = await BuiltInRig.StartAsync(configure: static options => options with { BuiltInTools = false });
        Assert.That(rig.Harness.System.ListMcpTools(), Is.Empty);
        Assert.That(rig.Loop.Catalog.Resources, Is.Empty);
        Assert.That(rig.Harness.System.FindChannel("mcp").IsOk, Is.False);
    }

    [Test]
    public async Task The_summary_counts_what_is_there()
    {
        await using var rig = await BuiltInRig.StartAsync();
        rig.World.Create(default(Position));
        rig.World.Create(default(Position), default(Hidden));
        rig.World.Create(default(Hidden));
        rig.Harness.ConnectWithHello();
        var summary = rig.Call("world_summary");
        Assert.That(summary.GetProperty("entities").GetInt32(), Is.EqualTo(rig.World.Size));
        var position = summary.GetProperty("components").EnumerateArray().Single(static c => c.GetProperty("name").GetString() == "position");
        Assert.That(position.GetProperty("entities").GetInt32(), Is.EqualTo(2));
        Assert.That(Names(summary.GetProperty("components"), "name"), Is.EqualTo(new[] { "body", "channel", "connection", "frozen", "llm_session", "network_stats", "position" }));
        Assert.That(summary.GetProperty("connections").GetRawText(), Is.EqualTo("""{"connected":2,"known":2,"llm_sessions":1}"""));
        Assert.That(summary.GetProperty("tools").GetInt32(), Is.EqualTo(11));
        Assert.That(summary.GetProperty("writes_allowed").GetBoolean(), Is.False);
        Assert.That(summary.GetProperty("frame").GetInt64(), Is.GreaterThan(0));
    }

    [Test]
    public async Task Statistics_have_totals_and_rates()
    {
        await using var rig = await BuiltInRig.StartAsync();
        rig.Harness.ConnectWithHello();
        rig.Harness.StepFor(TimeSpan.FromSeconds(3));
        var stats = rig.Call("network_stats");
        Assert.That(stats.GetProperty("packets_received").GetInt64(), Is.GreaterThan(0));
        Assert.That(stats.GetProperty("connections_accepted").GetInt64(), Is.EqualTo(1));
        Assert.That(stats.GetProperty("rates").GetProperty("frames").GetDouble(), Is.EqualTo(60).Within(1));
        Assert.That(stats.GetProperty("rates").GetProperty("packets_sent").GetDouble(), Is.GreaterThan(0));
    }

    [Test]
    public async Task Channels_are_listed_with_owner_kind_and_tools()
    {
        await using var rig = await BuiltInRig.StartAsync();
        var chat = rig.Harness.System.RegisterPlugin("chat", new PluginOptions { Loopback = false }).Unwrap();
        rig.Harness.Subscribe(rig.Harness.ConnectWithHello(), "chat");
        chat.Send(1, [1, 2, 3]);
        rig.Harness.Step();
        var channels = rig.Call("list_channels").GetProperty("channels");
        Assert.That(Names(channels, "name"), Is.EqualTo(new[] { "mcp", "chat", rig.Session.Inbox.Name }));
        Assert.That(Names(channels, "kind"), Is.EqualTo(new[] { "system", "plugin", "llm" }));
        Assert.That(channels[0].GetProperty("tools").GetArrayLength(), Is.EqualTo(11));
        Assert.That(channels[0].GetProperty("packets_in").GetInt64(), Is.GreaterThan(0));
        Assert.That(channels[1].GetProperty("subscribers").GetInt32(), Is.EqualTo(1));
        Assert.That(channels[1].GetProperty("packets_out").GetInt64(), Is.EqualTo(1));
        Assert.That(Names(rig.Call("list_channels", """{"name_contains":"CHA"}""").GetProperty("channels"), "name"), Is.EqualTo(new[] { "chat" }));
    }

    [Test]
    public async Task Channels_come_in_pages()
    {
        await using var rig = await BuiltInRig.StartAsync();
        for (var i = 0; i < 5; i++) rig.Harness.System.RegisterPlugin($"plugin-{i}").Unwrap();
        List<string> all = [];
        for (string? cursor = null; ;)
        {
            var page = rig.Call("list_channels", cursor is null ? """{"limit":3}""" : $$"""{"limit":3,"cursor":"{{cursor}}"}""");
            all.AddRange(Names(page.GetProperty("channels"), "name"));
            Assert.That(page.GetProperty("channels").GetArrayLength(), Is.LessThanOrEqualTo(3));
            if (!page.GetProperty("truncated").GetBoolean()) break;
            cursor = page.GetProperty("next_cursor").GetString();
        }

        Assert.That(all, Has.Count.EqualTo(7).And.Unique);
        Assert.That(rig.Refused("list_channels", """{"cursor":"abc"}"""), Does.Contain("arguments.cursor"));
    }

    [Test]
    public async Task Connections_are_listed_and_filtered()
    {
        await using var rig = await BuiltInRig.StartAsync();
        rig.Harness.System.RegisterPlugin("chat").Unwrap();
        rig.Harness.Subscribe(rig.Harness.ConnectWithHello(), "chat");
        (await rig.Harness.System.CreateConnectionAsync("expected")).Unwrap();
        var all = rig.Call("list_connections").GetProperty("connections");
        Assert.That(Names(all, "peer_id"), Is.EquivalentTo(new[] { "peer-1", "expected", rig.Session.PeerId }));
        var peer = all.EnumerateArray().Single(static c => c.GetProperty("peer_id").GetString() == "peer-1");
        Assert.That(peer.GetProperty("subscriptions").GetRawText(), Is.EqualTo("""["chat"]"""));
        Assert.That(Names(rig.Call("list_connections", """{"connected":false}""").GetProperty("connections"), "peer_id"), Is.EqualTo(new[] { "expected" }));
        var models = rig.Call("list_connections", """{"kind":"llm"}""").GetProperty("connections");
        Assert.That(models.GetArrayLength(), Is.EqualTo(1));
        Assert.That(models[0].GetProperty("client_name").GetString(), Is.EqualTo("tester"));
        Assert.That(models[0].GetProperty("last_tool").GetString(), Is.EqualTo("list_connections"));
        Assert.That(models[0].GetProperty("calls").GetInt32(), Is.GreaterThan(0));
    }

    [Test]
    public async Task Types_are_listed_and_described()
    {
        await using var rig = await BuiltInRig.StartAsync(writes: true);
        var body = rig.Call("type_list", """{"name_contains":"bod"}""").GetProperty("types")[0];
        Assert.That(body.GetProperty("fields").EnumerateArray().Select(static f => f.GetString()), Is.EqualTo(new[]
        {
            "body.name", "body.kind", "body.scores", "body.target", "body.home", "body.home.x", "body.home.y",
        }));
        var described = rig.Call("type_describe", """{"name":"body"}""");
        Assert.That(described.GetProperty("example_entity").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(described.GetProperty("example").GetProperty("kind").GetString(), Is.EqualTo("bot"));
        Assert.That(described.GetProperty("mutation_paths").EnumerateArray().Select(static f => f.GetString()), Does.Contain("home.x"));
        Assert.That(described.GetProperty("schema").GetProperty("properties").GetProperty("kind").GetProperty("enum").GetRawText(), Is.EqualTo("""["bot","player"]"""));
        Assert.That(described.GetProperty("fields").EnumerateArray().Single(static f => f.GetProperty("path").GetString() == "home.x").GetProperty("type").GetString(), Does.StartWith("number"));

        var entity = rig.World.Create(new Position { X = 3 });
        var position = rig.Call("type_describe", """{"name":"position"}""");
        Assert.That(position.GetProperty("example").GetRawText(), Is.EqualTo("""{"x":3,"y":0}"""));
        Assert.That(position.GetProperty("example_entity").GetString(), Is.EqualTo(EntityText.Of(entity)));
        Assert.That(position.GetProperty("description").GetString(), Is.EqualTo("Where it is, in metres."));
        Assert.That(rig.Call("type_describe", """{"name":"frozen"}""").GetProperty("mutation_paths").GetArrayLength(), Is.Zero);
        Assert.That(rig.Refused("type_describe", """{"name":"positon"}"""), Does.Contain("did you mean 'position'?"));
        Assert.That(rig.Refused("type_describe", """{"name":"zzzzzz"}"""), Does.Contain("there are: body, channel"));
    }

    [Test]
    public async Task The_systems_own_components_can_be_read()
    {
        await using var rig = await BuiltInRig.StartAsync();
        rig.Harness.ConnectWithHello();
        var rows = rig.Call("world_query", """{"where":[{"field":"connection.peer_id","op":"eq","value":"peer-1"}]}""").GetProperty("entities");
        Assert.That(rows[0].GetProperty("components").GetProperty("connection").GetProperty("connected").GetBoolean());
        Assert.That(rig.Call("world_query", """{"where":[{"field":"channel.channel_id","op":"eq","value":101}],"select":["channel.channel_name"]}""").GetProperty("entities")[0]
            .GetProperty("fields").GetProperty("channel.channel_name").GetString(), Is.EqualTo("mcp"));
        Assert.That(rig.Call("world_query", """{"with":["network_stats"],"count_only":true}""").GetProperty("count").GetInt32(), Is.EqualTo(1));
        Assert.That(rig.World.Has<LlmSessionComponent>(rig.Session.Entity));
    }

    [Test]
    public async Task An_entity_is_read_with_what_it_shows()
    {
        await using var rig = await BuiltInRig.StartAsync();
        var target = rig.World.Create(default(Frozen));
        var entity = rig.World.Create(new Position { X = float.NaN, Y = 0.1f }, new Body { Name = "ü\"", Scores = [1, 2], Target = target }, new Hidden { Value = 7 });
        var read = rig.Call("entity_get", $$"""{"entity":"{{EntityText.Of(entity)}}"}""");
        Assert.That(read.GetProperty("components").GetProperty("position").GetRawText(), Is.EqualTo("""{"x":"NaN","y":0.1}"""));
        Assert.That(read.GetProperty("components").GetProperty("body").GetProperty("target").GetString(), Is.EqualTo(EntityText.Of(target)));
        Assert.That(read.GetProperty("components").EnumerateObject().Select(static p => p.Name), Is.EqualTo(new[] { "body", "position" }));
        var part = rig.Call("entity_get", $$"""{"entity":"{{EntityText.Of(entity)}}","components":["frozen","position"]}""");
        Assert.That(part.GetProperty("missing").GetRawText(), Is.EqualTo("""["frozen"]"""));
        Assert.That(rig.Refused("entity_get", """{"entity":"99999v1"}"""), Does.Contain("there is no entity '99999v1'"));
        Assert.That(rig.Refused("entity_get", """{"entity":"nobody"}"""), Does.Contain("names look like"));
        rig.World.Destroy(entity);
        Assert.That(rig.Refused("entity_get", $$"""{"entity":"{{EntityText.Of(entity)}}"}"""), Does.Contain("(any more)"));
    }

    [Test]
    public async Task What_is_too_long_of_an_entity_is_named()
    {
        await using var rig = await BuiltInRig.StartAsync(configure: static options => options with { QueryBytesMax = 1_000 });
        var entity = rig.World.Create(default(Position), new Body { Name = new string('a', 2_000) });
        var read = rig.Call("entity_get", $$"""{"entity":"{{EntityText.Of(entity)}}"}""");
        Assert.That(read.GetProperty("omitted").GetRawText(), Is.EqualTo("""["body"]"""));
        Assert.That(read.GetProperty("components").EnumerateObject().Select(static p => p.Name), Is.EqualTo(new[] { "position" }));
    }

    [Test]
    public async Task Frames_without_calls_allocate_nothing()
    {
        const int WarmUpFrames = 400;
        await using var rig = await BuiltInRig.StartAsync();
        for (var i = 0; i < 100; i++) rig.World.Create(default(Position));
        foreach (var i in Enumerable.Range(0, 20)) rig.Call("world_summary", session: rig.Open($"client {i}"));
        var allocated = 0L;
        for (var frame = 0; frame < WarmUpFrames + 600; frame++)
        {
            rig.Harness.Time.Advance(TimeSpan.FromSeconds(1.0 / 60));
            var before = GC.GetAllocatedBytesForCurrentThread();
            rig.Harness.System.BeforeUpdate(0);
            rig.Harness.System.Update(0);
            rig.Harness.System.AfterUpdate(0);
            if (frame >= WarmUpFrames) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public async Task Resources_say_what_the_tools_say()
    {
        await using var rig = await BuiltInRig.StartAsync();
        foreach (var uri in new[] { "world://summary", "network://stats", "network://connections" })
        {
            var reading = rig.Loop.ReadAsync(uri, CancellationToken.None);
            rig.Harness.RunUntil(() => reading.IsCompleted);
            var contents = reading.Result.Unwrap();
            Assert.That((contents.Uri, contents.MimeType), Is.EqualTo((uri, "application/json")));
            Assert.That(JsonElement.Parse(contents.Text!).ValueKind, Is.EqualTo(JsonValueKind.Object));
        }
    }

    [Test]
    public async Task A_resource_that_changed_is_announced_once_a_second_at_most()
    {
        await using var rig = await BuiltInRig.StartAsync();
        List<string> changed = [];
        rig.Loop.ResourcesChanged += uris =>
        {
            lock (changed) changed.AddRange(uris);
        };
        int Count(string uri)
        {
            lock (changed) return changed.Count(u => u == uri);
        }

        rig.World.Create(default(Position));
        rig.Harness.StepFor(TimeSpan.FromSeconds(2));
        rig.Harness.RunUntil(() => Count("world://summary") >= 1);
        var before = Count("world://summary");
        for (var i = 0; i < 30; i++)
        {
            rig.World.Create(default(Position));
            rig.Harness.Step();
        }

        rig.Harness.StepFor(TimeSpan.FromSeconds(1));
        rig.Harness.RunUntil(() => Count("world://summary") > before);
        rig.Harness.StepFor(TimeSpan.FromSeconds(3));
        Assert.That(Count("world://summary") - before, Is.InRange(1, 2));
    }
}
