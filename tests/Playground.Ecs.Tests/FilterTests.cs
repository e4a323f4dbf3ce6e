namespace Playground.Ecs.Tests;

public class FilterTests : WorldTestBase
{
    private Entity _none;
    private Entity _p;
    private Entity _pv;
    private Entity _pvh;
    private Entity _h;

    [SetUp]
    public void Populate()
    {
        _none = World.Create(Array.Empty<ComponentType>());
        _p = World.Create(default(Position));
        _pv = World.Create(default(Position), default(Velocity));
        _pvh = World.Create(default(Position), default(Velocity), default(Health));
        _h = World.Create(default(Health));
    }

    [Test]
    public void An_empty_description_matches_everything() => Expect(new QueryDescription(), _none, _p, _pv, _pvh, _h);

    [Test]
    public void All_matches_those_that_have_each()
    {
        Expect(new QueryDescription().WithAll<Position>(), _p, _pv, _pvh);
        Expect(new QueryDescription().WithAll<Position, Velocity>(), _pv, _pvh);
        Expect(new QueryDescription().WithAll<Health, Velocity, Position>(), _pvh);
        Expect(new QueryDescription().WithAll<Health, Velocity, Position, Label>());
    }

    [Test]
    public void Any_matches_those_that_have_one()
    {
        Expect(new QueryDescription().WithAny<Velocity>(), _pv, _pvh);
        Expect(new QueryDescription().WithAny<Velocity, Health>(), _pv, _pvh, _h);
        Expect(new QueryDescription().WithAny<Label, Frozen, Velocity>(), _pv, _pvh);
        Expect(new QueryDescription().WithAny<Label, Frozen, Inventory, Health>(), _pvh, _h);
    }

    [Test]
    public void None_matches_those_that_have_not_one()
    {
        Expect(new QueryDescription().WithNone<Velocity>(), _none, _p, _h);
        Expect(new QueryDescription().WithNone<Velocity, Health>(), _none, _p);
        Expect(new QueryDescription().WithNone<Velocity, Health, Position>(), _none);
        Expect(new QueryDescription().WithNone<Label, Frozen, Inventory, Health>(), _none, _p, _pv);
    }

    [Test]
    public void Exclusive_matches_exactly_these()
    {
        Expect(new QueryDescription().WithExclusive<Position>(), _p);
        Expect(new QueryDescription().WithExclusive<Velocity, Position>(), _pv);
        Expect(new QueryDescription().WithExclusive<Velocity, Health, Position>(), _pvh);
        Expect(new QueryDescription().WithExclusive<Velocity, Health, Position, Label>());
    }

    [Test]
    public void Conditions_combine()
    {
        Expect(new QueryDescription().WithAll<Position>().WithNone<Health>(), _p, _pv);
        Expect(new QueryDescription().WithAll<Position>().WithAny<Velocity, Health>(), _pv, _pvh);
        Expect(new QueryDescription().WithAll<Position>().WithAny<Velocity, Health>().WithNone<Health>(), _pv);
        Expect(new QueryDescription().WithAny<Position, Health>().WithNone<Velocity>(), _p, _h);
    }

    [Test]
    public void A_later_condition_of_a_kind_replaces_the_earlier() =>
        Expect(new QueryDescription().WithAll<Velocity>().WithAll<Health>(), _pvh, _h);

    [Test]
    public void The_order_of_the_components_does_not_matter()
    {
        Expect(new QueryDescription().WithAll<Position, Velocity>(), _pv, _pvh);
        Expect(new QueryDescription().WithAll<Velocity, Position>(), _pv, _pvh);
        Assert.That(
            World.Query(new QueryDescription().WithAll<Velocity, Position>()),
            Is.SameAs(World.Query(new QueryDescription().WithAll<Position, Velocity>())));
    }

    [Test]
    public void The_same_description_finds_the_same_query()
    {
        var description = new QueryDescription().WithAll<Position>().WithNone<Label>();
        var query = World.Query(description);

        for (var i = 0; i < 100; i++)
            Assert.That(World.Query(new QueryDescription().WithAll<Position>().WithNone<Label>()), Is.SameAs(query));
        Assert.That(World.Query(new QueryDescription().WithAll<Position>().WithAny<Label>()), Is.Not.SameAs(query));
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch lets the exclusive condition win in release builds and stops in its own debug builds.")]
    public void Exclusive_with_another_condition_is_an_error() =>
        Assert.That(
            () => World.CountEntities(new QueryDescription().WithAll<Position>().WithExclusive<Velocity>()),
            Throws.ArgumentException.With.Message.Contains(nameof(Velocity)));

    private void Expect(in QueryDescription description, params Entity[] expected)
    {
        Assert.That(EntitiesOf(description), Is.EquivalentTo(expected));
        Assert.That(World.CountEntities(description), Is.EqualTo(expected.Length));
    }
}
