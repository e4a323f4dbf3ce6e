namespace Playground.Demo.Arena;

/// <summary>Makes the bots and turns each of them every now and then.</summary>
internal sealed class BotSystem(World world, BodyNumbers numbers, int bots, uint seed) : BaseSystem<World, float>(world)
{
    private const float SecondsMin = 0.5f;
    private const float SecondsMax = 3f;

    // As many as the command line allows; body numbers go on to 65,535, for the players.
    private const int CountMax = 20_000;

    private static readonly QueryDescription Bots = new QueryDescription().WithAll<Wander, Velocity>();

    /// <summary>Bots in the arena.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public override void Initialize()
    {
        for (var i = 0; i < bots; i++)
        {
            Create(numbers.Take(), null, null);
        }
    }

    /// <summary>Puts one more bot into the arena, at a place or, where that is not said, anywhere. Not inside a query.</summary>
    /// <returns>False when the arena is full.</returns>
    public bool TrySpawn(float? x, float? y, out ushort number)
    {
        number = 0;
        if (Count >= CountMax) return false;
        number = numbers.Take();
        Create(number, x, y);
        return true;
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

    private void Create(ushort number, float? x, float? y)
    {
        var wander = new Wander { Dice = Dice.Seed(seed, number) };
        var position = new Position
        {
            X = x ?? Dice.Throw(ref wander.Dice, 0, ArenaField.Width),
            Y = y ?? Dice.Throw(ref wander.Dice, 0, ArenaField.Height),
        };
        var body = new Body { Number = number, Kind = BodyKind.Bot, Hue = (byte)Dice.Throw(ref wander.Dice, 0, 256) };
        World.Create(body, position, Turn(ref wander), wander);
        Count++;
    }

    private static Velocity Turn(ref Wander wander)
    {
        var speed = Dice.Throw(ref wander.Dice, ArenaField.BotSpeedMin, ArenaField.BotSpeedMax);
        var (sin, cos) = MathF.SinCos(Dice.Throw(ref wander.Dice, 0, MathF.Tau));
        wander.SecondsLeft = Dice.Throw(ref wander.Dice, SecondsMin, SecondsMax);
        return new Velocity { X = cos * speed, Y = sin * speed };
    }
}
