namespace Playground.Ecs.Networking.Fuzz.Seeds;

/// <summary>The vectors' packets, batches and trains, with the smallest and the largest limit of a payload.</summary>
internal static class PacketSeeds
{
    private const byte Smallest = 0;
    private const byte Largest = 3;

    public static IEnumerable<byte[]> All() =>
        from section in new[] { "packets", "batches", "trains" }
        from vector in Vectors.Of(section)
        from limit in new[] { Smallest, Largest }
        select (byte[])[limit, .. vector.Bytes];
}
