namespace Playground.Ecs.Tests;

public class QueryTests : WorldTestBase
{
    private static readonly QueryDescription Positions = new QueryDescription().WithAll<Position>();
    private static readonly QueryDescription FourValues = new QueryDescription().WithAll<C0, C1, C2, C3>();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(99)]
    [TestCase(100)]
    [TestCase(101)]
    [TestCase(5000)]
    public void Every_form_visits_every_entity_once(int count)
    {
        var entities = Many(count);
        World.Create(default(Health));
        var visits = new Dictionary<int, int>();

        World.Query(Positions, (ref Position position) => Visit(visits, position.X));
        World.Query(Positions, (Entity entity, ref Position position) =>
        {
            Assert.That(entity, Is.EqualTo(entities[position.X]));
            Visit(visits, position.X);
        });
        var step = new VisitStep { Visits = visits };
        World.InlineQuery<VisitStep, Position>(Positions, ref step);
        World.InlineEntityQuery<VisitStep, Position>(Positions, ref step);
        foreach (ref var chunk in World.Query(Positions))
        {
            foreach (ref var position in chunk.GetSpan<Position>()[..chunk.Count])
                Visit(visits, position.X);
        }

        Assert.That(visits, Has.Count.EqualTo(count));
        Assert.That(visits.Values, Is.All.EqualTo(5));
        Assert.That(step.Calls, Is.EqualTo(2 * count));
    }

    [Test]
    public void Delegates_write_one_to_four_components_in_place()
    {
        var entity = FourOnes();

        World.Query(FourValues, (ref C0 a) => a.Value++);
        World.Query(FourValues, (ref C0 a, ref C1 b) => b.Value += a.Value);
        World.Query(FourValues, (ref C0 a, ref C1 b, ref C2 c) => c.Value += a.Value + b.Value);
        World.Query(FourValues, (ref C0 a, ref C1 b, ref C2 c, ref C3 d) => d.Value += a.Value + b.Value + c.Value);

        Assert.That(Values(entity), Is.EqualTo((2, 3, 6, 12)));
    }

    [Test]
    public void Delegates_with_the_entity_write_one_to_four_components_in_place()
    {
        var entity = FourOnes();

        World.Query(FourValues, (Entity e, ref C0 a) => a.Value += e == entity ? 1 : 0);
        World.Query(FourValues, (Entity e, ref C0 a, ref C1 b) => b.Value += a.Value);
        World.Query(FourValues, (Entity e, ref C0 a, ref C1 b, ref C2 c) => c.Value += a.Value + b.Value);
        World.Query(FourValues, (Entity e, ref C0 a, ref C1 b, ref C2 c, ref C3 d) => d.Value += a.Value + b.Value + c.Value);

        Assert.That(Values(entity), Is.EqualTo((2, 3, 6, 12)));
    }

    [Test]
    public void Structs_write_one_to_four_components_in_place()
    {
        var entity = FourOnes();
        var step = default(AddUpStep);

        World.InlineQuery<AddUpStep, C0>(FourValues, ref step);
        World.InlineQuery<AddUpStep, C0, C1>(FourValues, ref step);
        World.InlineQuery<AddUpStep, C0, C1, C2>(FourValues, ref step);
        World.InlineQuery<AddUpStep, C0, C1, C2, C3>(FourValues, ref step);

        Assert.That(Values(entity), Is.EqualTo((2, 3, 6, 12)));
    }

    [Test]
    public void Structs_with_the_entity_write_one_to_four_components_in_place()
    {
        var entity = FourOnes();
        var step = default(AddUpStep);

        World.InlineEntityQuery<AddUpStep, C0>(FourValues, ref step);
        World.InlineEntityQuery<AddUpStep, C0, C1>(FourValues, ref step);
        World.InlineEntityQuery<AddUpStep, C0, C1, C2>(FourValues, ref step);
        World.InlineEntityQuery<AddUpStep, C0, C1, C2, C3>(FourValues, ref step);

        Assert.That(Values(entity), Is.EqualTo((2, 3, 6, 12)));
    }

    [Test]
    public void Chunks_hand_out_entities_and_components_by_row()
    {
        var entities = Many(3000);
        var seen = 0;

        foreach (ref var chunk in World.Query(Positions))
        {
            Assert.That(chunk.Count, Is.InRange(1, chunk.Capacity));
            Assert.That(chunk.Has<Position>(), Is.True);
            Assert.That(chunk.Has<Velocity>(), Is.True);
            Assert.That(chunk.Has<Health>(), Is.False);
            Assert.That(chunk.GetArray<Position>(), Has.Length.GreaterThanOrEqualTo(chunk.Count));
            chunk.GetFirst<Position>().Y = 1;
            Assert.That(chunk.Get<Position>(0).Y, Is.EqualTo(1));
            for (var row = 0; row < chunk.Count; row++)
            {
                Assert.That(chunk.Entity(row), Is.EqualTo(entities[chunk.Get<Position>(row).X]));
                chunk.Get<Velocity>(row).Y = 5;
                seen++;
            }
        }

        Assert.That(seen, Is.EqualTo(entities.Length));
        Assert.That(entities.All(entity => World.Get<Velocity>(entity).Y == 5), Is.True);
    }

    [Test]
    public void A_kept_query_sees_the_entities_and_archetypes_that_come_later()
    {
        var query = World.Query(Positions);
        Assert.That(CountOf(query), Is.Zero);

        var entities = new List<Entity>();
        for (var mask = 0; mask < 256; mask++)
        {
            var entity = World.Create(new Position { X = mask });
            AddByMask(entity, mask);
            entities.Add(entity);
            Assert.That(CountOf(query), Is.EqualTo(mask + 1));
        }

        Assert.That(EntitiesOf(Positions), Is.EquivalentTo(entities));
        Assert.That(World.CountEntities(new QueryDescription().WithAll<C0, C7>()), Is.EqualTo(64));
        Assert.That(World.CountEntities(new QueryDescription().WithAll<C3>().WithNone<C0, C7>()), Is.EqualTo(32));
        Assert.That(World.CountEntities(new QueryDescription().WithAny<C0, C1, C2>()), Is.EqualTo(256 - 32));
    }

    [Test]
    public void Queries_nest()
    {
        Many(200);
        var pairs = 0;

        World.Query(Positions, (ref Position _) => World.Query(Positions, (ref Position _) => pairs++));

        Assert.That(pairs, Is.EqualTo(200 * 200));
    }

    [Test]
    public void Leaving_a_loop_early_leaves_nothing_behind()
    {
        Many(3000);
        foreach (ref var chunk in World.Query(Positions))
        {
            if (chunk.Count > 0)
                break;
        }

        Many(1);
        Assert.That(World.CountEntities(Positions), Is.EqualTo(3001));
    }

    [Test]
    public void An_exception_leaves_a_query_without_traces()
    {
        Many(10);
        Assert.That(
            () => World.Query(Positions, (ref Position _) => throw new NotSupportedException()),
            Throws.TypeOf<NotSupportedException>());

        Many(1);
        Assert.That(World.CountEntities(Positions), Is.EqualTo(11));
    }

    [Test]
    public void GetEntities_writes_from_the_start_index()
    {
        var entities = Many(5);
        var list = new Entity[8];
        list[0] = Entity.Null;

        World.GetEntities(Positions, list, 2);

        Assert.That(list[2..7], Is.EquivalentTo(entities));
        Assert.That(list[0], Is.EqualTo(Entity.Null));
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch writes what fits and then throws IndexOutOfRangeException.")]
    public void GetEntities_writes_nothing_when_there_is_no_room()
    {
        Many(5);
        var list = new Entity[6];

        Assert.That(() => World.GetEntities(Positions, list, 2), Throws.ArgumentException.With.Message.Contains("5"));
        Assert.That(list, Is.All.EqualTo(default(Entity)));
    }

    private static void Visit(Dictionary<int, int> visits, int key) => visits[key] = visits.GetValueOrDefault(key) + 1;

    private static int CountOf(Query query)
    {
        var count = 0;
        foreach (ref var chunk in query)
            count += chunk.Count;
        return count;
    }

    private void AddByMask(Entity entity, int mask)
    {
        AddIf<C0>(entity, mask, 1);
        AddIf<C1>(entity, mask, 2);
        AddIf<C2>(entity, mask, 4);
        AddIf<C3>(entity, mask, 8);
        AddIf<C4>(entity, mask, 16);
        AddIf<C5>(entity, mask, 32);
        AddIf<C6>(entity, mask, 64);
        AddIf<C7>(entity, mask, 128);
    }

    private void AddIf<T>(Entity entity, int mask, int bit)
    {
        if ((mask & bit) != 0)
            World.Add<T>(entity);
    }

    private Entity FourOnes() => World.Create(new C0 { Value = 1 }, new C1 { Value = 1 }, new C2 { Value = 1 }, new C3 { Value = 1 });

    private (int, int, int, int) Values(Entity entity) =>
        (World.Get<C0>(entity).Value, World.Get<C1>(entity).Value, World.Get<C2>(entity).Value, World.Get<C3>(entity).Value);

    private struct VisitStep : IForEach<Position>, IForEachWithEntity<Position>
    {
        public Dictionary<int, int> Visits;
        public int Calls;

        public void Update(ref Position position)
        {
            Calls++;
            Visit(Visits, position.X);
        }

        public void Update(Entity entity, ref Position position) => Update(ref position);
    }

    private struct AddUpStep :
        IForEach<C0>, IForEach<C0, C1>, IForEach<C0, C1, C2>, IForEach<C0, C1, C2, C3>,
        IForEachWithEntity<C0>, IForEachWithEntity<C0, C1>, IForEachWithEntity<C0, C1, C2>, IForEachWithEntity<C0, C1, C2, C3>
    {
        public readonly void Update(ref C0 a) => a.Value++;

        public readonly void Update(ref C0 a, ref C1 b) => b.Value += a.Value;

        public readonly void Update(ref C0 a, ref C1 b, ref C2 c) => c.Value += a.Value + b.Value;

        public readonly void Update(ref C0 a, ref C1 b, ref C2 c, ref C3 d) => d.Value += a.Value + b.Value + c.Value;

        public readonly void Update(Entity entity, ref C0 a) => Update(ref a);

        public readonly void Update(Entity entity, ref C0 a, ref C1 b) => Update(ref a, ref b);

        public readonly void Update(Entity entity, ref C0 a, ref C1 b, ref C2 c) => Update(ref a, ref b, ref c);

        public readonly void Update(Entity entity, ref C0 a, ref C1 b, ref C2 c, ref C3 d) => Update(ref a, ref b, ref c, ref d);
    }
}
