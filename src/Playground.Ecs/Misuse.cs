using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Playground.Ecs;

/// <summary>The exceptions of wrong use, kept out of the hot methods so that those stay small.</summary>
internal static class Misuse
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static InvalidOperationException Dead(Entity entity, World world, int presentVersion)
    {
        var why = entity.WorldId != world.Id ? "it belongs to another world"
            : presentVersion == 0 ? "there never was such an entity"
            : $"it was destroyed (its id is at version {presentVersion} now)";
        return new InvalidOperationException($"{entity} is not alive in world {world.Id}: {why}.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static InvalidOperationException Missing(Entity entity, Type component, Archetype archetype) =>
        new($"{entity} has no component {component}; it has {archetype.Signature}.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static InvalidOperationException AlreadyThere(Entity entity, Type component) =>
        new($"{entity} already has a component {component}; use Set or AddOrGet.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static InvalidOperationException ColumnMissing(Type component, Archetype archetype) =>
        new($"The chunk has no component {component}; its entities have {archetype.Signature}.");

    // Those named Throw are nothing but a throw, and not marked against inlining: so the compiler sees that they do not return.
    [DoesNotReturn]
    public static void ThrowColumnMissing<T>(Archetype archetype) => throw ColumnMissing(typeof(T), archetype);

    [DoesNotReturn]
    public static void ThrowDisposed(int worldId) => throw Disposed(worldId);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void NamedTwice(ComponentType component) =>
        throw new ArgumentException($"The component {component.Type} is named twice; an entity has each component at most once.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ObjectDisposedException Disposed(int worldId) =>
        new(nameof(World), $"World {worldId} was destroyed and cannot be used any more.");
}
