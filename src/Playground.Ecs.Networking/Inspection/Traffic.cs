using System.Runtime.CompilerServices;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Inspection;

/// <summary>
/// Counts packets by channel and lane, and while somebody watches by type too, and one by one for whoever wants that. There is none where there is
/// no inspector. Loop thread only.
/// </summary>
/// <param name="frame">The number of the frame.</param>
/// <remarks>A packet is counted when it is sent to its receivers, once for each, whatever becomes of it: what is dropped has counts of its own.</remarks>
internal sealed class Traffic(Func<long> frame)
{
    public const ushort InspectorChannel = 102;

    private readonly ChannelTraffic[] _channels = new ChannelTraffic[ChannelRanges.AssignedEnd];

    private readonly LaneTraffic[] _lanes = new LaneTraffic[4];

    // By channel; null while nobody watches.
    private TypeTable?[]? _types;

    /// <summary>The packets since it was last emptied; null while nobody wants to see them.</summary>
    public PacketLog? Log { get; set; }

    /// <summary>Whether somebody watches: what is counted only then begins at 0 when it becomes true.</summary>
    public bool IsWatched
    {
        get => _types is not null;
        set
        {
            if (value != IsWatched) _types = value ? new TypeTable?[_channels.Length] : null;
        }
    }

    /// <summary>A whole packet arrived.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void In(string peer, in PacketHeader header, int payloadBytes)
    {
        var channel = header.Channel.Value;
        if (channel >= _channels.Length) return;
        var bytes = PacketWriter.SizeOfTrain(payloadBytes);
        ref var counts = ref _channels[channel];
        counts.PacketsIn++;
        counts.BytesIn += bytes;
        if (_types is not null) NoteIn(peer, header, payloadBytes, bytes);
    }

    /// <summary>A packet is sent.</summary>
    /// <param name="peer">Who gets it; empty: not one peer.</param>
    /// <param name="header">Its header; the length in it means nothing.</param>
    /// <param name="payloadBytes">The length of its payload.</param>
    /// <param name="receivers">How many get it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Out(string peer, in PacketHeader header, int payloadBytes, int receivers)
    {
        var bytes = PacketWriter.SizeOfTrain(payloadBytes) * (long)receivers;
        var channel = header.Channel.Value;

        // A request to a channel that cannot be is answered in its name.
        if (channel >= _channels.Length) return;
        ref var counts = ref _channels[channel];
        counts.PacketsOut += receivers;
        counts.BytesOut += bytes;
        ref var lane = ref _lanes[(int)header.Priority];
        lane.Packets += receivers;
        lane.Bytes += bytes;
        if (_types is not null) NoteOut(peer, header, payloadBytes, bytes, receivers);
    }

    /// <summary>What a channel's packets add up to since it was registered.</summary>
    public ref readonly ChannelTraffic Of(ChannelId channel) => ref _channels[channel.Value];

    /// <summary>What was sent in a lane since the start.</summary>
    public ref readonly LaneTraffic Of(Priority lane) => ref _lanes[(int)lane];

    /// <summary>A channel's packets by type; empty while nobody watches.</summary>
    public ArraySegment<TypeRow> TypesOf(ChannelId channel) => _types?[channel.Value]?.Rows ?? ArraySegment<TypeRow>.Empty;

    /// <summary>A channel is new under its number.</summary>
    public void Restart(ChannelId channel)
    {
        _channels[channel.Value] = default;
        if (_types is not null) _types[channel.Value] = null;
    }

    private void NoteIn(string peer, in PacketHeader header, int payloadBytes, int bytes)
    {
        ref var type = ref TypeOf(header);
        type.PacketsIn++;
        type.BytesIn += (ulong)bytes;
        if (Log is not null && header.Channel != InspectorChannel) Log.Add(new PacketRow((uint)frame(), false, peer, 0, header.WithPayloadLength(payloadBytes)));
    }

    private void NoteOut(string peer, in PacketHeader header, int payloadBytes, long bytes, int receivers)
    {
        ref var type = ref TypeOf(header);
        type.PacketsOut += (ulong)receivers;
        type.BytesOut += (ulong)bytes;
        if (Log is not null && header.Channel != InspectorChannel) Log.Add(new PacketRow((uint)frame(), true, peer, (uint)receivers, header.WithPayloadLength(payloadBytes)));
    }

    private ref TypeRow TypeOf(in PacketHeader header) => ref (_types![header.Channel.Value] ??= new TypeTable()).For(header.Type);
}

/// <summary>What went over a channel: packets, and their bytes with headers.</summary>
internal struct ChannelTraffic
{
    public long PacketsIn;
    public long PacketsOut;
    public long BytesIn;
    public long BytesOut;
}

/// <summary>What was sent in a lane: packets, and their bytes with headers.</summary>
internal struct LaneTraffic
{
    public long Packets;
    public long Bytes;
}
