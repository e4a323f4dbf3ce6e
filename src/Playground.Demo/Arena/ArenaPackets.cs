using MessagePack;

namespace Playground.Demo.Arena;

/// <summary>The packet types of the arena channel; ARENA.md beside the project says what is in them.</summary>
internal static class ArenaPackets
{
    /// <summary>Server: all bodies of one frame.</summary>
    public const ushort Snapshot = 1;

    /// <summary>Server: the answer to <see cref="Join"/>.</summary>
    public const ushort You = 2;

    /// <summary>Client: an <see cref="ArenaInput"/>.</summary>
    public const ushort Input = 3;

    /// <summary>Client: asks which body is its own; no payload.</summary>
    public const ushort Join = 4;

    /// <summary>Server: an array of <see cref="ArenaName"/>, reliable.</summary>
    public const ushort Names = 5;

    /// <summary>Client: what it wants to be called, in UTF-8; see <see cref="PlayerName"/>.</summary>
    public const ushort Name = 6;
}

/// <summary>Where a player wants to go.</summary>
[MessagePackObject]
public struct ArenaInput
{
    /// <summary>Right is positive. The vector is shortened to 1 when it is longer.</summary>
    [Key(0)]
    public float MoveX;

    /// <summary>Down is positive.</summary>
    [Key(1)]
    public float MoveY;

    /// <summary>Counts up from 1 and wraps; an input that is not newer than the one obeyed last is ignored.</summary>
    [Key(2)]
    public uint Sequence;
}

/// <summary>What a player is told about itself.</summary>
[MessagePackObject]
public struct ArenaIdentity
{
    /// <summary>The number of the player's body in the snapshots.</summary>
    [Key(0)]
    public ushort Body;

    /// <summary>The arena's width in units.</summary>
    [Key(1)]
    public float Width;

    /// <summary>The arena's height in units.</summary>
    [Key(2)]
    public float Height;
}

/// <summary>What the player of a body is called.</summary>
[MessagePackObject]
public struct ArenaName
{
    /// <summary>The body's number in the snapshots.</summary>
    [Key(0)]
    public ushort Body;

    /// <summary>The player's name; its peer id while it has given none.</summary>
    [Key(1)]
    public string Name;

    /// <summary>The player's peer id, which the chat's lines carry.</summary>
    [Key(2)]
    public string Peer;
}
