using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>One line of the answer to ListChannels.</summary>
/// <param name="Channel">The channel's number.</param>
/// <param name="Name">The channel's name.</param>
/// <param name="IsSystem">Whether it belongs to a system rather than a plugin.</param>
public readonly record struct ChannelListing(ChannelId Channel, string Name, bool IsSystem)
{
    internal const int FieldCount = 3;

    // The array's head, a number, a name's head and a truth value.
    internal const int MinBytes = 4;

    internal static ChannelListing Read(ref FieldReader fields)
    {
        var extra = fields.ReadArrayHeader() - FieldCount;
        if (extra < 0) fields.Fail();
        var listing = new ChannelListing(fields.ReadChannel(), fields.ReadString(), fields.ReadBoolean());
        fields.SkipValues(extra);
        return listing;
    }

    internal void Write(ref MessagePackWriter fields)
    {
        fields.WriteArrayHeader(FieldCount);
        fields.Write(Channel.Value);
        fields.Write(Name);
        fields.Write(IsSystem);
    }
}
