namespace Playground.Ecs.Tests;

/// <summary>The edges of the tables behind entities: where they grow, where chunks end, and what old handles find there.</summary>
public class ManyEntitiesTests : WorldTestBase
{
    [TestCase(63)]
    [TestCase(64)]
    [TestCase(65)]
    [TestCase(32_768)]
    [TestCase(70_000)]
    public void Every_entity_keeps_its_own_values_while_tables_grow(int count)
    {
        var entities = new Entity[count];
        for (var i = 0; i < count; i++)
            entities[i] = World.Create(new Health { Points = i });

        for (var i = 0; i < count; i++)
            Assert.That(World.Get<Health>(entities[i]).Points, Is.EqualTo(i));
        Assert.That(World.Size, Is.EqualTo(count));
        Assert.That(World.Capacity, Is.GreaterThanOrEqualTo(count));
    }

    [Test]
    public void Values_follow_their_entities_between_chunks_and_archetypes()
    {
        const int count = 3000;
        var entities = new Entity[count];
        for (var i = 0; i < count; i++)
            entities[i] = World.Create(new Health { Points = i });
        for (var i = 0; i < count; i += 3)
            World.Add(entities[i], new Position { X = i });
        for (var i = 1; i < count; i += 3)
            World.Destroy(entities[i]);
        for (var i = 0; i < count; i += 6)
            World.Remove<Health>(entities[i]);

        for (var i = 0; i < count; i++)
        {
            Assert.That(World.IsAlive(entities[i]), Is.EqualTo(i % 3 != 1));
            if (i % 3 == 1)
                continue;
            Assert.That(World.Has<Health>(entities[i]), Is.EqualTo(i % 6 != 0));
            Assert.That(World.Has<Position>(entities[i]), Is.EqualTo(i % 3 == 0));
            if (i % 6 != 0) Assert.That(World.Get<Health>(entities[i]).Points, Is.EqualTo(i));
            if (i % 3 == 0) Assert.That(World.Get<Position>(entities[i]).X, Is.EqualTo(i));
        }
    }

    [Test]
    [Category(EmbeddedOnly)] // Arch returns what its successor has, or other memory.
    public void Handles_from_before_a_growth_stay_dead_after_it()
    {
        var dead = World.Create(new Health { Points = 1 });
        World.Destroy(dead);
        var successor = World.Create(new Health { Points = 2 });
        for (var i = 0; i < 10_000; i++)
            World.Create(new Health { Points = 3 });

        Assert.That(successor.Id, Is.EqualTo(dead.Id));
        Assert.That(World.IsAlive(dead), Is.False);
        Assert.That(() => World.Get<Health>(dead), Throws.InvalidOperationException);
        Assert.That(World.Get<Health>(successor).Points, Is.EqualTo(2));
    }

    [Test]
    [Category(EmbeddedOnly)] // Arch's first entity of its first world equals default(Entity) but for the version.
    public void A_default_handle_is_alive_in_no_world()
    {
        Assert.That(World.IsAlive(default), Is.False);
        World.Create(new Health { Points = 1 });
        Assert.That(World.IsAlive(default), Is.False);
        Assert.That(() => World.Get<Health>(default), Throws.InvalidOperationException);
    }

    [Test]
    [Category(EmbeddedOnly)] // Arch's chunks have no upper end.
    public void A_chunk_holds_at_most_32768_rows_whatever_was_asked_for()
    {
        using var world = World.Create(chunkSizeInBytes: int.MaxValue, minimumAmountOfEntitiesPerChunk: int.MaxValue);
        var entities = new Entity[32_769];
        for (var i = 0; i < entities.Length; i++)
            entities[i] = world.Create(new Health { Points = i });

        var chunks = 0;
        foreach (ref var chunk in world.Query(new QueryDescription().WithAll<Health>()))
        {
            Assert.That(chunk.Capacity, Is.LessThanOrEqualTo(32_768));
            chunks++;
        }

        Assert.That(chunks, Is.EqualTo(2));
        Assert.That(world.Get<Health>(entities[^2]).Points, Is.EqualTo(32_767));
        Assert.That(world.Get<Health>(entities[^1]).Points, Is.EqualTo(32_768));
    }
}
