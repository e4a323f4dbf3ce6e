namespace Playground.Ecs.Networking.Components;

/// <summary>What is asked of a world that the application may have destroyed before the system.</summary>
internal static class WorldLife
{
    /// <summary>Whether the world is there, and the entity in it.</summary>
    public static bool Holds(this World world, Entity entity)
    {
        try
        {
            return world.IsAlive(entity);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
