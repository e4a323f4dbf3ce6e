using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>The trains that one direction has begun and not completed, by lane.</summary>
internal sealed class PartialTrains
{
    private readonly int[] _bytes = new int[4];
    private int _partial;
    private int _completed;

    /// <summary>Payload bytes of all of them that were written; the packet that completes one still counts.</summary>
    public int Bytes => _partial + _completed;

    /// <summary>The direction continues with a packet.</summary>
    public void Take(in PacketHeader header, int length)
    {
        ref var bytes = ref _bytes[(int)header.Priority];
        var before = bytes;
        bytes = header.HasMoreFragments ? before + length : 0;
        _partial += bytes - before;
        _completed = header.HasMoreFragments || before == 0 ? 0 : before + length;
    }
}
