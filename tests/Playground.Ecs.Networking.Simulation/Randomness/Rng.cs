namespace Playground.Ecs.Networking.Simulation.Randomness;

/// <summary>
/// Random numbers that depend on the seed alone, on every machine and version (SplitMix64). Each concern of a run draws from a
/// part of its own (<see cref="For"/>), so that one more draw in one place moves nothing elsewhere.
/// </summary>
internal sealed class Rng(ulong seed)
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private readonly ulong _seed = seed;
    private ulong _state = seed;

    /// <summary>A generator of its own for a concern, by name and number: the same seed gives the same one.</summary>
    public Rng For(string concern, int number = 0)
    {
        var hash = _seed ^ 0xCBF29CE484222325;
        foreach (var letter in concern) hash = (hash ^ letter) * 0x100000001B3;
        return new Rng(Mix(hash + ((ulong)number * Increment)));
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        _state += Increment;
        return Mix(_state);
    }

    /// <summary>A number from 0 to below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)Math.BigMul(Next(), (ulong)end, out _);

    /// <summary>A number from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public int Between(int first, int last) => first + Below(last - first + 1);

    /// <summary>A time between two, in ticks of 100 ns.</summary>
    public long Between(TimeSpan first, TimeSpan last) => first.Ticks + (long)(Fraction() * (last.Ticks - first.Ticks));

    /// <summary>A number from 0 to below 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True so often.</summary>
    public bool Chance(double probability) => Fraction() < probability;

    /// <summary>One of them.</summary>
    public T Pick<T>(ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>Puts them into another order.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var other = Below(i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
