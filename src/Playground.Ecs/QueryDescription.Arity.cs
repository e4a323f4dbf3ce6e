using System.Diagnostics.CodeAnalysis;

namespace Playground.Ecs;

/// <content>The conditions on two to four components.</content>
public partial struct QueryDescription
{
    /// <inheritdoc cref="WithAll{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithAll<T0, T1>() => ref SetAll(ComponentSet<T0, T1>.Signature);

    /// <inheritdoc cref="WithAll{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithAll<T0, T1, T2>() => ref SetAll(ComponentSet<T0, T1, T2>.Signature);

    /// <inheritdoc cref="WithAll{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithAll<T0, T1, T2, T3>() => ref SetAll(ComponentSet<T0, T1, T2, T3>.Signature);

    /// <inheritdoc cref="WithAny{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithAny<T0, T1>() => ref SetAny(ComponentSet<T0, T1>.Signature);

    /// <inheritdoc cref="WithAny{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithAny<T0, T1, T2>() => ref SetAny(ComponentSet<T0, T1, T2>.Signature);

    /// <inheritdoc cref="WithAny{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithAny<T0, T1, T2, T3>() => ref SetAny(ComponentSet<T0, T1, T2, T3>.Signature);

    /// <inheritdoc cref="WithNone{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithNone<T0, T1>() => ref SetNone(ComponentSet<T0, T1>.Signature);

    /// <inheritdoc cref="WithNone{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithNone<T0, T1, T2>() => ref SetNone(ComponentSet<T0, T1, T2>.Signature);

    /// <inheritdoc cref="WithNone{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithNone<T0, T1, T2, T3>() => ref SetNone(ComponentSet<T0, T1, T2, T3>.Signature);

    /// <inheritdoc cref="WithExclusive{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithExclusive<T0, T1>() => ref SetExclusive(ComponentSet<T0, T1>.Signature);

    /// <inheritdoc cref="WithExclusive{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithExclusive<T0, T1, T2>() => ref SetExclusive(ComponentSet<T0, T1, T2>.Signature);

    /// <inheritdoc cref="WithExclusive{T0}"/>
    [UnscopedRef]
    public ref QueryDescription WithExclusive<T0, T1, T2, T3>() => ref SetExclusive(ComponentSet<T0, T1, T2, T3>.Signature);
}
