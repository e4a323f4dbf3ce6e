namespace Playground.Ecs;

/// <summary>A component's type, registered once in the process: a small number to compare and look up by.</summary>
public readonly struct ComponentType : IEquatable<ComponentType>
{
    /// <summary>The number of the type, given in the order of first use; it may differ from run to run.</summary>
    public readonly int Id;

    internal ComponentType(int id) => Id = id;

    /// <summary>The .NET type. Throws <see cref="InvalidOperationException"/> on a default value.</summary>
    public Type Type => ComponentRegistry.OpsOf(Id).Type;

    /// <summary>Registers the type when it is new; may be called from any thread.</summary>
    public static implicit operator ComponentType(Type value) => ComponentRegistry.Register(value);

    /// <summary>Returns the .NET type.</summary>
    public static implicit operator Type(ComponentType value) => value.Type;

    /// <summary>Whether both are the same component type.</summary>
    public static bool operator ==(ComponentType left, ComponentType right) => left.Id == right.Id;

    /// <summary>Whether the component types differ.</summary>
    public static bool operator !=(ComponentType left, ComponentType right) => left.Id != right.Id;

    /// <summary>Whether <paramref name="other"/> is the same component type.</summary>
    public bool Equals(ComponentType other) => Id == other.Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ComponentType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Id;

    /// <summary>Returns the type's name for people to read.</summary>
    public override string ToString() => Id == 0 ? "none" : Type.Name;
}
