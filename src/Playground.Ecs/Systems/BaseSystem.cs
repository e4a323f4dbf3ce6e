namespace Playground.Ecs.Systems;

/// <summary>A system of which a class overrides the calls that it needs; the others do nothing.</summary>
/// <typeparam name="TWorld">The world's type.</typeparam>
/// <typeparam name="T">What each call is told, such as the seconds since the last frame.</typeparam>
public abstract class BaseSystem<TWorld, T> : ISystem<T>
{
    /// <summary>Makes a system of <paramref name="world"/>.</summary>
    protected BaseSystem(TWorld world) => World = world;

    /// <summary>The world that the system works on.</summary>
    public TWorld World { get; }

    /// <inheritdoc/>
    public virtual void Initialize()
    {
    }

    /// <inheritdoc/>
    public virtual void BeforeUpdate(in T t)
    {
    }

    /// <inheritdoc/>
    public virtual void Update(in T t)
    {
    }

    /// <inheritdoc/>
    public virtual void AfterUpdate(in T t)
    {
    }

    /// <summary>Releases what the system holds; called by its group, on the loop's thread.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
