namespace Playground.Ecs;

/// <summary>
/// A handle to an entity of one world. The id is reused after a destroy, with a higher version, so an old handle
/// never matches the entity that took its id.
/// </summary>
#pragma warning disable CA1036 // Arch's entity has no <, so code that used it would not compile there.
public readonly struct Entity : IEquatable<Entity>, IComparable<Entity>
#pragma warning restore CA1036
{
    /// <summary>The handle that no entity ever has.</summary>
    public static readonly Entity Null = new(-1, 0, -1);

    /// <summary>The index of the entity in its world; negative in <see cref="Null"/> and in placeholders of a command buffer.</summary>
    public readonly int Id;

    /// <summary>The <see cref="World.Id"/> of the entity's world.</summary>
    public readonly int WorldId;

    /// <summary>Tells the entities apart that had the same <see cref="Id"/> one after another; never 0 in a live one.</summary>
    public readonly int Version;

    /// <summary>Makes a handle equal to <see cref="Null"/>; only a world makes handles to entities.</summary>
    public Entity()
        : this(-1, 0, -1)
    {
    }

    internal Entity(int id, int worldId, int version)
    {
        Id = id;
        WorldId = worldId;
        Version = version;
    }

    /// <summary>Whether both handles name the same entity.</summary>
    public static bool operator ==(Entity left, Entity right) => left.Equals(right);

    /// <summary>Whether the handles name different entities.</summary>
    public static bool operator !=(Entity left, Entity right) => !left.Equals(right);

    /// <summary>Whether <paramref name="other"/> names the same entity.</summary>
    public bool Equals(Entity other) => ((Id ^ other.Id) | (WorldId ^ other.WorldId) | (Version ^ other.Version)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Entity other && Equals(other);

    /// <summary>Orders by world, then id, then version.</summary>
    public int CompareTo(Entity other)
    {
        var byWorld = WorldId.CompareTo(other.WorldId);
        if (byWorld != 0)
            return byWorld;
        var byId = Id.CompareTo(other.Id);
        return byId != 0 ? byId : Version.CompareTo(other.Version);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, WorldId, Version);

    /// <summary>Returns the three numbers for people to read.</summary>
    public override string ToString() => $"Entity {{ Id = {Id}, WorldId = {WorldId}, Version = {Version} }}";
}
