using System.Diagnostics.CodeAnalysis;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>What a packet did to the trains of its link (PROTOCOL.md, section 4).</summary>
public enum TrainStatus
{
    /// <summary>No part of a train: deliver the packet's own payload.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "A single packet, as opposed to a train.")]
    Single = 0,

    /// <summary>Taken into an unfinished train: nothing to deliver yet.</summary>
    Partial,

    /// <summary>The last of a train: deliver the reassembled payload.</summary>
    Complete,

    /// <summary>Another channel or type in the middle of a train; the link is closed with 4501.</summary>
    Malformed,

    /// <summary>The payload, or all partial ones together, are over their limit; the link is closed with 1009.</summary>
    TooLarge,
}
