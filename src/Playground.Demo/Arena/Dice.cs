namespace Playground.Demo.Arena;

/// <summary>Random numbers from a state that its owner keeps (xorshift32): the same seed gives the same arena on every run.</summary>
internal static class Dice
{
    /// <summary>A state for the body with this number; never 0, which would stay 0.</summary>
    public static uint Seed(uint seed, uint number)
    {
        // The finaliser of MurmurHash3: neighbouring numbers get states that have nothing in common.
        var mixed = seed ^ (number * 0x9E3779B9);
        mixed = (mixed ^ (mixed >> 16)) * 0x85EBCA6B;
        mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35;
        mixed ^= mixed >> 16;
        return mixed == 0 ? 1 : mixed;
    }

    /// <summary>The next number, from 0 to below 1.</summary>
    public static float Throw(ref uint state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return (state >> 8) * (1f / (1 << 24));
    }

    /// <summary>The next number, from <paramref name="min"/> to below <paramref name="max"/>.</summary>
    public static float Throw(ref uint state, float min, float max) => min + (Throw(ref state) * (max - min));
}
