using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>The trains that one direction has begun and not completed, by lane.</summary>
internal sealed class PartialTrains
{
    private readonly int[] _bytes = new int[4];

    /// <summary>Payload bytes of all of them that were written.</summary>
    public int Bytes { get; private set; }

    /// <summary>The same while the last packet is being put to them, which may complete one.</summary>
    public int BytesWithLast { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count => _bytes.Count(static bytes => bytes > 0);

    /// <summary>For messages about it.</summary>
    public override string ToString() => string.Join('+', _bytes);

    /// <summary>The direction continues with a packet.</summary>
    public void Take(in PacketHeader header, int length)
    {
        ref var bytes = ref _bytes[(int)header.Priority];
        var before = bytes;
        bytes = header.HasMoreFragments ? before + length : 0;
        BytesWithLast = before == 0 && !header.HasMoreFragments ? Bytes : Bytes + length;
        Bytes += bytes - before;
    }
}
