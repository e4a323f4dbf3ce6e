using NUnit.Framework.Constraints;
using Playground.Ecs.Networking.Simulation.Checks;

namespace Playground.Ecs.Networking.Simulation.Tests;

/// <summary>A checker that never fails proves nothing.</summary>
internal static class Fails
{
    /// <summary>The check fails, and says so.</summary>
    public static Constraint Saying(string what) => Throws.TypeOf<SimulationFailedException>().With.Message.Contains(what);
}
