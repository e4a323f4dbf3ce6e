namespace Playground.Ecs;

/// <summary>What an inline query does for each entity; a struct, so that the call is inlined.</summary>
public interface IForEach<T0>
{
    /// <summary>Called with the components of one entity, to read or write in place.</summary>
    void Update(ref T0 t0Component);
}

/// <inheritdoc cref="IForEach{T0}"/>
public interface IForEach<T0, T1>
{
    /// <summary>Called with the components of one entity, to read or write in place.</summary>
    void Update(ref T0 t0Component, ref T1 t1Component);
}

/// <inheritdoc cref="IForEach{T0}"/>
public interface IForEach<T0, T1, T2>
{
    /// <summary>Called with the components of one entity, to read or write in place.</summary>
    void Update(ref T0 t0Component, ref T1 t1Component, ref T2 t2Component);
}

/// <inheritdoc cref="IForEach{T0}"/>
public interface IForEach<T0, T1, T2, T3>
{
    /// <summary>Called with the components of one entity, to read or write in place.</summary>
    void Update(ref T0 t0Component, ref T1 t1Component, ref T2 t2Component, ref T3 t3Component);
}

/// <summary>What an inline query does for each entity, knowing which it is; a struct, so that the call is inlined.</summary>
public interface IForEachWithEntity<T0>
{
    /// <summary>Called with one entity and its components, to read or write in place.</summary>
    void Update(Entity entity, ref T0 t0Component);
}

/// <inheritdoc cref="IForEachWithEntity{T0}"/>
public interface IForEachWithEntity<T0, T1>
{
    /// <summary>Called with one entity and its components, to read or write in place.</summary>
    void Update(Entity entity, ref T0 t0Component, ref T1 t1Component);
}

/// <inheritdoc cref="IForEachWithEntity{T0}"/>
public interface IForEachWithEntity<T0, T1, T2>
{
    /// <summary>Called with one entity and its components, to read or write in place.</summary>
    void Update(Entity entity, ref T0 t0Component, ref T1 t1Component, ref T2 t2Component);
}

/// <inheritdoc cref="IForEachWithEntity{T0}"/>
public interface IForEachWithEntity<T0, T1, T2, T3>
{
    /// <summary>Called with one entity and its components, to read or write in place.</summary>
    void Update(Entity entity, ref T0 t0Component, ref T1 t1Component, ref T2 t2Component, ref T3 t3Component);
}
