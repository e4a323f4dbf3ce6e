using System.Globalization;
using SharpFuzz;

namespace Playground.Ecs.Networking.Fuzz;

/// <summary>What the program can be asked for; each returns the process's exit code.</summary>
internal static class Commands
{
    private const int Failed = 1;
    private const int Misused = 2;

    /// <summary>Serves afl-fuzz one input after the other in this process, until it is stopped.</summary>
    public static int Run(string target)
    {
        var run = FuzzTarget.Named(target).Run;
        Fuzzer.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            run(input.ToArray());
        });
        return 0;
    }

    /// <summary>Runs inputs from files and says what each that fails broke.</summary>
    public static int Replay(string target, string[] files)
    {
        var run = FuzzTarget.Named(target).Run;
        var result = 0;
        foreach (var file in files)
        {
            Console.WriteLine(file);
            try
            {
                run(File.ReadAllBytes(file));
            }
            catch (Exception failure)
            {
                result = Failed;
                Console.WriteLine(failure);
            }
        }

        return result;
    }

    /// <summary>Writes the inputs that fuzzing starts from, a folder for each target.</summary>
    public static int WriteSeeds(string folder)
    {
        foreach (var target in FuzzTarget.All)
        {
            var path = Directory.CreateDirectory(Path.Combine(folder, target.Name)).FullName;
            foreach (var (number, seed) in target.Seeds().Index())
            {
                File.WriteAllBytes(Path.Combine(path, number.ToString("seed000", CultureInfo.InvariantCulture)), seed);
            }
        }

        return 0;
    }

    /// <summary>Instruments assemblies in place. All in one process, so that no two of them share the numbers of their branches.</summary>
    public static int Instrument(string[] assemblies)
    {
        foreach (var assembly in assemblies)
        {
            // Of MessagePack only what reads; the rest would be noise.
            var prefix = Path.GetFileName(assembly) == "MessagePack.dll" ? "MessagePack.MessagePackReader" : "Playground.";
            var types = Fuzzer.Instrument(assembly, type => type.StartsWith(prefix, StringComparison.Ordinal), Options.Value);
            Console.WriteLine($"{Path.GetFileName(assembly)}: {types.Count()} types");
        }

        return 0;
    }

    /// <summary>Says what there is.</summary>
    public static int Refuse()
    {
        Console.Error.WriteLine($"run TARGET | replay TARGET FILE... | seeds FOLDER | instrument ASSEMBLY...; targets: {string.Join(", ", FuzzTarget.All.Select(x => x.Name))}");
        return Misused;
    }
}
