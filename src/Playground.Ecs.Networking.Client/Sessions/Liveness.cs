using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>What a link's clock finds.</summary>
internal enum LinkHealth
{
    Alive,

    /// <summary>Nothing was received for too long: TCP may be half-open.</summary>
    Silent,

    /// <summary>What was written is not acknowledged.</summary>
    Unacknowledged,
}

/// <summary>The clocks of one link after the other: heartbeat, ack timer, round trip (PROTOCOL.md, sections 8 and 9). Times in ticks.</summary>
internal sealed class Liveness(ClientOptions options)
{
    private static readonly long IntervalMin = TimeSpan.FromMilliseconds(100).Ticks;
    private static readonly long PingInterval = TimeSpan.FromSeconds(5).Ticks;

    private long _heartbeat = TimeSpan.TicksPerSecond;
    private long _lastReceived;
    private long _lastSent;
    private long _lastPing;
    private long _unacknowledgedSince = long.MaxValue;
    private bool _isWelcome;
    private RoundTrip _roundTrip;

    /// <summary>When the link was welcomed.</summary>
    public long WelcomedAt { get; private set; }

    /// <summary>A Ping waits to be written.</summary>
    public bool OwesPing { get; private set; }

    public long RoundTripTicks => _roundTrip.SmoothedTicks;

    /// <summary>When <see cref="Check"/> would find something.</summary>
    public long Next
    {
        get
        {
            var silent = _lastReceived + options.HeartbeatTimeout.Ticks;
            if (!_isWelcome) return silent;
            var ping = OwesPing ? long.MaxValue : Math.Min(_lastSent + _heartbeat, _lastPing + PingInterval);
            var ack = _unacknowledgedSince == long.MaxValue ? long.MaxValue : _unacknowledgedSince + options.AckTimeout.Ticks;
            return Math.Min(silent, Math.Min(ping, ack));
        }
    }

    public void LinkOpened(long now)
    {
        _isWelcome = false;
        _lastReceived = _lastSent = now;
        _unacknowledgedSince = long.MaxValue;
        OwesPing = false;
    }

    /// <summary>The link is welcome: a Ping at once gives the round trip, and tells the server that its Welcome arrived.</summary>
    public void Welcomed(uint heartbeatMs, long now)
    {
        _isWelcome = true;
        _heartbeat = Math.Clamp(heartbeatMs * TimeSpan.TicksPerMillisecond, IntervalMin, PingInterval);
        WelcomedAt = now;
        OwesPing = true;
    }

    public void Received(long now) => _lastReceived = now;

    /// <summary>While the inbox is full the link is not read: its silence says nothing.</summary>
    public void Unread(long now)
    {
        _lastReceived = now;
        if (_unacknowledgedSince != long.MaxValue) _unacknowledgedSince = now;
    }

    public void Sent(long now) => _lastSent = now;

    /// <summary>Follows what is written and not acknowledged.</summary>
    /// <param name="isAcknowledged">Nothing waits for an acknowledgement.</param>
    /// <param name="hasAdvanced">An acknowledgement covered more than the last one.</param>
    /// <param name="now">The time.</param>
    public void Acknowledged(bool isAcknowledged, bool hasAdvanced, long now)
    {
        if (isAcknowledged) _unacknowledgedSince = long.MaxValue;
        else if (hasAdvanced || _unacknowledgedSince == long.MaxValue) _unacknowledgedSince = now;
    }

    public LinkHealth Check(long now)
    {
        if (now - _lastReceived >= options.HeartbeatTimeout.Ticks) return LinkHealth.Silent;
        if (!_isWelcome) return LinkHealth.Alive;
        if (_unacknowledgedSince != long.MaxValue && now - _unacknowledgedSince >= options.AckTimeout.Ticks) return LinkHealth.Unacknowledged;
        if (now - _lastSent >= _heartbeat || now - _lastPing >= PingInterval) OwesPing = true;
        return LinkHealth.Alive;
    }

    /// <summary>The Ping that is owed; its stamp is the link's age.</summary>
    public Ping TakePing(long now)
    {
        OwesPing = false;
        _lastPing = now;
        return new Ping((ulong)(now - WelcomedAt));
    }

    /// <summary>Takes a round trip; a stamp that this side cannot have written is ignored.</summary>
    public void Ponged(ulong stamp, long now)
    {
        var age = (ulong)(now - WelcomedAt);
        if (stamp <= age && age - stamp <= (ulong)options.HeartbeatTimeout.Ticks) _roundTrip.Add((long)(age - stamp));
    }
}
