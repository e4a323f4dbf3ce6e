namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>How one run ended.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Counts">What happened in it.</param>
/// <param name="Failure">What may not happen and did; null: nothing.</param>
internal sealed record RunOutcome(ulong Seed, RunCounts Counts, string? Failure)
{
    /// <summary>The command that runs a seed again and says what happens in it.</summary>
    public static string ReplayCommand(ulong seed) =>
        $"dotnet run --project tests/Playground.Ecs.Networking.Simulation -c Release -- --seed {seed}";

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="log">Told what happens; null: nobody is.</param>
    public static RunOutcome Of(ulong seed, Action<string>? log = null)
    {
        var run = new SimulatedRun(RunSettings.Of(seed), log);
        try
        {
            run.Run();
            return new RunOutcome(seed, run.Counts, null);
        }
#pragma warning disable CA1031 // Whatever ends a run is its outcome.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return new RunOutcome(seed, run.Counts, failure is Checks.SimulationFailedException ? failure.Message : failure.ToString());
        }
    }
}
