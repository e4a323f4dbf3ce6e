using System.Buffers;
using MessagePack;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>The values that a <see cref="Reply"/> carries, to and from raw MessagePack.</summary>
internal static class ReplyValue
{
    public static ReadOnlyMemory<byte> FromChannel(ChannelId channel)
    {
        var buffer = new ArrayBufferWriter<byte>(4);
        var writer = new MessagePackWriter(buffer);
        writer.Write(channel.Value);
        writer.Flush();
        return buffer.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> FromChannels(ReadOnlySpan<ChannelListing> channels)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(channels.Length);
        foreach (var channel in channels) channel.Write(ref writer);
        writer.Flush();
        return buffer.WrittenMemory;
    }

    public static bool TryReadChannel(ReadOnlyMemory<byte> value, out ChannelId channel) =>
        MessageReader.TryReadValue(value, static (ref FieldReader fields) => fields.ReadChannel(), out channel);

    public static bool TryReadChannels(ReadOnlyMemory<byte> value, out ChannelListing[] channels)
    {
        if (MessageReader.TryReadValue(value, ReadChannels, out channels!)) return true;
        channels = [];
        return false;
    }

    private static ChannelListing[] ReadChannels(ref FieldReader fields)
    {
        var count = fields.ReadArrayHeader();
        if (count > fields.Left / ChannelListing.MinBytes) fields.Fail();
        if (fields.Failed) return [];
        var channels = new ChannelListing[count];
        for (var i = 0; i < count && !fields.Failed; i++) channels[i] = ChannelListing.Read(ref fields);
        return channels;
    }
}
