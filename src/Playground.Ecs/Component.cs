namespace Playground.Ecs;

/// <summary>The registration of a component that is known when the code is compiled.</summary>
/// <typeparam name="T">The component: a struct or a class.</typeparam>
public static class Component<T>
{
    /// <summary>The registered type; reading it for the first time registers it, from any thread.</summary>
    public static readonly ComponentType ComponentType = ComponentRegistry.Register<T>();
}
