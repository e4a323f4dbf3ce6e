namespace Playground.Demo.Arena;

/// <summary>Makes the bots and turns each of them every now and then.</summary>
internal sealed class BotSystem(World world, BodyNumbers numbers, int bots, uint seed) : BaseSystem<World, float>(world)
{
    private const float SecondsMin = 0.5f;
    private const float SecondsMax = 3f;

    private static readonly QueryDescription Bots = new QueryDescription().WithAll<Wander, Velocity>();

    /// <inheritdoc/>
    public override void Initialize()
    {
        for (var i = 0; i < bots; i++)
        {
            Create(numbers.Take());
        }
    }

    /// <inheritdoc/>
    public override void Update(in float step)
    {
        foreach (ref var chunk in World.Query(in Bots))
        {
            var wanders = chunk.GetSpan<Wander>()[..chunk.Count];
            var velocities = chunk.GetSpan<Velocity>()[..chunk.Count];
            for (var i = 0; i < wanders.Length; i++)
            {
                ref var wander = ref wanders[i];
                wander.SecondsLeft -= step;
                if (wander.SecondsLeft <= 0) velocities[i] = Turn(ref wander);
            }
        }
    }

    private void Create(ushort number)
    {
        var wander = new Wander { Dice = Dice.Seed(seed, number) };
        var position = new Position
        {
            X = Dice.Throw(ref wander.Dice, 0, ArenaField.Width),
            Y = Dice.Throw(ref wander.Dice, 0, ArenaField.Height),
        };
        var body = new Body { Number = number, Kind = BodyKind.Bot, Hue = (byte)Dice.Throw(ref wander.Dice, 0, 256) };
        World.Create(body, position, Turn(ref wander), wander);
    }

    private static Velocity Turn(ref Wander wander)
    {
        var speed = Dice.Throw(ref wander.Dice, ArenaField.BotSpeedMin, ArenaField.BotSpeedMax);
        var (sin, cos) = MathF.SinCos(Dice.Throw(ref wander.Dice, 0, MathF.Tau));
        wander.SecondsLeft = Dice.Throw(ref wander.Dice, SecondsMin, SecondsMax);
        return new Velocity { X = cos * speed, Y = sin * speed };
    }
}
