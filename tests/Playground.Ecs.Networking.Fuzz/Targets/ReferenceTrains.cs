using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Fuzz.Targets;

/// <summary>A plain reading of PROTOCOL.md, section 4, to judge the assembler by.</summary>
internal sealed class ReferenceTrains(int packetBytesMax)
{
    private readonly Dictionary<(Priority Lane, bool IsReliable), (ChannelId Channel, ushort Type, List<byte> Bytes)> _partials = [];

    public long PendingBytes => _partials.Values.Sum(x => (long)x.Bytes.Count);

    public (TrainStatus Status, byte[] Whole) Add(PacketHeader header, ReadOnlySpan<byte> payload)
    {
        var slot = (header.Priority, header.IsReliable);
        var isContinued = _partials.TryGetValue(slot, out var partial);
        if (!isContinued)
        {
            if (!header.HasMoreFragments) return (payload.Length > packetBytesMax ? TrainStatus.TooLarge : TrainStatus.Single, []);
            partial = (header.Channel, header.Type, []);
        }

        if (partial.Channel != header.Channel || partial.Type != header.Type) return (TrainStatus.Malformed, []);
        if (partial.Bytes.Count + payload.Length > packetBytesMax) return (TrainStatus.TooLarge, []);
        if (PendingBytes + payload.Length > 2L * packetBytesMax) return (TrainStatus.TooLarge, []);
        partial.Bytes.AddRange(payload);
        _partials[slot] = partial;
        if (header.HasMoreFragments) return (TrainStatus.Partial, []);
        _partials.Remove(slot);
        return (TrainStatus.Complete, [.. partial.Bytes]);
    }

    public void DiscardUnreliable()
    {
        foreach (var slot in _partials.Keys.Where(x => !x.IsReliable).ToList()) _partials.Remove(slot);
    }
}
