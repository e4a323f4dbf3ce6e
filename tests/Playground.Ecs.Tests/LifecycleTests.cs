namespace Playground.Ecs.Tests;

public class LifecycleTests : WorldTestBase
{
    [Test]
    public void A_new_world_is_empty()
    {
        Assert.That(World.Size, Is.Zero);
        Assert.That(World.CountEntities(new QueryDescription()), Is.Zero);
    }

    [Test]
    public void Create_and_destroy_change_size_and_life()
    {
        var entity = World.Create(new Position { X = 1 });
        Assert.That(World.Size, Is.EqualTo(1));
        Assert.That(World.IsAlive(entity), Is.True);

        World.Destroy(entity);
        Assert.That(World.Size, Is.Zero);
        Assert.That(World.IsAlive(entity), Is.False);
    }

    [Test]
    public void Capacity_holds_all_entities()
    {
        Many(1000);

        Assert.That(World.Capacity, Is.GreaterThanOrEqualTo(World.Size));
    }

    [Test]
    public void Ids_are_reused_with_a_new_version_each_time()
    {
        var seen = new HashSet<Entity>();
        for (var i = 0; i < 100; i++)
        {
            var entity = World.Create(default(Position));
            Assert.That(seen.Add(entity), Is.True);
            Assert.That(entity.Id, Is.Zero);
            World.Destroy(entity);
        }

        Assert.That(seen.Any(World.IsAlive), Is.False);
    }

    [Test]
    public void Destroying_one_leaves_the_components_of_the_others()
    {
        var entities = Many(2000);

        for (var i = 0; i < entities.Length; i += 3)
            World.Destroy(entities[i]);

        for (var i = 0; i < entities.Length; i++)
        {
            Assert.That(World.IsAlive(entities[i]), Is.EqualTo(i % 3 != 0));
            if (i % 3 != 0)
                Assert.That(World.Get<Position>(entities[i]).X, Is.EqualTo(i));
        }
    }

    [Test]
    public void A_component_reference_survives_creates_and_other_entities_changes()
    {
        var entities = Many(10);
        ref var position = ref World.Get<Position>(entities[0]);

        Many(5000);
        World.Add(entities[9], new Health { Points = 1 });
        position.X = 77;

        Assert.That(World.Get<Position>(entities[0]).X, Is.EqualTo(77));
    }

    [Test]
    public void Entities_can_be_made_of_types_known_at_run_time()
    {
        var entity = World.Create([typeof(Position), typeof(Health), typeof(Inventory)]);

        Assert.That(World.Has<Position, Health, Inventory>(entity), Is.True);
        Assert.That(World.Get<Position>(entity).X, Is.Zero);
        Assert.That(World.Get<Inventory>(entity), Is.Null);
    }

    [Test]
    [Category(EmbeddedOnly)]
    [Description("Arch leaves what the row's last entity had.")]
    public void Entities_made_of_types_start_with_default_values_in_reused_rows()
    {
        var first = World.Create(new Position { X = 5 }, new Health { Points = 7 });
        World.Destroy(first);

        var second = World.Create([typeof(Health), typeof(Position)]);

        Assert.That(World.Get<Position>(second).X, Is.Zero);
        Assert.That(World.Get<Health>(second).Points, Is.Zero);
    }

    [Test]
    public void An_entity_may_have_no_components()
    {
        var entity = World.Create(Array.Empty<ComponentType>());

        Assert.That(World.IsAlive(entity), Is.True);
        Assert.That(World.GetSignature(entity).Count, Is.Zero);
        Assert.That(World.CountEntities(new QueryDescription()), Is.EqualTo(1));
        World.Add(entity, new Health { Points = 3 });
        Assert.That(World.Get<Health>(entity).Points, Is.EqualTo(3));
    }

    [Test]
    public void Worlds_do_not_share_entities()
    {
        var other = World.Create();
        var here = World.Create(new Position { X = 1 });
        var there = other.Create(new Position { X = 2 });

        Assert.That(other.Id, Is.Not.EqualTo(World.Id));
        Assert.That(World.Get<Position>(here).X, Is.EqualTo(1));
        Assert.That(other.Get<Position>(there).X, Is.EqualTo(2));
        Assert.That(here, Is.Not.EqualTo(there));
        World.Destroy(other);
        Assert.That(World.IsAlive(here), Is.True);
    }

    [Test]
    public void Creation_parameters_change_sizes_only()
    {
        var small = World.Create(chunkSizeInBytes: 64, minimumAmountOfEntitiesPerChunk: 1, archetypeCapacity: 1, entityCapacity: 1);
        for (var i = 0; i < 50; i++)
            small.Create(new Position { X = i }, default(Velocity));

        var sum = 0;
        small.Query(new QueryDescription().WithAll<Position>(), (ref Position position) => sum += position.X);
        Assert.That(sum, Is.EqualTo(50 * 49 / 2));
        World.Destroy(small);
    }

    [Test]
    public void Worlds_on_different_threads_do_not_meet()
    {
        var sums = new int[4];
        Parallel.For(0, sums.Length, index =>
        {
            var world = World.Create();
            for (var i = 0; i < 1000; i++)
                world.Create(new Position { X = index }, new Velocity { X = 1 });
            world.Query(new QueryDescription().WithAll<Position>(), (ref Position position) => sums[index] += position.X);
            World.Destroy(world);
        });

        for (var i = 0; i < sums.Length; i++)
            Assert.That(sums[i], Is.EqualTo(i * 1000));
    }
}
