namespace Playground.Ecs.Networking.Protocol;

/// <summary>The flag bits of a packet header; all other bits are zero, else the packet is malformed (PROTOCOL.md, section 3).</summary>
[Flags]
public enum PacketFlags : byte
{
    /// <summary>A plain packet: unreliable and whole.</summary>
    None = 0,

    /// <summary>The packet carries a sequence and is delivered exactly once and in order.</summary>
    Reliable = 1,

    /// <summary>A fragment that is not the last of its train (PROTOCOL.md, section 4).</summary>
    MoreFragments = 2,
}
