using System.Collections;

namespace Playground.Ecs.Systems;

/// <summary>
/// Systems that run in the order in which they were added; itself a system, so groups nest. A frame is three calls:
/// <see cref="BeforeUpdate"/> of all, <see cref="Update"/> of all, <see cref="AfterUpdate"/> of all.
/// </summary>
/// <typeparam name="T">What each call is told, such as the seconds since the last frame.</typeparam>
public class Group<T> : ISystem<T>, IEnumerable<ISystem<T>>
{
    private readonly List<ISystem<T>> _systems = [];

    /// <summary>Makes a group of <paramref name="systems"/>.</summary>
    public Group(string name, params ISystem<T>[] systems)
    {
        Name = name;
        Add(systems);
    }

    /// <summary>The group's name, for people to read.</summary>
    public string Name { get; }

    /// <summary>Adds systems at the end and returns this group.</summary>
    public Group<T> Add(params ISystem<T>[] systems)
    {
        ArgumentNullException.ThrowIfNull(systems);
        foreach (var system in systems)
            Add(system);
        return this;
    }

    /// <summary>Adds a system at the end and returns this group.</summary>
    public Group<T> Add(ISystem<T> system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _systems.Add(system);
        return this;
    }

    /// <summary>Makes a system, adds it at the end and returns this group.</summary>
    public Group<T> Add<TSystem>()
        where TSystem : ISystem<T>, new() => Add(new TSystem());

    /// <summary>The first system of the type, in this group or those inside it; default when there is none.</summary>
    public TSystem? Get<TSystem>()
        where TSystem : ISystem<T>
    {
        foreach (var system in Find<TSystem>())
            return system;
        return default;
    }

    /// <summary>All systems of the type, in this group and those inside it, in the order in which they run.</summary>
    public IEnumerable<TSystem> Find<TSystem>()
        where TSystem : ISystem<T>
    {
        foreach (var system in _systems)
        {
            if (system is TSystem found)
                yield return found;
            if (system is not Group<T> group)
                continue;
            foreach (var nested in group.Find<TSystem>())
                yield return nested;
        }
    }

    /// <inheritdoc/>
    public void Initialize()
    {
        // By index, here and below: a system may add others to its group.
        for (var i = 0; i < _systems.Count; i++)
            _systems[i].Initialize();
    }

    /// <inheritdoc/>
    public void BeforeUpdate(in T t)
    {
        for (var i = 0; i < _systems.Count; i++)
            _systems[i].BeforeUpdate(t);
    }

    /// <inheritdoc/>
    public void Update(in T t)
    {
        for (var i = 0; i < _systems.Count; i++)
            _systems[i].Update(t);
    }

    /// <inheritdoc/>
    public void AfterUpdate(in T t)
    {
        for (var i = 0; i < _systems.Count; i++)
            _systems[i].AfterUpdate(t);
    }

    /// <summary>Disposes the systems in the order in which they run.</summary>
    public void Dispose()
    {
        foreach (var system in _systems)
            system.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Enumerates the systems of this group, not those inside nested ones.</summary>
    public IEnumerator<ISystem<T>> GetEnumerator() => _systems.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
