namespace Playground.Demo.Arena;

/// <summary>Where a body is, in units from the arena's upper left corner.</summary>
internal struct Position
{
    public float X;
    public float Y;
}

/// <summary>Units per second.</summary>
internal struct Velocity
{
    public float X;
    public float Y;
}

/// <summary>A thing that everybody sees.</summary>
internal struct Body
{
    /// <summary>Its number on the wire, unique among the living.</summary>
    public ushort Number;

    public BodyKind Kind;

    /// <summary>Its colour: an angle on the colour wheel, 256 to the turn.</summary>
    public byte Hue;
}

/// <summary>Who moves a body.</summary>
internal enum BodyKind : byte
{
    Bot = 0,
    Player = 1,
}

/// <summary>A bot's dice and the seconds until it throws them next.</summary>
internal struct Wander
{
    public uint Dice;
    public float SecondsLeft;
}

/// <summary>What a player's body obeys.</summary>
internal struct Pilot
{
    /// <summary>The entity of the connection that the body belongs to.</summary>
    public Entity Connection;

    /// <summary>The wanted direction, at most 1 long.</summary>
    public float MoveX;
    public float MoveY;

    /// <summary>The number of the last input obeyed.</summary>
    public uint Sequence;
}

/// <summary>What a player is called.</summary>
internal struct Nameplate
{
    /// <summary>The peer's id until the player says something better.</summary>
    public string Name;

    /// <summary>The peer that the body belongs to.</summary>
    public string PeerId;

    /// <summary>Others are told.</summary>
    public bool IsListed;
}

/// <summary>On a connection: the body that it moves.</summary>
internal struct Avatar
{
    public Entity Body;
}
