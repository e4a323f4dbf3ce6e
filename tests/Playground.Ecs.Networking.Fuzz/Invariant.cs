using System.Diagnostics.CodeAnalysis;

namespace Playground.Ecs.Networking.Fuzz;

/// <summary>What must hold whatever the input.</summary>
internal static class Invariant
{
    public static void Holds([DoesNotReturnIf(false)] bool holds, string what)
    {
        if (!holds) throw new BrokenInvariantException(what);
    }
}

/// <summary>An input for which an invariant does not hold.</summary>
internal sealed class BrokenInvariantException(string what) : Exception(what);
