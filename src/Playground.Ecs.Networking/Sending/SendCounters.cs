using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Sending;

/// <summary>What sending did, over all connections. Written by the loop thread.</summary>
internal sealed class SendCounters
{
    private readonly long[] _dropped = new long[4];

    public long Packets { get; set; }

    /// <summary>Sends handed over to the transport, each a link's.</summary>
    public long Sends { get; set; }

    /// <summary>Links that were left with something to send because their share of a frame was used up, since <see cref="RestartPeaks"/>.</summary>
    public int LinksAtBudget { get; private set; }

    /// <summary>The most bytes that a link got at the end of a frame since then.</summary>
    public int LargestSendBytes { get; private set; }

    /// <summary>Tells one <see cref="RestartPeaks"/> from the next.</summary>
    public int PeakPeriod { get; private set; }

    /// <summary>Reliable packets written again on a new link.</summary>
    public long Replayed { get; set; }

    /// <summary>Unreliable packets to sessions without a link, dropped.</summary>
    public long DroppedAway { get; set; }

    public long Dropped(Priority lane) => Volatile.Read(ref _dropped[(int)lane]);

    public long DroppedInAll => DroppedAway + Dropped(Priority.Critical) + Dropped(Priority.High) + Dropped(Priority.Normal) + Dropped(Priority.Low);

    /// <summary>A link got its share of a frame.</summary>
    public void NoteSend(int bytes)
    {
        if (bytes > LargestSendBytes) LargestSendBytes = bytes;
    }

    /// <summary>A link would have taken more than its share of a frame.</summary>
    public void NoteAtBudget(Connection connection)
    {
        if (connection.AtBudgetIn == PeakPeriod) return;
        connection.AtBudgetIn = PeakPeriod;
        LinksAtBudget++;
    }

    /// <summary>Forgets the largest send and the links at their budget.</summary>
    public void RestartPeaks()
    {
        LinksAtBudget = LargestSendBytes = 0;
        PeakPeriod++;
    }

    public void CountDropped(Priority lane, int packets) => _dropped[(int)lane] += packets;
}
