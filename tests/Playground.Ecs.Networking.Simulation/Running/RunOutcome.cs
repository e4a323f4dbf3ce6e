namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>How one run ended.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Clients">How many clients it had.</param>
/// <param name="Counts">What happened in it.</param>
/// <param name="Digest">What went over its links, as one number: the same seed gives the same one, on every machine.</param>
/// <param name="Failure">What may not happen and did; null: nothing.</param>
internal sealed record RunOutcome(ulong Seed, int Clients, RunCounts Counts, ulong Digest, string? Failure)
{
    /// <summary>How many kinds of fault have to happen in each run.</summary>
    public const int FaultKindsMin = 3;

    /// <summary>What is missing in the run that every run has to have; null: nothing.</summary>
    public string? Shortfall =>
        Clients is < 2 or > 8 ? $"{Clients} clients"
        : Counts.Ticks < 30 * TimeSpan.TicksPerSecond ? $"{TimeSpan.FromTicks(Counts.Ticks)} of virtual time"
        : Counts.ReliableToServer == 0 || Counts.ReliableToClients == 0 ? "nothing reliable in one direction"
        : Counts.Faults.DifferentKinds < FaultKindsMin ? $"{Counts.Faults.DifferentKinds} kinds of fault"
        : null;

    /// <summary>The command that runs a seed again and says what happens in it.</summary>
    public static string ReplayCommand(ulong seed) =>
        $"dotnet run --project tests/Playground.Ecs.Networking.Simulation -c Release -- --seed {seed}";

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="log">Told what happens; null: nobody is.</param>
    public static RunOutcome Of(ulong seed, Action<string>? log = null)
    {
        var settings = RunSettings.Of(seed);
        var run = new SimulatedRun(settings, log);
        string? failed = null;
        try
        {
            run.Run();
        }
#pragma warning disable CA1031 // Whatever ends a run is its outcome.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            failed = failure is Checks.SimulationFailedException ? failure.Message : failure.ToString();
        }

        return new RunOutcome(seed, settings.Clients, run.Counts, run.Digest, failed);
    }

    /// <summary>The failure, with its seed and the command that replays it.</summary>
    public override string ToString() => Failure is null ? $"Seed {Seed} passed." : $"Seed {Seed} failed: {Failure}{Environment.NewLine}  {ReplayCommand(Seed)}";
}
