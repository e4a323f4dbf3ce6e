using Playground.Ecs.Networking.Simulation.Randomness;
using Playground.Ecs.Networking.Simulation.Running;

namespace Playground.Ecs.Networking.Simulation.Faults;

/// <summary>A fault that is to happen.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="At">When, in ticks; later when there is nothing yet that it could happen to.</param>
internal sealed record PlannedFault(FaultKind Kind, long At);

/// <summary>Which faults happen in a run, and when.</summary>
internal static class FaultPlan
{
    private const int TimesMax = 3;

    // The clients have connected by then.
    private static readonly long QuietAtFirst = 2 * TimeSpan.TicksPerSecond;

    // They happen whatever the links are like.
    private static bool IsCertain(FaultKind kind) => kind is FaultKind.ClockJump or FaultKind.ServerStall or FaultKind.ClientStall
        or FaultKind.SlowServerApplication or FaultKind.SlowClientApplication or FaultKind.Flood;

    /// <summary>The plan of a run, in order.</summary>
    public static Queue<PlannedFault> Of(RunSettings settings, Rng rng, long now)
    {
        var kinds = FaultCounts.Kinds.ToArray();
        rng.Shuffle(kinds.AsSpan());
        var faults = new List<PlannedFault>();
        foreach (var kind in kinds.Take(settings.FaultKinds).Union(kinds.Where(IsCertain).Take(RunOutcome.FaultKindsMin)))
        {
            var times = kind is FaultKind.ServerStop or FaultKind.ServerCrash or FaultKind.ServerStall ? 1 : rng.Between(1, TimesMax);
            for (var i = 0; i < times; i++) faults.Add(new PlannedFault(kind, now + QuietAtFirst + (long)(rng.Fraction() * (settings.FaultTicks - QuietAtFirst))));
        }

        return new Queue<PlannedFault>(faults.OrderBy(static fault => fault.At).ThenBy(static fault => fault.Kind));
    }
}
