using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Expose;

namespace Playground.Ecs.Networking.Tests.Mcp.BuiltIn;

public sealed class EditTests
{
    private BuiltInRig _rig = null!;
    private Entity _body;

    [SetUp]
    public async Task SetUp()
    {
        _rig = await BuiltInRig.StartAsync(writes: true);
        _body = _rig.World.Create(new Position { X = 1, Y = 2 }, new Body { Name = "ann", Scores = [1], Home = new Position { X = 5, Y = 6 } }, new Hidden { Value = 7 });
    }

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    private string Name => EntityText.Of(_body);

    private JsonElement Edit(string operations, string more = "") => _rig.Call("world_edit", $$$$"""{"operations":[{{{{operations}}}}]{{{{more}}}}}""");

    private string Refused(string operations) => _rig.Refused("world_edit", $$$$"""{"operations":[{{{{operations}}}}]}""");

    private JsonElement Undo(JsonElement edit, string more = "") => _rig.Call("world_edit", $$$$"""{"undo":"{{{{edit.GetProperty("undo_token").GetString()}}}}"{{{{more}}}}}""");

    private Entity Find(string? name)
    {
        Assert.That(new EntityIndex(_rig.World).TryFind(name, out var entity), name);
        return entity;
    }

    private ref Position Position => ref _rig.World.Get<Position>(_body);

    [Test]
    public void Set_changes_what_is_given_and_nothing_else()
    {
        var edit = Edit($$$$"""{"op":"set","entity":"{{{{Name}}}}","component":"body","value":{"name":"bob","home":{"y":9}}},{"op":"set","entity":"{{{{Name}}}}","component":"position","field":"x","value":4.5}""");
        Assert.That(edit.GetProperty("applied").GetBoolean());
        var body = _rig.World.Get<Body>(_body);
        Assert.That((body.Name, body.Home.X, body.Home.Y, body.Scores), Is.EqualTo(("bob", 5f, 9f, new[] { 1 })));
        Assert.That((Position.X, Position.Y), Is.EqualTo((4.5f, 2f)));
        Assert.That(_rig.World.Get<Hidden>(_body).Value, Is.EqualTo(7));
    }

    [Test]
    public void A_batch_spawns_and_builds_on_what_it_spawned()
    {
        var edit = Edit(
            $$$$"""
            {"op":"spawn","components":{"position":{"x":3}}},
            {"op":"add","entity":"$0","component":"body","value":{"kind":"player","target":"{{{{Name}}}}"}},
            {"op":"set","entity":"$0","component":"position","field":"y","value":1},
            {"op":"remove","entity":"{{{{Name}}}}","component":"position"}
            """);
        var created = edit.GetProperty("created");
        Assert.That(created.GetArrayLength(), Is.EqualTo(1));
        var entity = Find(created[0].GetProperty("entity").GetString());
        Assert.That((_rig.World.Get<Position>(entity).X, _rig.World.Get<Position>(entity).Y), Is.EqualTo((3f, 1f)));
        Assert.That((_rig.World.Get<Body>(entity).Kind, _rig.World.Get<Body>(entity).Target), Is.EqualTo((BodyKind.Player, _body)));
        Assert.That(_rig.World.Has<Position>(_body), Is.False);
    }

    [Test]
    public void A_batch_with_one_wrong_operation_does_nothing()
    {
        var before = _rig.World.Size;
        var refused = Refused($$$$"""{"op":"spawn","components":{"position":{}}},{"op":"set","entity":"{{{{Name}}}}","component":"position","value":{"x":99}},{"op":"despawn","entity":"12345v1"}""");
        Assert.That(refused, Is.EqualTo("arguments.operations[2]: there is no entity '12345v1' (any more). Nothing was changed."));
        Assert.That((_rig.World.Size, Position.X), Is.EqualTo((before, 1f)));
    }

    [Test]
    public void A_dry_run_checks_and_does_nothing()
    {
        var before = _rig.World.Size;
        var dry = Edit($$$$"""{"op":"spawn","components":{"position":{}}},{"op":"despawn","entity":"{{{{Name}}}}"}""", ""","dry_run":true""");
        Assert.That((dry.GetProperty("applied").GetBoolean(), dry.TryGetProperty("undo_token", out _)), Is.EqualTo((false, false)));
        Assert.That((_rig.World.Size, _rig.World.IsAlive(_body)), Is.EqualTo((before, true)));
    }

    [TestCase("""{"position":{"x":1}}""", null)]
    [TestCase("""{"position":{"x":1.0,"y":2},"frozen":null}""", null)]
    [TestCase("""{"position":{"x":2}}""", "expect: position is {\"x\":1,\"y\":2}, not as expected")]
    [TestCase("""{"frozen":{}}""", "expect: frozen is not there, not as expected")]
    [TestCase("""{"body":null}""", "expect: body is {")]
    [TestCase("""{"positon":{}}""", "did you mean 'position'?")]
    public void What_is_expected_is_checked_first(string expect, string? problem)
    {
        var operation = $$$$"""{"op":"set","entity":"{{{{Name}}}}","component":"position","value":{"x":50},"expect":{{{{expect}}}}}""";
        if (problem is null) Edit(operation);
        else Assert.That(Refused(operation), Does.Contain(problem).And.EndsWith("Nothing was changed."));
        Assert.That(Position.X, Is.EqualTo(problem is null ? 50f : 1f));
    }

    [TestCase("""{"op":"spawn"}""", "spawn needs 'components'")]
    [TestCase("""{"op":"spawn","components":{}}""", "at least one component")]
    [TestCase("""{"op":"spawn","components":{"hidden":{}}}""", "there is no component 'hidden'")]
    [TestCase("""{"op":"spawn","components":{"frozen":{}}}""", "frozen is read-only")]
    [TestCase("""{"op":"spawn","components":{"position":{"x":"far"}}}""", "components.position.x")]
    [TestCase("""{"op":"spawn","components":{"position":{"z":1}}}""", "the unknown property 'z'")]
    [TestCase("""{"op":"spawn","components":{"body":{"kind":"robot"}}}""", "components.body.kind is \"robot\" but should be one of \"bot\", \"player\"")]
    [TestCase("""{"op":"spawn","components":{"body":{"target":"77777v1"}}}""", "there is no entity '77777v1'")]
    [TestCase("""{"op":"spawn","components":{"position":{}},"entity":"BODY"}""", "spawn takes no 'entity'")]
    [TestCase("""{"op":"set","entity":"BODY","component":"position"}""", "set needs 'value'")]
    [TestCase("""{"op":"set","entity":"BODY","component":"position","value":5}""", "value is 5 but should be an object")]
    [TestCase("""{"op":"set","entity":"BODY","component":"position","field":"z","value":5}""", "position has no field 'z'")]
    [TestCase("""{"op":"set","entity":"BODY","component":"position","field":"x","value":"5"}""", "position.x")]
    [TestCase("""{"op":"set","entity":"BODY","component":"frozen","value":{}}""", "frozen is read-only")]
    [TestCase("""{"op":"add","entity":"BODY","component":"position","value":{}}""", "has position already; use set")]
    [TestCase("""{"op":"remove","entity":"BODY","component":"positions"}""", "did you mean 'position'?")]
    [TestCase("""{"op":"remove","entity":"BODY","component":"position"},{"op":"set","entity":"BODY","component":"position","value":{}}""", "operations[1]: it has no position; use add")]
    [TestCase("""{"op":"despawn","entity":"BODY"},{"op":"set","entity":"BODY","component":"position","value":{}}""", "operations[1]: an operation before this one despawned")]
    [TestCase("""{"op":"despawn","entity":"$0"}""", "'$0' is no spawn operation before this one")]
    [TestCase("""{"op":"despawn","entity":"SESSION"}""", "which is read-only")]
    [TestCase("""{"op":"explode","entity":"BODY"}""", "arguments.operations[0].op is \"explode\"")]
    public void What_is_wrong_is_said(string operations, string sentence) =>
        Assert.That(Refused(operations.Replace("BODY", Name, StringComparison.Ordinal).Replace("SESSION", EntityText.Of(_rig.Session.Entity), StringComparison.Ordinal)), Does.Contain(sentence));

    [Test]
    public void Entities_that_show_nothing_are_out_of_reach()
    {
        var hidden = _rig.World.Create(default(Hidden));
        Assert.That(Refused($$$$"""{"op":"despawn","entity":"{{{{EntityText.Of(hidden)}}}}"}"""), Does.Contain("no component that can be read"));
        Assert.That(_rig.World.IsAlive(hidden));
    }

    [Test]
    public void An_edit_is_undone_and_that_too()
    {
        var edit = Edit($$$$"""{"op":"set","entity":"{{{{Name}}}}","component":"position","value":{"x":9}},{"op":"remove","entity":"{{{{Name}}}}","component":"body"},{"op":"spawn","components":{"position":{}}}""");
        var spawned = Find(edit.GetProperty("created")[0].GetProperty("entity").GetString());
        Assert.That(Undo(edit, ""","dry_run":true""").GetProperty("applied").GetBoolean(), Is.False);
        var undone = Undo(edit);
        Assert.That((Position.X, _rig.World.Get<Body>(_body).Name, _rig.World.IsAlive(spawned)), Is.EqualTo((1f, "ann", false)));
        var redone = Undo(undone);
        Assert.That((Position.X, _rig.World.Has<Body>(_body)), Is.EqualTo((9f, false)));
        Assert.That(redone.GetProperty("restored").GetArrayLength(), Is.EqualTo(1));
        Assert.That(_rig.Refused("world_edit", $$$$"""{"undo":"{{{{edit.GetProperty("undo_token").GetString()}}}}"}"""), Does.Contain("no edit of this session"));
    }

    [Test]
    public void A_despawned_entity_returns_whole_under_a_new_name()
    {
        var undone = Undo(Edit($$$$"""{"op":"despawn","entity":"{{{{Name}}}}"}"""));
        Assert.That(_rig.World.IsAlive(_body), Is.False);
        var restored = undone.GetProperty("restored")[0];
        Assert.That(restored.GetProperty("was").GetString(), Is.EqualTo(Name));
        var entity = Find(restored.GetProperty("entity").GetString());
        Assert.That((_rig.World.Get<Position>(entity).Y, _rig.World.Get<Body>(entity).Name, _rig.World.Get<Hidden>(entity).Value), Is.EqualTo((2f, "ann", 7)));
        Undo(undone);
        Assert.That(_rig.World.IsAlive(entity), Is.False);
    }

    [Test]
    public void What_was_changed_since_is_not_undone()
    {
        var edit = Edit($$$$"""{"op":"set","entity":"{{{{Name}}}}","component":"position","value":{"x":9}},{"op":"spawn","components":{"position":{}}}""");
        Position.X = 10;
        Assert.That(_rig.Refused("world_edit", $$$$"""{"undo":"{{{{edit.GetProperty("undo_token").GetString()}}}}"}"""), Does.Contain($"position of {Name} was changed since").And.EndsWith("Nothing was changed."));
        Position.X = 9;
        _rig.World.Destroy(Find(edit.GetProperty("created")[0].GetProperty("entity").GetString()));
        Assert.That(_rig.Refused("world_edit", $$$$"""{"undo":"{{{{edit.GetProperty("undo_token").GetString()}}}}"}"""), Does.Contain("is not there any more"));
        Assert.That(Position.X, Is.EqualTo(9f));
    }

    [Test]
    public void Each_session_undoes_its_own_last_sixteen()
    {
        var tokens = Enumerable.Range(0, 17).Select(i => Edit($$$$"""{"op":"set","entity":"{{{{Name}}}}","component":"position","value":{"x":{{{{i}}}}}}""").GetProperty("undo_token").GetString()).ToArray();
        Assert.That(_rig.Refused("world_edit", $$$$"""{"undo":"{{{{tokens[0]}}}}"}"""), Does.Contain("no edit of this session"));
        Assert.That(_rig.Refused("world_edit", $$$$"""{"undo":"{{{{tokens[16]}}}}"}""", _rig.Open("another")), Does.Contain("no edit of this session"));
        for (var i = 16; i > 0; i--)
        {
            _rig.Call("world_edit", $$$$"""{"undo":"{{{{tokens[i]}}}}"}""");
            Assert.That(Position.X, Is.EqualTo(i - 1f));
            if (i == 9) break;
        }
    }

    [Test]
    public void Operations_and_undo_exclude_each_other()
    {
        Assert.That(_rig.Refused("world_edit"), Does.Contain("either operations or undo"));
        Assert.That(_rig.Refused("world_edit", """{"undo":"edit-1","operations":[{"op":"spawn","components":{"position":{}}}]}"""), Does.Contain("either operations or undo"));
    }

    [Test]
    public void All_of_a_batch_is_there_in_one_frame()
    {
        List<(float First, float Second)> seen = [];
        var second = _rig.World.Create(new Position { X = 1 });
        _rig.Harness.OnUpdate = () => seen.Add((Position.X, _rig.World.Get<Position>(second).X));
        Edit($$$$"""{"op":"set","entity":"{{{{Name}}}}","component":"position","value":{"x":2}},{"op":"set","entity":"{{{{EntityText.Of(second)}}}}","component":"position","value":{"x":2}}""");
        _rig.Harness.Step(2);
        _rig.Harness.OnUpdate = null;
        Assert.That(seen.Distinct(), Is.EqualTo(new[] { (1f, 1f), (2f, 2f) }));
    }
}
