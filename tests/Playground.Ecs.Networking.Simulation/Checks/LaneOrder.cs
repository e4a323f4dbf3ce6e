using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>Holds one side of one link to the order of lanes: within a frame never from a lower one back to a higher one.</summary>
internal sealed class LaneOrder
{
    private long _frame = -1;
    private Priority _lane;

    /// <summary>What comes next is as if in a frame of its own.</summary>
    public void Restart() => _frame = -1;

    /// <summary>A packet is part of a frame; below 0 it is not known of which.</summary>
    public void Take(long frame, in PacketHeader header, string who)
    {
        if (frame < 0) return;
        if (frame != _frame)
        {
            _frame = frame;
            _lane = Priority.Critical;
        }

        if (header.Priority < _lane) throw new SimulationFailedException($"{who}: a packet of lane {header.Priority} was sent behind one of lane {_lane} of the same frame: {header}");
        _lane = header.Priority;
    }
}
