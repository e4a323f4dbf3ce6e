namespace Playground.Ecs.Networking.Benchmarks.Sending.Messages;

/// <summary>One message of each kind, with values as games have them, from a fixed seed.</summary>
internal static class Samples
{
    private const int Seed = 20240;

    public static T Of<T>()
    {
        var random = new Random(Seed);
        object message = typeof(T) == typeof(Moved) ? Body(random, 1742)
            : typeof(T) == typeof(Pressed) ? new Pressed(123_456, true, false, false, true, false, 3)
            : typeof(T) == typeof(Said) ? new Said(1742, "I'll hold the bridge, you two go around by the mill.")
            : new Snapshot([.. Enumerable.Range(1700, 100).Select(id => Body(random, id))]);
        return (T)message;
    }

    private static Moved Body(Random random, int id) => new(
        123_456, id, random.NextSingle() * 1000, random.NextSingle() * 1000, (random.NextSingle() * 10) - 5, (random.NextSingle() * 10) - 5);
}
