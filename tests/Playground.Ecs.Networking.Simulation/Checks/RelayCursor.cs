using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Traffic;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>
/// What one client gets of the others' reliable relayed packets: in each of their lanes everything from the first one on that it
/// got in its session, but for what their own sessions lost.
/// </summary>
internal sealed class RelayCursor(int receiver, ushort channel, Ledger ledger)
{
    private readonly Dictionary<(int Client, Priority Lane), int> _next = [];
    private readonly List<ReliableSend> _skipped = [];

    /// <summary>The session is a new one: what comes first is not known.</summary>
    public void Restart() => _next.Clear();

    /// <summary>A packet came.</summary>
    public void Take(in Label label)
    {
        var sends = ledger.Of(label.Origin, channel, label.Lane).Sends;
        var key = ((int)label.Origin, label.Lane);
        var index = _next.TryGetValue(key, out var next) ? next : FirstIndex(sends, label.Order);
        for (; index < sends.Count && sends[index].Order != label.Order; index++) _skipped.Add(sends[index]);
        if (index == sends.Count) throw new SimulationFailedException($"client {receiver} got this twice, or though its call failed: {label}");
        _next[key] = index + 1;
    }

    /// <summary>After everything has come to rest: what was left out had failed for its sender.</summary>
    public void Check()
    {
        var missed = _skipped.Find(static send => send.Result is { IsOk: true });
        if (missed is not null) throw new SimulationFailedException($"client {receiver} missed a relayed packet, #{missed.Order} of its sender");
    }

    private static int FirstIndex(IReadOnlyList<ReliableSend> sends, uint order)
    {
        var index = 0;
        while (index < sends.Count && sends[index].Order != order) index++;
        return index;
    }
}
