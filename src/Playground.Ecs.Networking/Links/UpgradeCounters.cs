using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Links;

/// <summary>Connections that were refused before they became links, by what for. Any thread.</summary>
internal sealed class UpgradeCounters
{
    private readonly long[] _refused = new long[Enum.GetValues<RefusedUpgrade>().Length];

    public void Count(RefusedUpgrade kind) => Interlocked.Increment(ref _refused[(int)kind]);

    public long Read(RefusedUpgrade kind) => Volatile.Read(ref _refused[(int)kind]);
}
