using Playground.Ecs.Networking.Links;

namespace Playground.Ecs.Networking.Sending;

/// <summary>Whole packets of a lane, back to back in a buffer of which it has one reference.</summary>
internal struct LaneSegment
{
    public SharedBuffer Buffer;

    /// <summary>Where the packets that wait begin.</summary>
    public int Head;

    /// <summary>Where they end.</summary>
    public int Tail;

    public readonly int Bytes => Tail - Head;
}
