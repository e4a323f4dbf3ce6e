using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>A channel named by its number or by its name, as Subscribe and Unsubscribe do.</summary>
public readonly record struct ChannelReference
{
    /// <summary>Names the channel by its number.</summary>
    public ChannelReference(ChannelId id) => Id = id;

    /// <summary>Names the channel by its name, which is not checked here.</summary>
    public ChannelReference(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
    }

    /// <summary>The number; 0 when there is a name.</summary>
    public ChannelId Id { get; }

    /// <summary>The name, or null when the number counts.</summary>
    public string? Name { get; }

    /// <summary>Names the channel by its number.</summary>
    public static implicit operator ChannelReference(ChannelId id) => new(id);

    /// <summary>Names the channel by its name.</summary>
    public static implicit operator ChannelReference(string name) => new(name);

    /// <summary>The named form of the conversion from a number.</summary>
    public static ChannelReference FromChannelId(ChannelId id) => new(id);

    /// <summary>The named form of the conversion from a name.</summary>
    public static ChannelReference FromString(string name) => new(name);

    /// <summary>The name or the number, for logs.</summary>
    public override string ToString() => Name ?? Id.ToString();

    internal static ChannelReference Read(ref FieldReader fields) =>
        fields.NextIs(MessagePackType.String) ? new ChannelReference(fields.ReadString()) : new ChannelReference(fields.ReadChannel());

    internal void Write(ref MessagePackWriter fields)
    {
        if (Name is null) fields.Write(Id.Value);
        else fields.Write(Name);
    }
}
