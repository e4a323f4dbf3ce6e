using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Inspection;

/// <summary>Writes a row for each channel, by id, the control channel first. Loop thread only.</summary>
internal sealed class ChannelRows(NetworkingOptions options, InspectorOptions inspector, ChannelRegistry channels, Traffic traffic)
{
    private readonly RowsWriter _writer = new(options.MaxPacketBytes);

    /// <summary>Writes the Channels message; valid until the next one.</summary>
    public ReadOnlySpan<byte> Write()
    {
        _writer.Begin();
        for (ushort id = 0; id < ChannelRanges.AssignedEnd && _writer.Count < inspector.ChannelRowsMax; id++)
        {
            if (channels.Find(id) is { } channel && !_writer.TryAdd(Row(channel))) break;
        }

        return _writer.Finish((uint)channels.All.Count + 1);
    }

    private ChannelRow Row(Channel channel)
    {
        ref readonly var counts = ref traffic.Of(channel.Id);
        return new ChannelRow(channel.Id.Value, channel.Name, channel.IsSystem || channel.Id == ChannelRanges.Control, channel.Owner?.PeerId)
        {
            Subscribers = (uint)channel.Subscribers.Count,
            PacketsIn = (ulong)counts.PacketsIn,
            PacketsOut = (ulong)counts.PacketsOut,
            BytesIn = (ulong)counts.BytesIn,
            BytesOut = (ulong)counts.BytesOut,
            Waiting = (uint)channel.Inbox.Count,
            InboxDropped = (ulong)channel.Inbox.Dropped,
            Types = traffic.TypesOf(channel.Id),
        };
    }
}
