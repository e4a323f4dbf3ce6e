namespace Playground.Ecs.Tests;

/// <summary>What every form of query promises: the entity that it is at may be destroyed.</summary>
public class DestroyInQueryTests : WorldTestBase
{
    private static readonly QueryDescription Positions = new QueryDescription().WithAll<Position>();

    [Test]
    public void All_of_them()
    {
        Many(3000);
        var visits = 0;

        World.Query(Positions, (Entity entity, ref Position _) =>
        {
            visits++;
            World.Destroy(entity);
        });

        Assert.That(visits, Is.EqualTo(3000));
        Assert.That(World.Size, Is.Zero);
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(700)]
    public void Some_of_them_by_delegate(int every)
    {
        var entities = Many(3000);
        var visited = new HashSet<int>();

        World.Query(Positions, (Entity entity, ref Position position) =>
        {
            Assert.That(visited.Add(position.X), Is.True);
            if (position.X % every == 0)
                World.Destroy(entity);
        });

        ExpectWithout(entities, every, visited);
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(700)]
    public void Some_of_them_by_struct(int every)
    {
        var entities = Many(3000);
        var step = new DestroyStep { World = World, Every = every, Visited = [] };

        World.InlineEntityQuery<DestroyStep, Position>(Positions, ref step);

        ExpectWithout(entities, every, step.Visited);
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(700)]
    public void Some_of_them_by_chunk_from_its_end(int every)
    {
        var entities = Many(3000);
        var visited = new HashSet<int>();

        foreach (ref var chunk in World.Query(Positions))
        {
            for (var row = chunk.Count - 1; row >= 0; row--)
            {
                var x = chunk.Get<Position>(row).X;
                Assert.That(visited.Add(x), Is.True);
                if (x % every == 0)
                    World.Destroy(chunk.Entity(row));
            }
        }

        ExpectWithout(entities, every, visited);
    }

    [Test]
    public void Entities_that_do_not_match_may_change_and_come_inside_a_query()
    {
        Many(100);
        var others = new List<Entity>();

        World.Query(Positions, (ref Position position) => others.Add(World.Create(new Health { Points = position.X })));
        World.Query(Positions, (ref Position position) => World.Add(others[position.X], default(Frozen)));

        Assert.That(World.CountEntities(new QueryDescription().WithAll<Health, Frozen>()), Is.EqualTo(100));
    }

#if DEBUG
    // These are refused in debug builds only: the watch costs too much for release ones.
    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch goes on and visits entities twice or not at all.")]
    public void Other_changes_to_what_is_queried_throw_in_debug_builds()
    {
        var entities = Many(10);
        var bystander = World.Create(default(Health));

        ExpectRefused(_ => World.Create(default(Position)));
        ExpectRefused(_ => World.Create(default(Position), default(Frozen)));
        ExpectRefused(entity => World.Add(entity, default(Health)));
        ExpectRefused(entity => World.Remove<Velocity>(entity));
        ExpectRefused(entity => World.Remove<Position>(entity));
        ExpectRefused(_ => World.Add(bystander, default(Position)));
        ExpectRefused(entity => World.Destroy(entities[(entity.Id + 1) % entities.Length]));
        ExpectRefused(_ => World.Destroy(Positions));
        ExpectRefused(_ => World.Add(Positions, default(Frozen)));
        ExpectRefused(_ => World.Remove<Velocity>(Positions));
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch goes on and visits entities twice or not at all.")]
    public void A_destroy_by_the_inner_of_two_queries_throws_in_debug_builds()
    {
        Many(10);

        ExpectRefused(outer => World.Query(Positions, (Entity inner, ref Position _) =>
        {
            if (inner != outer)
                World.Destroy(inner);
        }));
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch goes on and visits entities twice or not at all.")]
    public void The_refusal_ends_with_the_query()
    {
        var entities = Many(10);
        ExpectRefused(_ => World.Create(default(Position)));

        World.Create(default(Position));
        World.Destroy(entities[3]);

        Assert.That(World.Size, Is.EqualTo(10));
    }

    private void ExpectRefused(Action<Entity> change)
    {
        var size = World.Size;
        Assert.That(
            () => World.Query(Positions, (Entity entity, ref Position _) => change(entity)),
            Throws.InvalidOperationException.With.Message.Contains("inside a query"));
        Assert.That(World.Size, Is.EqualTo(size));
    }
#endif

    private void ExpectWithout(Entity[] entities, int every, HashSet<int> visited)
    {
        Assert.That(visited, Has.Count.EqualTo(entities.Length));
        for (var i = 0; i < entities.Length; i++)
        {
            Assert.That(World.IsAlive(entities[i]), Is.EqualTo(i % every != 0));
            if (i % every != 0)
                Assert.That(World.Get<Position>(entities[i]).X, Is.EqualTo(i));
        }
    }

    private struct DestroyStep : IForEachWithEntity<Position>
    {
        public World World;
        public int Every;
        public HashSet<int> Visited;

        public readonly void Update(Entity entity, ref Position position)
        {
            Assert.That(Visited.Add(position.X), Is.True);
            if (position.X % Every == 0)
                World.Destroy(entity);
        }
    }
}
