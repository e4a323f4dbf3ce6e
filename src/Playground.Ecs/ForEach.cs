namespace Playground.Ecs;

/// <summary>Called with the components of one entity, to read or write in place.</summary>
public delegate void ForEach<T0>(ref T0 t0Component);

/// <inheritdoc cref="ForEach{T0}"/>
public delegate void ForEach<T0, T1>(ref T0 t0Component, ref T1 t1Component);

/// <inheritdoc cref="ForEach{T0}"/>
public delegate void ForEach<T0, T1, T2>(ref T0 t0Component, ref T1 t1Component, ref T2 t2Component);

/// <inheritdoc cref="ForEach{T0}"/>
public delegate void ForEach<T0, T1, T2, T3>(ref T0 t0Component, ref T1 t1Component, ref T2 t2Component, ref T3 t3Component);

/// <summary>Called with one entity and its components, to read or write in place.</summary>
public delegate void ForEachWithEntity<T0>(Entity entity, ref T0 t0Component);

/// <inheritdoc cref="ForEachWithEntity{T0}"/>
public delegate void ForEachWithEntity<T0, T1>(Entity entity, ref T0 t0Component, ref T1 t1Component);

/// <inheritdoc cref="ForEachWithEntity{T0}"/>
public delegate void ForEachWithEntity<T0, T1, T2>(Entity entity, ref T0 t0Component, ref T1 t1Component, ref T2 t2Component);

/// <inheritdoc cref="ForEachWithEntity{T0}"/>
public delegate void ForEachWithEntity<T0, T1, T2, T3>(
    Entity entity, ref T0 t0Component, ref T1 t1Component, ref T2 t2Component, ref T3 t3Component);
