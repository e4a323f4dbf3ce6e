using System.Buffers;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>
/// The client's side of the protocol: sessions, reliable delivery, requests and liveness over any number of links, one at a time
/// (PROTOCOL.md, sections 4 and 6 to 9). It knows no socket, clock, thread, timer or lock: a driver feeds it and writes what it gives.
/// For one thread at a time.
/// </summary>
/// <remarks>
/// <para><c>now</c> is monotonic time in ticks of 100 ns and never goes back. A driver calls <see cref="Tick"/> before it takes batches
/// when time has passed. Callbacks run inside the call that completes them and must not call the session.</para>
/// <para>Owner of its outbox, its reliable window and its partial payloads, which <see cref="Dispose"/> returns to the pool.</para>
/// </remarks>
internal sealed partial class ClientSession : IDisposable
{
    private readonly ClientOptions _options;
    private readonly ArrayPool<byte> _pool;
    private readonly LinkCycle _link;
    private readonly Liveness _liveness;
    private readonly Outbox _outbox;
    private readonly Inbox _inbox;
    private readonly Questions _questions;
    private readonly Deadlines _deadlines = new();
    private ReliableStream _stream;
    private byte[] _resumeToken = [];
    private long _now;

    // Counts this client's sessions; 0 before the first Welcome.
    private int _session;

    public ClientSession(ClientOptions options, Random jitter, ArrayPool<byte> pool)
    {
        options.Validate();
        _options = options;
        _pool = pool;
        _link = new LinkCycle(options, jitter);
        _liveness = new Liveness(options);
        _outbox = new Outbox(options, pool, Counters);
        _inbox = new Inbox(options, Counters);
        _questions = new Questions(options);
        _stream = new ReliableStream(options, pool);
        AuthToken = options.AuthToken;
        MaxPacketBytes = options.MaxPacketBytes;
    }

    /// <summary>The credential of the next Hello.</summary>
    public string? AuthToken { get; set; }

    public ClientState State { get; private set; } = new ClientState.Idle();

    public SessionCounters Counters { get; } = new();

    /// <summary>What the server calls this client; empty before the first Welcome.</summary>
    public string PeerId { get; private set; } = string.Empty;

    /// <summary>The largest payload that the server takes, in bytes.</summary>
    public int MaxPacketBytes { get; private set; }

    /// <summary>The smoothed round trip in ticks; 0 while unknown.</summary>
    public long RoundTripTicks => _liveness.RoundTripTicks;

    /// <summary>When <see cref="Tick"/> wants to run; <see cref="long.MaxValue"/>: never.</summary>
    public long NextDeadline
    {
        get
        {
            var link = _link.Phase is LinkPhase.Greeting or LinkPhase.Live ? _liveness.Next : _link.RetryAt;
            return Math.Min(link, _deadlines.Next);
        }
    }

    /// <summary>The driver should open a link now; true until it says LinkOpened or LinkFailed.</summary>
    public bool WantsLink => _link.Phase == LinkPhase.Wanted;

    /// <summary>False while the inbox is full of reliable packets: the driver leaves the link unread.</summary>
    public bool CanReceive => !_inbox.IsFull;

    /// <summary>Bytes that wait to be sent, packet headers included.</summary>
    public int QueuedBytes => _outbox.Bytes;

    /// <summary>What waits for the application, state changes left out.</summary>
    public (int Packets, long Bytes) Waiting => (_inbox.Packets, _inbox.Bytes);

    /// <summary>Whether <see cref="TryTakeBatch"/> or <see cref="TryTakeClose"/> is worth a call; the window may still hold all back.</summary>
    public bool WantsToWrite => _link.OwesClose || _link.Phase switch
    {
        LinkPhase.Greeting => _owesHello,
        LinkPhase.Live => _outbox.Bytes > 0 || _stream.Receiver.OwesAck || _pongs.Count > 0 || _liveness.OwesPing || _stream.IsReplaying || _link.IsLeaving,
        LinkPhase.Closing => _farewell is not null,
        _ => false,
    };

    /// <summary>Whether <see cref="TryTakeClose"/> gives something.</summary>
    public bool OwesClose => _link.OwesClose;

    /// <summary>Whether that is the end without a closing handshake.</summary>
    public bool OwesAbort => _link.OwesAbort;

    /// <summary>Whether <see cref="TryTakeEvent"/> gives something.</summary>
    public bool HasEvents => !_inbox.IsEmpty;

    /// <summary>From now on the session wants a link. A second call does nothing.</summary>
    public void Start(long now)
    {
        _now = now;
        if (_link.Phase != LinkPhase.None) return;
        _link.Want();
        Enter(new ClientState.Connecting());
    }

    /// <summary>The WebSocket is open: Hello is the next batch.</summary>
    public void LinkOpened(long now)
    {
        _now = now;
        if (!WantsLink)
        {
            _link.Reject();
            return;
        }

        _link.Opened();
        _liveness.LinkOpened(now);
        _pongs.Clear();
        _owesHello = true;
    }

    /// <summary>The WebSocket could not be opened.</summary>
    /// <param name="reason">Why, for people.</param>
    /// <param name="retryAfter">What the server asked for with its refusal, where it did.</param>
    /// <param name="now">The time.</param>
    public void LinkFailed(string reason, TimeSpan? retryAfter, long now)
    {
        _now = now;
        if (WantsLink) Enter(_link.Failed(reason, retryAfter, now));
    }

    /// <summary>The link ended, by whichever side; 1006 when without a close.</summary>
    public void LinkClosed(ushort code, string reason, long now)
    {
        _now = now;
        if (!_link.HasLink) return;

        // What belongs to the link goes with it; what is reliable belongs to the session and goes on.
        _outbox.DiscardUnreliable();
        _stream.Trains.DiscardUnreliable();
        Enter(_link.Ended(code, reason, now - _liveness.WelcomedAt, now));
    }

    /// <summary>Does what is due; may be called at any time.</summary>
    public void Tick(long now)
    {
        _now = now;
        if (now >= _link.RetryAt) _link.Want();
        if (_link.Phase is LinkPhase.Greeting or LinkPhase.Live) CheckLink();
        while (_deadlines.TryTakeDue(now, out var due)) Expire(due);
    }

    /// <summary>The next state change, packet, request or error, in the order in which they happened.</summary>
    public bool TryTakeEvent(out ClientEvent e) => _inbox.TryTake(out e);

    /// <summary>
    /// Ends the session: nothing new is taken; what waits is written and acknowledged, then follow Goodbye and close 1000. Without a link
    /// the end is at once, and the server learns of it when the resume window has passed.
    /// </summary>
    public void Close(long now)
    {
        _now = now;
        if (_link.Phase == LinkPhase.Over || _link.IsLeaving) return;
        _link.Leave();
        if (_link.Phase == LinkPhase.Greeting) _link.Close(CloseCode.Normal, string.Empty, null, isFinal: true);
        else if (!_link.HasLink) Finish(null);
    }

    /// <summary>Fails what is under way and returns the buffers. The events that wait can still be taken.</summary>
    public void Dispose()
    {
        if (_link.Phase != LinkPhase.Over) Finish(null);
        _stream.Dispose();
    }

    private void CheckLink()
    {
        if (!CanReceive) _liveness.Unread(_now);
        switch (_liveness.Check(_now))
        {
            case LinkHealth.Silent:
                var silence = $"nothing was received for {_options.HeartbeatTimeout.TotalSeconds:0.###} s";
                _link.Close(CloseCode.Abnormal, silence, new NetworkError.Timeout(silence), isFinal: false);
                break;
            case LinkHealth.Unacknowledged:
                var stall = $"nothing was acknowledged for {_options.AckTimeout.TotalSeconds:0.###} s";
                _link.Close(CloseCode.HeartbeatTimeout, stall, new NetworkError.Timeout(stall), isFinal: false);
                break;
        }
    }

    private void Expire(Waiting due)
    {
        if (due.Packet is { } packet) _outbox.TryWithdraw(packet);
        if (due is Question question) _questions.Remove(question);
        due.Fail(new NetworkError.Timeout(due is Question ? "no answer came in time" : "no acknowledgement came in time"));
    }

    // The server has done what this side cannot go on after: the session ends, and the server is told where it can be.
    private void Violate(CloseCode code, string detail)
    {
        var error = code == CloseCode.UnsupportedVersion ? (NetworkError)new NetworkError.UnsupportedVersion(_serverVersion) : new NetworkError.MalformedPacket(detail);
        if (_link.Phase == LinkPhase.Live) _farewell = new Goodbye(error.Code, detail, 0);
        _link.Close(code, detail, error, isFinal: true);
    }

    private void Enter(ClientState state)
    {
        if (state is ClientState.Closed closed) EndSession(closed.Error);
        State = state;
        _inbox.Keep(new ClientEvent { Kind = ClientEventKind.State, State = state });
    }

    private void Finish(NetworkError? error)
    {
        _link.Finish();
        Enter(new ClientState.Closed(error));
    }

    private void EndSession(NetworkError? error)
    {
        _outbox.DiscardUnreliable();
        Fail(new NetworkError.NotConnected(error is null ? "the client is closed" : $"the session ended: {error.Message}"));
        _resumeToken = [];
    }

    // Everything reliable, sent or about to be.
    private void Fail(NetworkError error)
    {
        _outbox.FailReliable(error);
        _stream.Fail(error);
        _questions.Fail(error);
        _deadlines.Clear();
    }
}
