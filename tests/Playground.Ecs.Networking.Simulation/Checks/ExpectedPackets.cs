using Playground.Ecs.Networking.Simulation.Traffic;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>The application's reliable packets of one queue of one session, in the order in which they have to be delivered.</summary>
internal sealed class ExpectedPackets
{
    private readonly List<(long Number, Label Label)> _packets = [];
    private int _delivered;

    /// <summary>Packets delivered.</summary>
    public int Delivered => _delivered;

    /// <summary>A packet was given its number, the last one of its train.</summary>
    public void Add(long number, in Label label) => _packets.Add((number, label));

    /// <summary>The application got a packet.</summary>
    public void Deliver(string name, in Label label)
    {
        if (_delivered == _packets.Count) throw new SimulationFailedException($"{name}: {label} was delivered once too often, or before it was sent");
        var (number, expected) = _packets[_delivered++];
        if (label != expected) throw new SimulationFailedException($"{name}: {label} was delivered where packet {number} had to be, {expected}");
    }

    /// <summary>Everything up to a number has to be there.</summary>
    public void CheckDelivered(string name, long number)
    {
        if (_delivered == _packets.Count || _packets[_delivered].Number > number) return;
        throw new SimulationFailedException(
            $"{name}: packet {_packets[_delivered].Number}, {_packets[_delivered].Label}, was not delivered; {_packets.Count - _delivered} are missing");
    }
}
