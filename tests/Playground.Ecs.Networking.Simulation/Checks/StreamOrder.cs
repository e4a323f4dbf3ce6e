using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Traffic;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>
/// What one application gets from all others: packets of one sender and lane come in the order in which they were sent, none
/// twice; unreliable ones may be missing.
/// </summary>
internal sealed class StreamOrder(string receiver)
{
    private readonly Dictionary<(ushort Origin, ushort Life, Priority Lane, bool IsReliable, ushort Channel), uint> _last = [];

    /// <summary>Unreliable packets received.</summary>
    public long Unreliable { get; private set; }

    /// <summary>Reliable packets received.</summary>
    public long Reliable { get; private set; }

    /// <summary>Reads a payload that arrived, and holds it to what was sent.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="isReliable">Whether it came reliably.</param>
    /// <param name="lane">The lane it came in.</param>
    /// <param name="queue">Where it was waiting: what waits elsewhere is in another order.</param>
    public Label Take(ReadOnlySpan<byte> payload, bool isReliable, Priority lane, ushort queue)
    {
        if (!Label.TryRead(payload, out var label)) throw new SimulationFailedException($"{receiver} got {payload.Length} bytes that nobody sent: {label}");
        if (label.IsReliable != isReliable) throw new SimulationFailedException($"{receiver} got this with its reliability changed: {label}");
        var isLowered = label.Purpose == Purpose.Relay && label.Lane == Priority.Critical && lane == Priority.High;
        if (label.Lane != lane && !isLowered) throw new SimulationFailedException($"{receiver} got this in lane {lane}: {label}");
        var stream = (label.Origin, label.Life, label.Lane, isReliable, queue);
        if (_last.TryGetValue(stream, out var last) && label.Order <= last) throw new SimulationFailedException($"{receiver} got this behind #{last}: {label}");
        _last[stream] = label.Order;
        if (isReliable) Reliable++;
        else Unreliable++;
        return label;
    }
}
