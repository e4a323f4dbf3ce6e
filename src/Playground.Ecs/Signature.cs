namespace Playground.Ecs;

/// <summary>A set of component types, in no order that matters; what an entity is made of.</summary>
public readonly struct Signature : IEquatable<Signature>
{
    private readonly ComponentType[]? _components;
    private readonly int _hash;

    /// <summary>
    /// Makes the set from a copy of <paramref name="components"/>. A type named twice is an error when an entity is made of it.
    /// </summary>
    public Signature(params ComponentType[] components)
        : this(components.AsSpan().ToArray(), HashOf(components))
    {
    }

    private Signature(ComponentType[] components, int hash)
    {
        _components = components;
        _hash = hash;
    }

    /// <summary>How many component types are in the set.</summary>
    public int Count => _components is null ? 0 : _components.Length;

    /// <summary>The component types; the span stays valid.</summary>
    public ReadOnlySpan<ComponentType> Components => _components;

    /// <summary>Makes the set of the array's component types.</summary>
    public static implicit operator Signature(ComponentType[] components) => new(components);

    /// <summary>Whether both sets hold the same component types.</summary>
    public static bool operator ==(Signature left, Signature right) => left.Equals(right);

    /// <summary>Whether the sets differ.</summary>
    public static bool operator !=(Signature left, Signature right) => !left.Equals(right);

    /// <summary>Whether <paramref name="other"/> holds the same component types, in any order.</summary>
    public bool Equals(Signature other)
    {
        if (ReferenceEquals(_components, other._components))
            return true;
        if (_hash != other._hash || Count != other.Count)
            return false;
        foreach (var component in Components)
        {
            if (!other.Components.Contains(component))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Signature other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>Returns the component names for people to read.</summary>
    public override string ToString() => "{" + string.Join(", ", (_components ?? []).Select(component => component.ToString())) + "}";

    internal static int HashOf(ReadOnlySpan<ComponentType> components)
    {
        // A sum, because the order of the components must not matter.
        var hash = 0u;
        foreach (var component in components)
            hash += unchecked((uint)component.Id * 0x9E3779B9u) ^ ((uint)component.Id << 7);
        return unchecked((int)(hash ^ (hash >> 16)));
    }

    internal bool IsSameInstance(in Signature other) => ReferenceEquals(_components, other._components);

    internal bool Contains(ComponentType component) => Components.Contains(component);

    internal Signature With(ComponentType component) => new([.. Components, component]);

    internal Signature Without(ComponentType component)
    {
        var rest = new List<ComponentType>(Count);
        foreach (var present in Components)
        {
            if (present != component)
                rest.Add(present);
        }

        return new Signature([.. rest]);
    }
}
