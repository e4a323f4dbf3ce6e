using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Faults;
using Playground.Ecs.Networking.Simulation.Randomness;
using Playground.Ecs.Networking.Simulation.Time;

namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>What the parts of one run share.</summary>
/// <param name="Settings">The run's settings.</param>
/// <param name="Rng">Where the parts' generators come from.</param>
/// <param name="Time">The run's clock.</param>
/// <param name="Wire">What follows the links.</param>
/// <param name="Ledger">What the applications sent reliably to others than one session.</param>
/// <param name="Counts">What happened.</param>
/// <param name="Log">Told what happens, for a run that somebody looks at.</param>
/// <param name="Loggers">Where the code under test logs.</param>
internal sealed record RunContext(
    RunSettings Settings,
    Rng Rng,
    VirtualTime Time,
    WireCheck Wire,
    Ledger Ledger,
    RunCounts Counts,
    Action<string> Log,
    ILoggerFactory Loggers)
{
    /// <summary>The faults that happened.</summary>
    public FaultCounts Faults => Counts.Faults;
}
