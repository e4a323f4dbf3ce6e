namespace Playground.Ecs;

/// <summary>Numbers the sets of components that are spelled out in code, so that a world finds their archetypes by index.</summary>
internal static class ComponentSets
{
    private static int _lastId = -1;

    public static int NextId() => Interlocked.Increment(ref _lastId);
}

internal static class ComponentSet<T0>
{
    public static readonly int Id = ComponentSets.NextId();
    public static readonly Signature Signature = new(Component<T0>.ComponentType);
}

internal static class ComponentSet<T0, T1>
{
    public static readonly int Id = ComponentSets.NextId();
    public static readonly RowOps Rows = new RowOps<T0, T1>();
    public static readonly Signature Signature = new(Component<T0>.ComponentType, Component<T1>.ComponentType);
}

internal static class ComponentSet<T0, T1, T2>
{
    public static readonly int Id = ComponentSets.NextId();
    public static readonly RowOps Rows = new RowOps<T0, T1, T2>();
    public static readonly Signature Signature = new(Component<T0>.ComponentType, Component<T1>.ComponentType, Component<T2>.ComponentType);
}

internal static class ComponentSet<T0, T1, T2, T3>
{
    public static readonly int Id = ComponentSets.NextId();
    public static readonly RowOps Rows = new RowOps<T0, T1, T2, T3>();
    public static readonly Signature Signature = new(
        Component<T0>.ComponentType, Component<T1>.ComponentType, Component<T2>.ComponentType,
        Component<T3>.ComponentType);
}

internal static class ComponentSet<T0, T1, T2, T3, T4>
{
    public static readonly int Id = ComponentSets.NextId();
    public static readonly Signature Signature = new(
        Component<T0>.ComponentType, Component<T1>.ComponentType, Component<T2>.ComponentType,
        Component<T3>.ComponentType, Component<T4>.ComponentType);
}

internal static class ComponentSet<T0, T1, T2, T3, T4, T5>
{
    public static readonly int Id = ComponentSets.NextId();
    public static readonly Signature Signature = new(
        Component<T0>.ComponentType, Component<T1>.ComponentType, Component<T2>.ComponentType,
        Component<T3>.ComponentType, Component<T4>.ComponentType, Component<T5>.ComponentType);
}

internal static class ComponentSet<T0, T1, T2, T3, T4, T5, T6>
{
    public static readonly int Id = ComponentSets.NextId();
    public static readonly Signature Signature = new(
        Component<T0>.ComponentType, Component<T1>.ComponentType, Component<T2>.ComponentType,
        Component<T3>.ComponentType, Component<T4>.ComponentType, Component<T5>.ComponentType,
        Component<T6>.ComponentType);
}

internal static class ComponentSet<T0, T1, T2, T3, T4, T5, T6, T7>
{
    public static readonly int Id = ComponentSets.NextId();
    public static readonly Signature Signature = new(
        Component<T0>.ComponentType, Component<T1>.ComponentType, Component<T2>.ComponentType,
        Component<T3>.ComponentType, Component<T4>.ComponentType, Component<T5>.ComponentType,
        Component<T6>.ComponentType, Component<T7>.ComponentType);
}
