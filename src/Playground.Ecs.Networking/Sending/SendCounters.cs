using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sending;

/// <summary>What sending did, over all connections. Written by the loop thread.</summary>
internal sealed class SendCounters
{
    private readonly long[] _dropped = new long[4];

    public long Packets { get; set; }

    /// <summary>Reliable packets written again on a new link.</summary>
    public long Replayed { get; set; }

    /// <summary>Unreliable packets to sessions without a link, dropped.</summary>
    public long DroppedAway { get; set; }

    public long Dropped(Priority lane) => Volatile.Read(ref _dropped[(int)lane]);

    public long DroppedInAll => DroppedAway + Dropped(Priority.Critical) + Dropped(Priority.High) + Dropped(Priority.Normal) + Dropped(Priority.Low);

    public void CountDropped(Priority lane, int packets) => _dropped[(int)lane] += packets;
}
