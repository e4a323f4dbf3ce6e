namespace Playground.Ecs.Tests;

/// <summary>What a world does where its tables end.</summary>
[Category(EmbeddedOnly)] // Arch has no such limits.
public class LimitTests : WorldTestBase
{
    private const int ChunksMax = 131_072;

    [Test]
    public void A_world_refuses_the_chunk_after_its_last_and_stays_as_it_was()
    {
        using var world = World.Create(chunkSizeInBytes: 0, minimumAmountOfEntitiesPerChunk: 1);
        var first = world.Create(default(Position), default(Velocity), new Health { Points = 1 });
        var second = world.Create(default(Position), default(Velocity), new Health { Points = 2 });
        var last = FillWith(world, out var refusal);

        Assert.That(refusal.Message, Does.Contain("131072 chunks").And.Contain("32768 rows"));
        Assert.That(CountChunks(world), Is.EqualTo(ChunksMax));
        Assert.That(() => world.Remove<Health>(first), Throws.InvalidOperationException.With.Message.EqualTo(refusal.Message));
        Assert.That(world.Get<Health>(first).Points, Is.EqualTo(1));
        Assert.That(world.Get<Health>(second).Points, Is.EqualTo(2));

        world.Destroy(last);
        Assert.That(world.IsAlive(world.Create(default(Frozen))), Is.True);
        Assert.That(() => world.Create(default(Frozen)), Throws.InvalidOperationException);
        Assert.That(world.CountEntities(new QueryDescription()), Is.EqualTo(world.Size));
    }

    private static Entity FillWith(World world, out InvalidOperationException refusal)
    {
        var last = Entity.Null;
        try
        {
            // Where Remove would move to: there is such a chunk, and it is full.
            world.Create(default(Position), default(Velocity));
            while (true)
                last = world.Create(default(Frozen));
        }
        catch (InvalidOperationException thrown)
        {
            refusal = thrown;
            return last;
        }
    }

    private static int CountChunks(World world)
    {
        var chunks = 0;
        foreach (ref var chunk in world.Query(new QueryDescription()))
            chunks += chunk.Count > 0 ? 1 : 0;
        return chunks;
    }
}
