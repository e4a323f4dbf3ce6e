namespace Playground.Ecs.Networking.Protocol;

/// <summary>One packet of a train: its header and its part of the whole payload.</summary>
/// <param name="Header">The packet's header, complete but for the sequence.</param>
/// <param name="Offset">Where its part starts in the whole payload, in bytes.</param>
/// <param name="Length">The length of its part in bytes.</param>
public readonly record struct Fragment(PacketHeader Header, int Offset, int Length);
