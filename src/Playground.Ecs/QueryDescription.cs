using System.Diagnostics.CodeAnalysis;

namespace Playground.Ecs;

/// <summary>
/// Which entities a query is about, by their components. Keep it (in a static or a field) and pass it by <c>in</c>: a
/// world finds the query of a description that it has seen in a few nanoseconds. Each method replaces what an earlier
/// call of the same name said.
/// </summary>
public partial struct QueryDescription
{
    internal Signature All;
    internal Signature Any;
    internal Signature None;
    internal Signature Exclusive;

    private int _hash;

    /// <summary>Makes a description that every entity matches.</summary>
    public QueryDescription()
    {
    }

    internal readonly int Hash => _hash;

    /// <summary>Entities that have all of these components.</summary>
    [UnscopedRef]
    public ref QueryDescription WithAll<T0>() => ref SetAll(ComponentSet<T0>.Signature);

    /// <summary>Entities that have at least one of these components.</summary>
    [UnscopedRef]
    public ref QueryDescription WithAny<T0>() => ref SetAny(ComponentSet<T0>.Signature);

    /// <summary>Entities that have none of these components.</summary>
    [UnscopedRef]
    public ref QueryDescription WithNone<T0>() => ref SetNone(ComponentSet<T0>.Signature);

    /// <summary>
    /// Entities that have these components and no others. Stands alone: together with another condition the query
    /// throws <see cref="ArgumentException"/>.
    /// </summary>
    [UnscopedRef]
    public ref QueryDescription WithExclusive<T0>() => ref SetExclusive(ComponentSet<T0>.Signature);

    /// <summary>Compares by content; the instances are the same whenever the same generic methods were called.</summary>
    internal readonly bool IsSame(in QueryDescription other) => IsSameInstance(other)
        || (_hash == other._hash && All == other.All && Any == other.Any && None == other.None && Exclusive == other.Exclusive);

    internal readonly bool IsSameInstance(in QueryDescription other) => All.IsSameInstance(other.All)
        && None.IsSameInstance(other.None) && Any.IsSameInstance(other.Any) && Exclusive.IsSameInstance(other.Exclusive);

    internal readonly bool Matches(Archetype archetype)
    {
        if (Exclusive.Count > 0)
            return Exclusive == archetype.Signature;
        foreach (var component in All.Components)
        {
            if (!archetype.Has(component.Id))
                return false;
        }

        return (Any.Count == 0 || HasOneOf(archetype, Any)) && !HasOneOf(archetype, None);
    }

    internal readonly void Check()
    {
        if (Exclusive.Count > 0 && All.Count + Any.Count + None.Count > 0)
            throw new ArgumentException($"WithExclusive {Exclusive} stands alone; drop WithAll, WithAny and WithNone.");
    }

    private static bool HasOneOf(Archetype archetype, Signature components)
    {
        foreach (var component in components.Components)
        {
            if (archetype.Has(component.Id))
                return true;
        }

        return false;
    }

    [UnscopedRef]
    private ref QueryDescription SetAll(Signature components)
    {
        All = components;
        return ref Rehash();
    }

    [UnscopedRef]
    private ref QueryDescription SetAny(Signature components)
    {
        Any = components;
        return ref Rehash();
    }

    [UnscopedRef]
    private ref QueryDescription SetNone(Signature components)
    {
        None = components;
        return ref Rehash();
    }

    [UnscopedRef]
    private ref QueryDescription SetExclusive(Signature components)
    {
        Exclusive = components;
        return ref Rehash();
    }

    [UnscopedRef]
    private ref QueryDescription Rehash()
    {
        var hash = All.GetHashCode();
        hash = (hash * 31) + Any.GetHashCode();
        hash = (hash * 31) + None.GetHashCode();
        _hash = (hash * 31) + Exclusive.GetHashCode();
        return ref this;
    }
}
