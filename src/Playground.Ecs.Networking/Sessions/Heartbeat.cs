namespace Playground.Ecs.Networking.Sessions;

/// <summary>When a peer was last heard of and spoken to, on the liveness clock, and how long a round trip takes.</summary>
internal struct Heartbeat
{
    // RFC 6298, section 2: SRTT moves by an eighth of the difference.
    private const int SmoothingShift = 3;

    private long _smoothedTicks;
    private bool _isMeasured;

    public long LastReceived { get; set; }

    public long LastSent { get; set; }

    public long LastPing { get; set; }

    /// <summary>The stamp of the Ping that waits for its Pong; 0: none.</summary>
    public ulong PendingStamp { get; set; }

    /// <summary>Control frames counted when they were last looked at; a change is a sign of life.</summary>
    public long ControlFramesSeen { get; set; }

    /// <summary>Bytes of the link that the totals include already.</summary>
    public long BytesReceivedSeen { get; set; }

    public long BytesSentSeen { get; set; }

    public readonly bool IsMeasured => _isMeasured;

    public readonly uint LatencyMs => (uint)TimeSpan.FromTicks(_smoothedTicks).TotalMilliseconds;

    /// <summary>A new link: nothing of it was seen yet, while the latency is the peer's.</summary>
    public void Restart(long now)
    {
        LastReceived = LastSent = LastPing = now;
        PendingStamp = 0;
        ControlFramesSeen = BytesReceivedSeen = BytesSentSeen = 0;
    }

    /// <summary>The same link under another connection: what was counted stays counted.</summary>
    public void CountOn(in Heartbeat other)
    {
        ControlFramesSeen = other.ControlFramesSeen;
        BytesReceivedSeen = other.BytesReceivedSeen;
        BytesSentSeen = other.BytesSentSeen;
    }

    public void Measure(TimeSpan roundTrip)
    {
        var ticks = Math.Max(0, roundTrip.Ticks);
        _smoothedTicks = _isMeasured ? _smoothedTicks + ((ticks - _smoothedTicks) >> SmoothingShift) : ticks;
        _isMeasured = true;
    }
}
