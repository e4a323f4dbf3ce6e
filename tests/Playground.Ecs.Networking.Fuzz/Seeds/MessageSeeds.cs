using Playground.Ecs.Networking.Fuzz.Targets;

namespace Playground.Ecs.Networking.Fuzz.Seeds;

/// <summary>The vectors' messages and malformed messages.</summary>
internal static class MessageSeeds
{
    public static IEnumerable<byte[]> All() =>
        from section in new[] { "messages", "malformedMessages" }
        from vector in Vectors.Of(section)
        let message = vector.Vector.GetProperty("message").GetString()
        let number = MessageTarget.Checks.Index().Single(x => x.Item.Message == message).Index
        select (byte[])[(byte)number, .. vector.Bytes];
}
