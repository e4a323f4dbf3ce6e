namespace Playground.Ecs.Systems;

/// <summary>A part of the game loop. All calls come on the loop's thread, one after another.</summary>
/// <typeparam name="T">What each call is told, such as the seconds since the last frame.</typeparam>
public interface ISystem<T> : IDisposable
{
    /// <summary>Called once, before the first frame.</summary>
    void Initialize();

    /// <summary>Called each frame before any system's <see cref="Update"/>.</summary>
    void BeforeUpdate(in T t);

    /// <summary>Called each frame.</summary>
    void Update(in T t);

    /// <summary>Called each frame after every system's <see cref="Update"/>.</summary>
    void AfterUpdate(in T t);
}
