namespace Playground.Ecs.Networking.Benchmarks.Ecs;

/// <summary>The same bodies as entities and as plain values, from a fixed seed.</summary>
internal static class Populations
{
    public const int Count = 100_000;
    private const int Seed = 20_240_601;

    public static Body[] Bodies(int count = Count)
    {
        var random = new Random(Seed);
        var bodies = new Body[count];
        foreach (ref var body in bodies.AsSpan())
        {
            body.Position = new Position { X = random.NextSingle(), Y = random.NextSingle() };
            body.Velocity = new Velocity { X = random.NextSingle(), Y = random.NextSingle() };
            body.Drag = new Drag { Factor = 0.99f + (random.NextSingle() / 100), Limit = 10 };
        }

        return bodies;
    }

    public static World WorldOf(Body[] bodies) => WorldOf(bodies, new Entity[bodies.Length]);

    public static World WorldOf(Body[] bodies, Entity[] entities)
    {
        var world = World.Create();
        for (var i = 0; i < bodies.Length; i++)
            entities[i] = world.Create(bodies[i].Position, bodies[i].Velocity, bodies[i].Drag);
        return world;
    }

    /// <summary>Every index once, in random order.</summary>
    public static int[] Shuffled(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Random(Seed).Shuffle(order);
        return order;
    }
}
