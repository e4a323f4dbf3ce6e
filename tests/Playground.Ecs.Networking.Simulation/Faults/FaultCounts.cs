namespace Playground.Ecs.Networking.Simulation.Faults;

/// <summary>How often each kind of fault happened.</summary>
internal sealed class FaultCounts
{
    private readonly int[] _counts = new int[Kinds.Length];

    /// <summary>All kinds.</summary>
    public static FaultKind[] Kinds { get; } = Enum.GetValues<FaultKind>();

    /// <summary>How often it happened.</summary>
    public int this[FaultKind kind] => _counts[(int)kind];

    /// <summary>How many kinds happened at all.</summary>
    public int DifferentKinds => _counts.Count(static count => count > 0);

    /// <summary>It happened.</summary>
    public void Count(FaultKind kind) => _counts[(int)kind]++;
}
