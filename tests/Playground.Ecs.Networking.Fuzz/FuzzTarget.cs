using Playground.Ecs.Networking.Fuzz.Seeds;
using Playground.Ecs.Networking.Fuzz.Targets;

namespace Playground.Ecs.Networking.Fuzz;

/// <summary>One piece of the code that meets a peer's bytes, with the invariants that hold for all of them.</summary>
/// <param name="Name">What the command line and the corpus' folder call it.</param>
/// <param name="Run">Takes one input; throws when an invariant is broken.</param>
/// <param name="Seeds">The inputs that fuzzing starts from.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Run, Func<IEnumerable<byte[]>> Seeds)
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("packets", PacketTarget.Run, PacketSeeds.All),
        new("frames", FrameTarget.Run, FrameSeeds.All),
        new("upgrade", UpgradeTarget.Run, UpgradeSeeds.All),
        new("messages", MessageTarget.Run, MessageSeeds.All),
    ];

    public static FuzzTarget Named(string name) => All.Single(x => x.Name == name);

    /// <summary>Parts an input's first byte from the rest. None is 0: afl-fuzz wants to see that something runs, whatever it sends first.</summary>
    public static (byte First, byte[] Others) Cut(byte[] input) => input.Length == 0 ? ((byte)0, []) : (input[0], input[1..]);

    public override string ToString() => Name;
}
