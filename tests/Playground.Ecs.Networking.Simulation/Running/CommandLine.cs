using System.Globalization;

namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>What the program is asked to do.</summary>
/// <param name="Seeds">How many seeds to run.</param>
/// <param name="First">The first of them.</param>
/// <param name="Seed">The one seed to run and to tell of; null: many, quietly.</param>
/// <param name="Threads">How many at once.</param>
/// <param name="FailuresMax">After so many failures no further run is begun.</param>
internal sealed record CommandLine(int Seeds, ulong First, ulong? Seed, int Threads, int FailuresMax)
{
    public const string Usage = "--seeds N (1000) [--first S (1)] [--threads N (one a core)] [--failures N (5)] | --seed S";

    /// <summary>Reads the arguments.</summary>
    /// <returns>Null when they are none of ours.</returns>
    public static CommandLine? Parse(string[] args)
    {
        var line = new CommandLine(1000, 1, null, Environment.ProcessorCount, 5);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            if (!ulong.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
            switch (args[i])
            {
                case "--seeds": line = line with { Seeds = (int)number }; break;
                case "--first": line = line with { First = number }; break;
                case "--seed": line = line with { Seed = number }; break;
                case "--threads": line = line with { Threads = (int)number }; break;
                case "--failures": line = line with { FailuresMax = (int)number }; break;
                default: return null;
            }
        }

        return args.Length % 2 == 0 ? line : null;
    }
}
