namespace Playground.Ecs;

/// <content>Queries that call a delegate for each entity.</content>
public sealed partial class World
{
    /// <summary>
    /// Calls the delegate for each entity that matches, newest first. It may destroy that entity; other changes to what
    /// entities that match are made of throw <see cref="InvalidOperationException"/> in debug builds. Throws it too when
    /// an entity that matches lacks a component.
    /// </summary>
    public void Query<T0>(in QueryDescription description, ForEach<T0> forEach)
    {
        ArgumentNullException.ThrowIfNull(forEach);
        foreach (ref var chunk in Query(description))
        {
            var c0 = chunk.GetSpan<T0>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                forEach(ref c0[row]);
            }
        }
    }

    /// <inheritdoc cref="Query{T0}(in QueryDescription, ForEach{T0})"/>
    public void Query<T0, T1>(in QueryDescription description, ForEach<T0, T1> forEach)
    {
        ArgumentNullException.ThrowIfNull(forEach);
        foreach (ref var chunk in Query(description))
        {
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                forEach(ref c0[row], ref c1[row]);
            }
        }
    }

    /// <inheritdoc cref="Query{T0}(in QueryDescription, ForEach{T0})"/>
    public void Query<T0, T1, T2>(in QueryDescription description, ForEach<T0, T1, T2> forEach)
    {
        ArgumentNullException.ThrowIfNull(forEach);
        foreach (ref var chunk in Query(description))
        {
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            var c2 = chunk.GetSpan<T2>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                forEach(ref c0[row], ref c1[row], ref c2[row]);
            }
        }
    }

    /// <inheritdoc cref="Query{T0}(in QueryDescription, ForEach{T0})"/>
    public void Query<T0, T1, T2, T3>(in QueryDescription description, ForEach<T0, T1, T2, T3> forEach)
    {
        ArgumentNullException.ThrowIfNull(forEach);
        foreach (ref var chunk in Query(description))
        {
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            var c2 = chunk.GetSpan<T2>();
            var c3 = chunk.GetSpan<T3>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                forEach(ref c0[row], ref c1[row], ref c2[row], ref c3[row]);
            }
        }
    }

    /// <inheritdoc cref="Query{T0}(in QueryDescription, ForEach{T0})"/>
    public void Query<T0>(in QueryDescription description, ForEachWithEntity<T0> forEach)
    {
        ArgumentNullException.ThrowIfNull(forEach);
        foreach (ref var chunk in Query(description))
        {
            var entities = chunk.Entities;
            var c0 = chunk.GetSpan<T0>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                forEach(entities[row], ref c0[row]);
            }
        }
    }

    /// <inheritdoc cref="Query{T0}(in QueryDescription, ForEach{T0})"/>
    public void Query<T0, T1>(in QueryDescription description, ForEachWithEntity<T0, T1> forEach)
    {
        ArgumentNullException.ThrowIfNull(forEach);
        foreach (ref var chunk in Query(description))
        {
            var entities = chunk.Entities;
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                forEach(entities[row], ref c0[row], ref c1[row]);
            }
        }
    }

    /// <inheritdoc cref="Query{T0}(in QueryDescription, ForEach{T0})"/>
    public void Query<T0, T1, T2>(in QueryDescription description, ForEachWithEntity<T0, T1, T2> forEach)
    {
        ArgumentNullException.ThrowIfNull(forEach);
        foreach (ref var chunk in Query(description))
        {
            var entities = chunk.Entities;
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            var c2 = chunk.GetSpan<T2>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                forEach(entities[row], ref c0[row], ref c1[row], ref c2[row]);
            }
        }
    }

    /// <inheritdoc cref="Query{T0}(in QueryDescription, ForEach{T0})"/>
    public void Query<T0, T1, T2, T3>(in QueryDescription description, ForEachWithEntity<T0, T1, T2, T3> forEach)
    {
        ArgumentNullException.ThrowIfNull(forEach);
        foreach (ref var chunk in Query(description))
        {
            var entities = chunk.Entities;
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            var c2 = chunk.GetSpan<T2>();
            var c3 = chunk.GetSpan<T3>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                forEach(entities[row], ref c0[row], ref c1[row], ref c2[row], ref c3[row]);
            }
        }
    }
}
