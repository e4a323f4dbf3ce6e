namespace Playground.Demo.Arena;

/// <summary>Moves all bodies: players by their input, then everything by its velocity, bouncing off the walls.</summary>
internal sealed class MovementSystem(World world) : BaseSystem<World, float>(world)
{
    private static readonly QueryDescription Piloted = new QueryDescription().WithAll<Pilot, Velocity>();
    private static readonly QueryDescription Moving = new QueryDescription().WithAll<Position, Velocity>();

    /// <inheritdoc/>
    public override void Update(in float step)
    {
        Steer();
        Move(step);
    }

    private void Steer()
    {
        foreach (ref var chunk in World.Query(in Piloted))
        {
            var pilots = chunk.GetSpan<Pilot>()[..chunk.Count];
            var velocities = chunk.GetSpan<Velocity>()[..chunk.Count];
            for (var i = 0; i < pilots.Length; i++)
            {
                velocities[i].X = pilots[i].MoveX * ArenaField.PlayerSpeed;
                velocities[i].Y = pilots[i].MoveY * ArenaField.PlayerSpeed;
            }
        }
    }

    private void Move(float step)
    {
        foreach (ref var chunk in World.Query(in Moving))
        {
            var positions = chunk.GetSpan<Position>()[..chunk.Count];
            var velocities = chunk.GetSpan<Velocity>()[..chunk.Count];
            for (var i = 0; i < positions.Length; i++)
            {
                Move(ref positions[i].X, ref velocities[i].X, ArenaField.Width, step);
                Move(ref positions[i].Y, ref velocities[i].Y, ArenaField.Height, step);
            }
        }
    }

    private static void Move(ref float at, ref float speed, float wall, float step)
    {
        at += speed * step;
        if (at >= 0 && at <= wall) return;
        at = Math.Clamp(at < 0 ? -at : (2 * wall) - at, 0, wall);
        speed = -speed;
    }
}
