namespace Playground.Ecs.Networking.Sessions;

/// <summary>What happened to connections and their packets. Written by the loop thread, read by meters.</summary>
internal sealed class ConnectionCounters
{
    private readonly long[] _disconnects = new long[DisconnectReasons.Count];

    private readonly long[] _refused = new long[32];

    public long Accepted { get; set; }

    public long PacketsReceived { get; set; }

    public long BatchesReceived { get; set; }

    public long BytesReceived { get; set; }

    public long BytesSent { get; set; }

    public long HandlerFailures { get; set; }

    public long HandlerOverruns { get; set; }

    public int Active { get; set; }

    /// <summary>Sessions that went on on a new link.</summary>
    public long Resumes { get; set; }

    /// <summary>Resumes that found no session of theirs.</summary>
    public long ResumesRefused { get; set; }

    /// <summary>Sessions that were not resumed in time.</summary>
    public long SessionsExpired { get; set; }

    /// <summary>Reliable packets that had been accepted before.</summary>
    public long Duplicates { get; set; }

    /// <summary>Acknowledgements that went back.</summary>
    public long StaleAcks { get; set; }

    public long Disconnects(DisconnectReason reason) => Volatile.Read(ref _disconnects[(int)reason]);

    public long DisconnectsInAll => Sum(_disconnects);

    public void CountDisconnect(DisconnectReason reason) => _disconnects[(int)reason]++;

    public long Refused(Protocol.ErrorCode error) => Volatile.Read(ref _refused[(int)error]);

    public long RefusedInAll => Sum(_refused);

    public void CountRefused(Protocol.ErrorCode error) => _refused[(int)error]++;

    private static long Sum(long[] counts)
    {
        var sum = 0L;
        foreach (var count in counts) sum += count;
        return sum;
    }
}
