using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>Where the session's current link is in its life.</summary>
internal enum LinkPhase
{
    /// <summary>None is wanted yet.</summary>
    None,

    /// <summary>One should be opened, or is being opened.</summary>
    Wanted,

    /// <summary>The next one waits for its time.</summary>
    Waiting,

    /// <summary>Open; Welcome has not come.</summary>
    Greeting,

    /// <summary>Welcome.</summary>
    Live,

    /// <summary>This side has ended it; the driver has not yet said that it is closed.</summary>
    Closing,

    /// <summary>There will be no further one.</summary>
    Over,
}

/// <summary>One link after the other: when the next is due, how the current one ends, and what follows from that.</summary>
internal sealed class LinkCycle(ClientOptions options, Random jitter)
{
    private const int FailuresReported = 3;

    private readonly Backoff _backoff = new(options, jitter);
    private int _failures;
    private bool _wasWelcome;
    private bool _isEndDecided;
    private bool _isEndFinal;
    private NetworkError? _endError;
    private ushort _closeCode;
    private string _closeReason = string.Empty;

    public LinkPhase Phase { get; private set; }

    /// <summary>When the next link is due while <see cref="LinkPhase.Waiting"/>.</summary>
    public long RetryAt { get; private set; } = long.MaxValue;

    public bool HasLink => Phase is LinkPhase.Greeting or LinkPhase.Live or LinkPhase.Closing;

    /// <summary>What the server said before it closes.</summary>
    public Goodbye? Goodbye { get; set; }

    /// <summary>This side wants the link closed, and the driver has not been told yet.</summary>
    public bool OwesClose { get; private set; }

    /// <summary>That close is an abort.</summary>
    public bool OwesAbort => OwesClose && _closeCode == (ushort)CloseCode.Abnormal;

    /// <summary>The application asked for the end: nothing new is taken, what waits is written.</summary>
    public bool IsLeaving { get; private set; }

    public void Want()
    {
        Phase = LinkPhase.Wanted;
        RetryAt = long.MaxValue;
    }

    public void Opened()
    {
        Phase = LinkPhase.Greeting;
        Goodbye = null;
        _wasWelcome = _isEndDecided = _isEndFinal = OwesClose = false;
        _endError = null;
    }

    public void Welcomed()
    {
        Phase = LinkPhase.Live;
        _wasWelcome = true;
        _failures = 0;
    }

    public void Leave() => IsLeaving = true;

    /// <summary>Nothing more will be.</summary>
    public void Finish()
    {
        Phase = LinkPhase.Over;
        RetryAt = long.MaxValue;
    }

    /// <summary>This side ends the link.</summary>
    /// <param name="code">The close code; 1006: without a closing handshake.</param>
    /// <param name="reason">For people.</param>
    /// <param name="error">What the state that follows says.</param>
    /// <param name="isFinal">Whether no other link follows.</param>
    public void Close(CloseCode code, string reason, NetworkError? error, bool isFinal)
    {
        Phase = LinkPhase.Closing;
        AskToClose((ushort)code, reason);
        _isEndDecided = true;
        _isEndFinal = isFinal;
        _endError = error;
    }

    /// <summary>A link that opened too late: nobody wants it any more.</summary>
    public void Reject() => AskToClose((ushort)CloseCode.Abnormal, string.Empty);

    public bool TryTakeClose(out ushort code, out string reason)
    {
        code = _closeCode;
        reason = _closeReason;
        var owed = OwesClose;
        OwesClose = false;
        return owed;
    }

    /// <summary>The link is closed; what follows.</summary>
    /// <param name="code">The close code that the driver saw; this side's own decision counts more.</param>
    /// <param name="reason">The reason that came with it.</param>
    /// <param name="lifetime">How long the link was welcome, in ticks.</param>
    /// <param name="now">The time.</param>
    public ClientState Ended(ushort code, string reason, long lifetime, long now)
    {
        OwesClose = false;
        if (IsLeaving) return Over(null);
        var error = _isEndDecided ? _endError : CloseErrors.Of(code, reason, Goodbye);
        if (_isEndDecided ? _isEndFinal : CloseCodes.IsFinal(code)) return Over(error);
        TimeSpan? retryAfter = Goodbye is { RetryAfterMs: > 0 } said ? TimeSpan.FromMilliseconds(said.RetryAfterMs) : null;
        return Retry(error!, _wasWelcome ? lifetime : 0, retryAfter, now);
    }

    /// <summary>The link could not be opened; what follows.</summary>
    public ClientState Failed(string reason, TimeSpan? retryAfter, long now)
    {
        _wasWelcome = false;
        return IsLeaving ? Over(null) : Retry(new NetworkError.NotConnected(reason), 0, retryAfter, now);
    }

    private ClientState.Closed Over(NetworkError? error)
    {
        Finish();
        return new ClientState.Closed(error);
    }

    private ClientState Retry(NetworkError error, long lifetime, TimeSpan? retryAfter, long now)
    {
        if (!_wasWelcome) _failures++;
        var wait = _backoff.Next(lifetime, retryAfter);
        Phase = LinkPhase.Waiting;
        RetryAt = now + wait;
        var delay = TimeSpan.FromTicks(wait);
        return _failures >= FailuresReported
            ? new ClientState.Unreachable(_failures, delay, error)
            : new ClientState.Reconnecting(_backoff.Attempt, delay, error);
    }

    private void AskToClose(ushort code, string reason)
    {
        OwesClose = true;
        _closeCode = code;
        _closeReason = reason;
    }
}
