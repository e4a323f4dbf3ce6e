namespace Playground.Ecs;

/// <content>Queries that call a struct for each entity, which the compiler inlines.</content>
public sealed partial class World
{
    /// <summary>
    /// Calls <paramref name="iForEach"/> for each entity that matches, with the rules of
    /// <see cref="Query{T0}(in QueryDescription, ForEach{T0})"/>; what it keeps in its fields is there afterwards.
    /// </summary>
    public void InlineQuery<T, T0>(in QueryDescription description, ref T iForEach)
        where T : struct, IForEach<T0>
    {
        foreach (ref var chunk in Query(description))
        {
            var c0 = chunk.GetSpan<T0>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                iForEach.Update(ref c0[row]);
            }
        }
    }

    /// <inheritdoc cref="InlineQuery{T, T0}(in QueryDescription, ref T)"/>
    public void InlineQuery<T, T0, T1>(in QueryDescription description, ref T iForEach)
        where T : struct, IForEach<T0, T1>
    {
        foreach (ref var chunk in Query(description))
        {
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                iForEach.Update(ref c0[row], ref c1[row]);
            }
        }
    }

    /// <inheritdoc cref="InlineQuery{T, T0}(in QueryDescription, ref T)"/>
    public void InlineQuery<T, T0, T1, T2>(in QueryDescription description, ref T iForEach)
        where T : struct, IForEach<T0, T1, T2>
    {
        foreach (ref var chunk in Query(description))
        {
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            var c2 = chunk.GetSpan<T2>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                iForEach.Update(ref c0[row], ref c1[row], ref c2[row]);
            }
        }
    }

    /// <inheritdoc cref="InlineQuery{T, T0}(in QueryDescription, ref T)"/>
    public void InlineQuery<T, T0, T1, T2, T3>(in QueryDescription description, ref T iForEach)
        where T : struct, IForEach<T0, T1, T2, T3>
    {
        foreach (ref var chunk in Query(description))
        {
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            var c2 = chunk.GetSpan<T2>();
            var c3 = chunk.GetSpan<T3>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                iForEach.Update(ref c0[row], ref c1[row], ref c2[row], ref c3[row]);
            }
        }
    }

    /// <inheritdoc cref="InlineQuery{T, T0}(in QueryDescription, ref T)"/>
    public void InlineEntityQuery<T, T0>(in QueryDescription description, ref T iForEach)
        where T : struct, IForEachWithEntity<T0>
    {
        foreach (ref var chunk in Query(description))
        {
            var entities = chunk.Entities;
            var c0 = chunk.GetSpan<T0>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                iForEach.Update(entities[row], ref c0[row]);
            }
        }
    }

    /// <inheritdoc cref="InlineQuery{T, T0}(in QueryDescription, ref T)"/>
    public void InlineEntityQuery<T, T0, T1>(in QueryDescription description, ref T iForEach)
        where T : struct, IForEachWithEntity<T0, T1>
    {
        foreach (ref var chunk in Query(description))
        {
            var entities = chunk.Entities;
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                iForEach.Update(entities[row], ref c0[row], ref c1[row]);
            }
        }
    }

    /// <inheritdoc cref="InlineQuery{T, T0}(in QueryDescription, ref T)"/>
    public void InlineEntityQuery<T, T0, T1, T2>(in QueryDescription description, ref T iForEach)
        where T : struct, IForEachWithEntity<T0, T1, T2>
    {
        foreach (ref var chunk in Query(description))
        {
            var entities = chunk.Entities;
            var c0 = chunk.GetSpan<T0>();
            var c1 = chunk.GetSpan<T1>();
            var c2 = chunk.GetSpan<T2>();
            for (var row = c0.Length - 1; row >= 0; row--)
            {
                WatchRow(row);
                iForEach.Update(entities[row], ref c0[row], ref c1[row], ref c2[row]);
            }
        }
    }

    /// <inheritdoc cref="InlineQuery{T, T0}(in QueryDescription, ref T)"/>
    public void InlineEntityQuery<T, T0, T1, T2, T3>(in QueryDescription description, ref T iForEach)
        where T : struct, IForEachWithEntity<T0, T1, T2, T3>
    {
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
                iForEach.Update(entities[row], ref c0[row], ref c1[row], ref c2[row], ref c3[row]);
            }
        }
    }
}
