namespace Playground.Ecs.Tests;

public struct Position
{
    public int X;
    public int Y;
}

public struct Velocity
{
    public int X;
    public int Y;
}

public struct Health
{
    public int Points;
}

/// <summary>A struct that holds a managed reference.</summary>
public struct Label
{
    public object? Text;
}

/// <summary>A component without fields.</summary>
public struct Frozen;

/// <summary>A component that is a class.</summary>
public sealed class Inventory
{
    public List<string> Items { get; } = [];
}

public struct C0 { public int Value; }

public struct C1 { public int Value; }

public struct C2 { public int Value; }

public struct C3 { public int Value; }

public struct C4 { public int Value; }

public struct C5 { public int Value; }

public struct C6 { public int Value; }

public struct C7 { public int Value; }
