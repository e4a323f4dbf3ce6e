using System.Text;
using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Tests.Mcp.BuiltIn;

public sealed class QueryTests
{
    private static string[] Entities(JsonElement page) => [.. page.GetProperty("entities").EnumerateArray().Select(static row => row.GetProperty("entity").GetString()!)];

    private static async Task<(BuiltInRig Rig, Entity[] Bodies)> StartAsync()
    {
        var rig = await BuiltInRig.StartAsync();
        var target = rig.World.Create(default(Hidden));
        Entity[] bodies =
        [
            rig.World.Create(new Position { X = 1, Y = 0.1f }, new Body { Name = "ann", Kind = BodyKind.Player, Scores = [1, 2], Home = new Position { X = 5 } }),
            rig.World.Create(new Position { X = 2, Y = float.NaN }, new Body { Name = "bob", Scores = [3], Target = target }),
            rig.World.Create(new Position { X = 3 }, default(Frozen)),
        ];
        return (rig, bodies);
    }

    [TestCase("""{"with":["position"]}""", 0, 1, 2)]
    [TestCase("""{"with":["position","body"]}""", 0, 1)]
    [TestCase("""{"with":["position"],"without":["body"]}""", 2)]
    [TestCase("""{"where":[{"field":"position.x","op":"gt","value":1}]}""", 1, 2)]
    [TestCase("""{"where":[{"field":"position.x","op":"ge","value":2},{"field":"position.x","op":"lt","value":3.0}]}""", 1)]
    [TestCase("""{"where":[{"field":"position.x","op":"le","value":1.5}]}""", 0)]
    [TestCase("""{"where":[{"field":"position.x","op":"in","value":[1,3]}]}""", 0, 2)]
    [TestCase("""{"where":[{"field":"position.y","op":"eq","value":0.1}]}""", 0)]
    [TestCase("""{"where":[{"field":"position.y","op":"eq","value":"NaN"}]}""", 1)]
    [TestCase("""{"where":[{"field":"position.y","op":"lt","value":1}]}""", 0, 2)]
    [TestCase("""{"where":[{"field":"body.name","op":"eq","value":"ann"}]}""", 0)]
    [TestCase("""{"where":[{"field":"body.name","op":"ne","value":"ann"}]}""", 1)]
    [TestCase("""{"where":[{"field":"body.name","op":"gt","value":"ann"}]}""", 1)]
    [TestCase("""{"where":[{"field":"body.name","op":"contains","value":"n"}]}""", 0)]
    [TestCase("""{"where":[{"field":"body.kind","op":"eq","value":"player"}]}""", 0)]
    [TestCase("""{"where":[{"field":"body.scores","op":"contains","value":3}]}""", 1)]
    [TestCase("""{"where":[{"field":"body.scores","op":"eq","value":[1,2]}]}""", 0)]
    [TestCase("""{"where":[{"field":"body.home.x","op":"eq","value":5}]}""", 0)]
    [TestCase("""{"where":[{"field":"body.home","op":"eq","value":{"y":0,"x":5.0}}]}""", 0)]
    public async Task Filters_find_what_they_say(string arguments, params int[] expected)
    {
        var (rig, bodies) = await StartAsync();
        await using var _ = rig;
        Assert.That(Entities(rig.Call("world_query", arguments)), Is.EqualTo(expected.Select(i => EntityText.Of(bodies[i])).ToArray()));
        var counting = string.Concat(arguments.AsSpan(0, arguments.Length - 1), ""","count_only":true}""");
        Assert.That(rig.Call("world_query", counting).GetProperty("count").GetInt32(), Is.EqualTo(expected.Length));
    }

    [Test]
    public async Task Entities_are_found_by_the_entities_in_them()
    {
        var (rig, bodies) = await StartAsync();
        await using var _ = rig;
        var target = EntityText.Of(rig.World.Get<Body>(bodies[1]).Target);
        Assert.That(Entities(rig.Call("world_query", $$"""{"where":[{"field":"body.target","op":"eq","value":"{{target}}"}]}""")), Is.EqualTo(new[] { EntityText.Of(bodies[1]) }));
    }

    [Test]
    public async Task Without_components_all_that_show_something_are_meant()
    {
        var (rig, bodies) = await StartAsync();
        await using var _ = rig;
        var found = Entities(rig.Call("world_query"));
        Assert.That(found, Is.SupersetOf(bodies.Select(EntityText.Of)));
        Assert.That(found, Has.Length.EqualTo(rig.World.Size - 1), "one has hidden components only");
    }

    [Test]
    public async Task What_is_shown_can_be_chosen()
    {
        var (rig, bodies) = await StartAsync();
        await using var _ = rig;
        var row = rig.Call("world_query", """{"with":["body"],"where":[{"field":"position.x","op":"eq","value":1}],"select":["position","body.name","body.home.x"]}""").GetProperty("entities")[0];
        Assert.That(row.GetRawText(), Is.EqualTo($$$"""{"entity":"{{{EntityText.Of(bodies[0])}}}","components":{"position":{"x":1,"y":0.1}},"fields":{"body.name":"ann","body.home.x":5}}"""));
        var asked = rig.Call("world_query", """{"with":["frozen"]}""").GetProperty("entities")[0];
        Assert.That(asked.GetProperty("components").GetRawText(), Is.EqualTo("""{"frozen":{}}"""));
    }

    [TestCase("""{"with":["positon"]}""", "arguments.with[0]: there is no component 'positon'; did you mean 'position'?.")]
    [TestCase("""{"without":["body","nothing"]}""", "arguments.without[1]: there is no component 'nothing'; there are: body,")]
    [TestCase("""{"where":[{"field":"position.z","op":"eq","value":1}]}""", "arguments.where[0]: there is no field 'position.z'")]
    [TestCase("""{"where":[{"field":"body.home.xx","op":"eq","value":1}]}""", "did you mean 'body.home.x'?")]
    [TestCase("""{"where":[{"field":"position","op":"eq","value":1}]}""", "name a field of it: position.x, position.y")]
    [TestCase("""{"where":[{"field":"position.x","op":"in","value":1}]}""", "value must be an array")]
    [TestCase("""{"where":[{"field":"position.x","op":"lt","value":true}]}""", "value must be a number or a text")]
    [TestCase("""{"where":[{"field":"position.x","op":"like","value":1}]}""", "arguments.where[0].op is \"like\"")]
    [TestCase("""{"select":["body.nam"]}""", "arguments.select: there is no field 'body.nam'; did you mean 'body.name'?")]
    [TestCase("""{"cursor":"-1"}""", "arguments.cursor")]
    [TestCase("""{"limit":1000}""", "arguments.limit is 1000 but should be at most 200")]
    [TestCase("""{"wth":["position"]}""", "(did you mean 'with'?)")]
    public async Task What_is_wrong_is_said(string arguments, string sentence)
    {
        var (rig, _) = await StartAsync();
        await using var disposed = rig;
        Assert.That(rig.Refused("world_query", arguments), Does.Contain(sentence));
    }

    [Test]
    public async Task Pages_go_on_while_the_world_changes()
    {
        await using var rig = await BuiltInRig.StartAsync();
        var bodies = Enumerable.Range(0, 25).Select(i => rig.World.Create(new Position { X = i })).ToArray();
        List<string> seen = [];
        string? cursor = null;
        for (var pages = 0; ; pages++)
        {
            var page = rig.Call("world_query", cursor is null ? """{"with":["position"],"limit":10}""" : $$"""{"with":["position"],"limit":10,"cursor":"{{cursor}}"}""");
            seen.AddRange(Entities(page));
            Assert.That(page.GetProperty("count").GetInt32(), Is.LessThanOrEqualTo(10));
            if (!page.GetProperty("truncated").GetBoolean()) break;
            cursor = page.GetProperty("next_cursor").GetString();
            if (pages != 0) continue;

            // Of those that were shown one goes, one of the others too, and one more comes; one that stays moves to another archetype.
            rig.World.Destroy(bodies[3]);
            rig.World.Destroy(bodies[20]);
            rig.World.Add(bodies[15], default(Hidden));
        }

        var expected = bodies.Where((_, i) => i != 20).Select(EntityText.Of);
        Assert.That(seen, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_page_keeps_to_its_bytes()
    {
        await using var rig = await BuiltInRig.StartAsync(configure: static options => options with { QueryBytesMax = 2_000 });
        for (var i = 0; i < 100; i++) rig.World.Create(new Body { Name = new string('n', 100) });
        var seen = 0;
        string? cursor = null;
        do
        {
            var page = rig.Call("world_query", cursor is null ? """{"with":["body"],"limit":200}""" : $$"""{"with":["body"],"limit":200,"cursor":"{{cursor}}"}""");
            Assert.That(Encoding.UTF8.GetByteCount(page.GetRawText()), Is.LessThanOrEqualTo(2_000));
            seen += page.GetProperty("count").GetInt32();
            cursor = page.GetProperty("truncated").GetBoolean() ? page.GetProperty("next_cursor").GetString() : null;
        }
        while (cursor is not null);

        Assert.That(seen, Is.EqualTo(100));
    }

    [Test]
    public async Task A_row_longer_than_a_page_comes_alone()
    {
        await using var rig = await BuiltInRig.StartAsync(configure: static options => options with { QueryBytesMax = 2_000 });
        for (var i = 0; i < 2; i++) rig.World.Create(new Body { Name = new string('n', 5_000) });
        Assert.That(rig.Call("world_query", """{"with":["body"]}""").GetProperty("count").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Many_entities_are_counted_in_parts()
    {
        await using var rig = await BuiltInRig.StartAsync();
        for (var i = 0; i < 60_000; i++) rig.World.Create(new Position { X = i % 2 });
        const string Asked = """{"where":[{"field":"position.x","op":"eq","value":1}],"count_only":true""";
        var first = rig.Call("world_query", Asked + "}");
        Assert.That(first.GetProperty("truncated").GetBoolean());
        var second = rig.Call("world_query", $$"""{{Asked}},"cursor":"{{first.GetProperty("next_cursor").GetString()}}"}""");
        Assert.That(second.GetProperty("truncated").GetBoolean(), Is.False);
        Assert.That(first.GetProperty("count").GetInt32() + second.GetProperty("count").GetInt32(), Is.EqualTo(30_000));
    }
}
