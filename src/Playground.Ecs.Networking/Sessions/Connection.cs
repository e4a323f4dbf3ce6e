using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Requests;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>How far a connection has come.</summary>
internal enum ConnectionPhase
{
    /// <summary>Its link is open; nothing has been said.</summary>
    Silent,

    /// <summary>Its Hello is being checked; the link is not read meanwhile.</summary>
    Authenticating,

    /// <summary>Said Hello and was welcomed.</summary>
    Open,

    /// <summary>Spoke without a Hello and is served without a session.</summary>
    Plain,

    /// <summary>Its session waits for a new link.</summary>
    Away,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>A peer: its session, what waits for it, what it may do, and its link while it has one. Loop thread only.</summary>
internal sealed class Connection
{
    // What the send loop looks at for every subscriber of a channel, together: these are its cache misses.
    private Sending _sending = new() { Frame = -1 };

    private List<Channel>? _ownedChannels;
    private long _earlierBytesReceived;
    private long _earlierBytesSent;

    public Connection(Link link, Outbox outbox, TrainAssembler trains, long now)
    {
        Outbox = outbox;
        Trains = trains;
        CreatedAt = now;
        Attach(link, now);
    }

    /// <summary>Its live link; only while <see cref="HasLink"/>.</summary>
    public Link Link => _sending.Link!;

    /// <summary>Its link's queue; only while <see cref="HasLink"/>.</summary>
    public OutboundQueue Outbound => _sending.Outbound!;

    public bool HasLink => _sending.Link is not null;

    /// <summary>What outlives the link; null for a connection that has not said Hello.</summary>
    public Session? Session { get; set; }

    public Outbox Outbox { get; }

    public TrainAssembler Trains { get; }

    public ConnectionPhase Phase { get; set; }

    public Entity Entity { get; set; } = Entity.Null;

    public string PeerId { get; set; } = string.Empty;

    public string ClientName { get; set; } = string.Empty;

    /// <summary>True while it has a link and is served: its packets are routed and others may send to it.</summary>
    public bool IsServed => Phase is ConnectionPhase.Open or ConnectionPhase.Plain;

    /// <summary>True once it sent anything but a Hello: a Hello is malformed from then on.</summary>
    public bool HasSpoken { get; set; }

    /// <summary>True when the application made the entity, which then outlives the session.</summary>
    public bool IsReserved { get; set; }

    /// <summary>Counts the links accepted: of two links the one with the higher number is the newer one.</summary>
    public long LinkNumber { get; set; }

    /// <summary>When its first link was accepted, on the liveness clock.</summary>
    public long CreatedAt { get; }

    /// <summary>When its link was accepted, on the liveness clock.</summary>
    public long AcceptedAt { get; private set; }

    /// <summary>The rest of a message that begins with a reliable packet which its channel's inbox cannot take; null: none.</summary>
    public SharedBuffer? Held { get; set; }

    /// <summary>Since when that packet has waited, on the liveness clock.</summary>
    public long HeldSince { get; set; }

    /// <summary>Where it stands in the table of connections with a link, or in that of the others.</summary>
    public int Index { get; set; } = -1;

    public Heartbeat Heartbeat;

    /// <summary>What it may still send now.</summary>
    public ConnectionRates Rates;

    public ref ulong PacketsSent => ref _sending.PacketsSent;

    public ulong PacketsReceived { get; set; }

    public ulong LastActivity { get; set; }

    /// <summary>Packets both ways when the inspector last told of it.</summary>
    public ulong PacketsTold { get; set; }

    /// <summary>Bytes read from all its links, WebSocket framing included.</summary>
    public long BytesReceived => _earlierBytesReceived + (HasLink ? Link.BytesReceived : 0);

    /// <summary>Bytes written to all its links, WebSocket framing included.</summary>
    public long BytesSent => _earlierBytesSent + (HasLink ? Outbound.WrittenBytes : 0);

    /// <summary>Unreliable packets dropped because it had no link.</summary>
    public long DroppedAway { get; set; }

    public List<Channel> Subscriptions { get; } = [];

    public List<Channel> OwnedChannels => _ownedChannels ??= [];

    /// <summary>Unanswered requests of it and to it; null: there never was one.</summary>
    public ConnectionRequests? Requests { get; set; }

    /// <summary>Refusals in the current window, and when it began.</summary>
    public int Refusals { get; set; }

    public long RefusalsSince { get; set; }

    /// <summary>Cancels an authentication that outlives its link.</summary>
    public CancellationTokenSource? Authentication { get; set; }

    /// <summary>What its Hello asked to resume, while it is being authenticated.</summary>
    public ResumeRequest Resume { get; set; }

    // Sending

    /// <summary>Where this frame's send ends in the outbound queue: what was handed over before must be written first.</summary>
    public ref int SendMark => ref _sending.Mark;

    public ref int CriticalSends => ref _sending.CriticalSends;

    /// <summary>Bytes of shared runs appended in this frame, and how many runs.</summary>
    public ref int SharedBytes => ref _sending.SharedBytes;

    public ref int SharedRuns => ref _sending.SharedRuns;

    public ref bool IsDirty => ref _sending.IsDirty;

    /// <summary>The last hand-over to the transport that its link was in.</summary>
    public ref int HandedOverIn => ref _sending.HandedOverIn;

    public ref bool HoldsBuffers => ref _sending.HoldsBuffers;

    /// <summary>True once its link did not take in a frame what it was sent in an earlier one.</summary>
    public bool IsBehind { get; set; }

    public bool IsSlow { get; set; }

    /// <summary>The last <see cref="SendCounters.PeakPeriod"/> in which its share of a frame was used up.</summary>
    public int AtBudgetIn { get; set; } = -1;

    /// <summary>True once a reliable packet found no room: the session has a hole and ends with the frame.</summary>
    public bool IsOverwhelmed { get; set; }

    public bool OwesAck { get; set; }

    /// <summary>True while something waits to be written to its link.</summary>
    public bool HasWaiting => !Outbox.IsEmpty || Session is { IsReplaying: true };

    /// <summary>The runs of a lane that this connection was already given copies of in this frame.</summary>
    public int RunsSeenIn(Priority lane) => _sending.RunsSeen[(int)lane];

    public void SetRunsSeen(Priority lane, int count) => _sending.RunsSeen[(int)lane] = count;

    /// <summary>Forgets what was counted in an earlier frame.</summary>
    public void EnterFrame(long frame)
    {
        if (_sending.Frame == frame) return;
        _sending.Frame = frame;
        _sending.RunsSeen = default;
        _sending.CriticalSends = 0;
        _sending.SharedBytes = 0;
        _sending.SharedRuns = 0;
    }

    /// <summary>Gives it a link, its first or its next one.</summary>
    public void Attach(Link link, long now)
    {
        (_sending.Link, _sending.Outbound) = (link, link.Outbound);
        AcceptedAt = now;
        Heartbeat.Restart(now);
    }

    /// <summary>Hands <see cref="Held"/> over, to whom its link goes.</summary>
    public SharedBuffer? TakeHeld()
    {
        var held = Held;
        Held = null;
        return held;
    }

    /// <summary>Takes its link away; what belonged to that link is forgotten.</summary>
    public void Detach()
    {
        (_earlierBytesReceived, _earlierBytesSent) = (BytesReceived, BytesSent);
        (_sending.Link, _sending.Outbound) = (null, null);
        _sending.Frame = -1;
        SendMark = 0;
        IsBehind = false;
        HandedOverIn = 0;
        Held?.Release();
        Held = null;
        Trains.DiscardUnreliable();
    }

    private struct Sending
    {
        public Link? Link;
        public OutboundQueue? Outbound;
        public long Frame;
        public ulong PacketsSent;
        public int Mark;
        public int HandedOverIn;
        public int SharedBytes;
        public int SharedRuns;
        public int CriticalSends;
        public bool IsDirty;
        public bool HoldsBuffers;
        public RunsSeen RunsSeen;
    }

    [System.Runtime.CompilerServices.InlineArray(4)]
    private struct RunsSeen
    {
        private int _first;
    }

    public override string ToString() => PeerId.Length > 0 ? PeerId : "(silent)";
}
