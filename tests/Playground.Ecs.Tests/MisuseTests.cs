namespace Playground.Ecs.Tests;

/// <summary>
/// Wrong use that is told by an exception. In Arch each of these goes on with other memory or another entity, or ends in
/// a NullReferenceException or an access violation, as the descriptions say.
/// </summary>
[Category(EmbeddedOnly)]
public class MisuseTests : WorldTestBase
{
    [Test]
    [Description("Arch: NullReferenceException.")]
    public void Access_to_a_dead_entity_names_it()
    {
        var dead = World.Create(default(Position));
        World.Destroy(dead);

        ExpectDead(dead);
    }

    [Test]
    [Description("Arch: the component of the entity that took the id.")]
    public void Access_by_a_stale_handle_does_not_reach_the_successor()
    {
        var stale = World.Create(default(Position));
        World.Destroy(stale);
        var successor = World.Create(new Position { X = 5 });
        Assert.That(successor.Id, Is.EqualTo(stale.Id));

        ExpectDead(stale);
        Assert.That(World.IsAlive(successor), Is.True);
        Assert.That(World.Get<Position>(successor).X, Is.EqualTo(5));
    }

    [Test]
    [Description("Arch: NullReferenceException; a stale handle destroys the successor.")]
    public void Destroy_twice_destroys_once()
    {
        var entity = World.Create(default(Position));
        World.Destroy(entity);
        var successor = World.Create(default(Position));

        Assert.That(() => World.Destroy(entity), Throws.InvalidOperationException.With.Message.Contains($"Id = {entity.Id}"));
        Assert.That(World.IsAlive(successor), Is.True);
        Assert.That(World.Size, Is.EqualTo(1));
    }

    [Test]
    [Description("Arch: the entity with the same id in this world.")]
    public void An_entity_of_another_world_is_not_alive_here()
    {
        using var other = World.Create();
        var foreign = other.Create(new Position { X = 1 });
        World.Create(new Position { X = 2 });

        ExpectDead(foreign);
        Assert.That(() => World.Get<Position>(foreign), Throws.InvalidOperationException.With.Message.Contains("another world"));
    }

    [Test]
    [Description("Arch: NullReferenceException or other memory.")]
    public void Handles_that_were_never_given_are_not_alive()
    {
        World.Create(default(Position));

        ExpectDead(Entity.Null);
        ExpectDead(default);
        ExpectDead(new Entity());
    }

    [Test]
    [Description("Arch: other memory for Get, an access violation for Set.")]
    public void A_component_that_is_not_there_is_named()
    {
        var entity = World.Create(new Position { X = 1 });

        ExpectMissing(() => World.Get<Health>(entity), entity);
        ExpectMissing(() => World.Set(entity, default(Health)), entity);
        ExpectMissing(() => World.Set(entity, new Position { X = 9 }, default(Health)), entity);
        ExpectMissing(() => World.Remove<Health>(entity), entity);
        ExpectMissing(() => World.Remove<Position, Health>(entity), entity);
        ExpectMissing(() => World.Get(entity, typeof(Health)), entity);
        ExpectMissing(() => World.Set(entity, (object)default(Health)), entity);
        ExpectMissing(() => World.Remove(entity, typeof(Health)), entity);
        Assert.That(World.Get<Position>(entity).X, Is.EqualTo(1));
        Assert.That(World.TryGet(entity, out Health _), Is.False);
        Assert.That(World.Has<Health>(entity), Is.False);
    }

    [Test]
    [Description("Arch: silent, and the order of its rows is corrupt.")]
    public void A_component_that_is_there_is_not_added_again()
    {
        var entity = World.Create(new Position { X = 1 });

        ExpectPresent(() => World.Add<Position>(entity), entity);
        ExpectPresent(() => World.Add(entity, default(Position)), entity);
        ExpectPresent(() => World.Add(entity, default(Health), default(Position)), entity);
        ExpectPresent(() => World.Add(entity, (object)default(Position)), entity);
        Assert.That(World.Get<Position>(entity).X, Is.EqualTo(1));
        Assert.That(World.Has<Health>(entity), Is.False);
    }

    [Test]
    [Description("Arch: an entity whose rows overlap.")]
    public void A_component_is_named_once()
    {
        Assert.That(
            () => World.Create(default(Position), default(Position)),
            Throws.ArgumentException.With.Message.Contains(nameof(Position)));
        Assert.That(() => World.Create([typeof(Health), typeof(Position), typeof(Health)]), Throws.ArgumentException);
        Assert.That(() => World.Create(new Signature(typeof(Health), typeof(Health))), Throws.ArgumentException);
        Assert.That(World.Size, Is.Zero);
    }

    [Test]
    [Description("Arch: other memory.")]
    public void A_chunk_without_the_component_says_so()
    {
        World.Create(new Position { X = 1 });
        var positions = new QueryDescription().WithAll<Position>();

        Action[] uses = [() => World.Query(positions, (ref Health _) => { }), () => World.Set(positions, default(Health))];
        foreach (var use in uses)
            Assert.That(use, Throws.InvalidOperationException.With.Message.Contains(nameof(Health)));
        foreach (ref var chunk in World.Query(positions))
        {
            var copy = chunk;
            Assert.That(() => copy.GetFirst<Health>(), Throws.InvalidOperationException);
            Assert.That(() => copy.GetArray<Health>(), Throws.InvalidOperationException);
            Assert.That(() => copy.Get<Health>(0), Throws.InvalidOperationException);
            Assert.That(() => copy.Get<Position>(1), Throws.TypeOf<IndexOutOfRangeException>());
            Assert.That(() => copy.Entity(1), Throws.TypeOf<IndexOutOfRangeException>());
            Assert.That(() => copy.Entity(-1), Throws.TypeOf<IndexOutOfRangeException>());
            Assert.That(copy.GetSpan<Position>().Length, Is.EqualTo(copy.Count));
        }
    }

    [Test]
    [Description("Arch: other memory.")]
    public void A_default_component_type_names_nothing()
    {
        var entity = World.Create(default(Position));

        Assert.That(World.Has(entity, default), Is.False);
        Assert.That(() => World.Create([default]), Throws.InvalidOperationException);
        Assert.That(() => default(ComponentType).Type, Throws.InvalidOperationException);
    }

    [Test]
    [Description("Arch: works on storage that the next world uses.")]
    public void A_destroyed_world_says_so()
    {
        var world = World.Create();
        var entity = world.Create(default(Position));
        var positions = new QueryDescription().WithAll<Position>();
        var query = world.Query(positions);
        World.Destroy(world);
        world.Dispose();

        ExpectDisposed(() => world.Create(default(Position)));
        ExpectDisposed(() => world.Create([typeof(Position)]));
        ExpectDisposed(() => world.Destroy(entity));
        ExpectDisposed(() => world.Destroy(positions));
        ExpectDisposed(() => world.IsAlive(entity));
        ExpectDisposed(() => world.Has<Position>(entity));
        ExpectDisposed(() => world.Get<Position>(entity));
        ExpectDisposed(() => world.Set(entity, default(Position)));
        ExpectDisposed(() => world.Add(entity, default(Health)));
        ExpectDisposed(() => world.Remove<Position>(entity));
        ExpectDisposed(() => world.CountEntities(positions));
        ExpectDisposed(() => world.Query(positions, (ref Position _) => { }));
        ExpectDisposed(() =>
        {
            foreach (ref var chunk in query)
                chunk.GetFirst<Position>().X = 1;
        });
        Assert.That(world.Size, Is.Zero);
    }

    [Test]
    [Description("Arch reuses the ids of worlds, so a handle of a destroyed one may name an entity of the next.")]
    public void A_handle_of_a_destroyed_world_is_not_alive_in_the_next()
    {
        var first = World.Create();
        var stale = first.Create(default(Position));
        World.Destroy(first);
        using var second = World.Create();
        second.Create(default(Position));

        Assert.That(second.IsAlive(stale), Is.False);
    }

    private void ExpectDead(Entity entity)
    {
        Assert.That(World.IsAlive(entity), Is.False);
        Assert.That(World.Has<Position>(entity), Is.False);
        Assert.That(World.Has<Position, Velocity>(entity), Is.False);
        Assert.That(World.Has(entity, typeof(Position)), Is.False);
        Assert.That(World.TryGet(entity, out Position _), Is.False);
        World.TryGetRef<Position>(entity, out var exists);
        Assert.That(exists, Is.False);
        Action[] uses =
        [
            () => World.Get<Position>(entity),
            () => World.Set(entity, default(Position)),
            () => World.Set(entity, default(Position), default(Velocity)),
            () => World.Add(entity, default(Velocity)),
            () => World.Add<Velocity>(entity),
            () => World.Add(entity, default(Velocity), default(Health)),
            () => World.AddOrGet<Velocity>(entity),
            () => World.Remove<Position>(entity),
            () => World.Destroy(entity),
            () => World.GetSignature(entity),
            () => World.GetAllComponents(entity),
            () => World.Get(entity, typeof(Position)),
            () => World.Set(entity, (object)default(Position)),
            () => World.Add(entity, (object)default(Velocity)),
            () => World.Remove(entity, typeof(Position)),
        ];
        foreach (var use in uses)
            Assert.That(use, Throws.InvalidOperationException.With.Message.Contains($"Id = {entity.Id}").And.Message.Contains("not alive"));
    }

    private static void ExpectMissing(Action use, Entity entity) =>
        Assert.That(use, Throws.InvalidOperationException.With.Message.Contains(nameof(Health)).And.Message.Contains($"Id = {entity.Id}"));

    private static void ExpectPresent(Action use, Entity entity) =>
        Assert.That(
            use, Throws.InvalidOperationException.With.Message.Contains(nameof(Position)).And.Message.Contains($"Id = {entity.Id}"));

    private static void ExpectDisposed(Action use) => Assert.That(use, Throws.TypeOf<ObjectDisposedException>());
}
