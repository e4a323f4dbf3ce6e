namespace Playground.Ecs.Networking.Benchmarks.Ecs;

internal struct Position
{
    public float X;
    public float Y;
}

internal struct Velocity
{
    public float X;
    public float Y;
}

internal struct Drag
{
    public float Factor;
    public float Limit;
}

/// <summary>What the add and remove benchmarks put on and take off.</summary>
internal struct Marked
{
    public int Frame;
}

/// <summary>The three components in one value, as a plain list of objects would hold them.</summary>
internal struct Body
{
    public Position Position;
    public Velocity Velocity;
    public Drag Drag;
}
