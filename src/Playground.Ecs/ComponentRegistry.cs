namespace Playground.Ecs;

/// <summary>
/// Numbers the component types of the process, from 1. Worlds on different threads share it, so registration locks;
/// the table of operations is replaced, never changed, so readers need no lock.
/// </summary>
internal static class ComponentRegistry
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<Type, ComponentType> TypesByClrType = [];
    private static volatile ColumnOps?[] _ops = [null];

    public static ComponentType Register<T>() => Register(typeof(T), () => new ColumnOps<T>());

    public static ComponentType Register(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Register(type, () => (ColumnOps)Activator.CreateInstance(typeof(ColumnOps<>).MakeGenericType(type))!);
    }

    public static ColumnOps OpsOf(int id)
    {
        var ops = _ops;
        if ((uint)id < (uint)ops.Length && ops[id] is { } found)
            return found;
        throw new InvalidOperationException("A default ComponentType names no component; convert one from a Type.");
    }

    private static ComponentType Register(Type type, Func<ColumnOps> makeOps)
    {
        lock (Gate)
        {
            if (TypesByClrType.TryGetValue(type, out var known))
                return known;
            var registered = new ComponentType(_ops.Length);
            _ops = [.. _ops, makeOps()];
            TypesByClrType.Add(type, registered);
            return registered;
        }
    }
}
