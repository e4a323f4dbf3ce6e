using System.Buffers;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Links;

/// <summary>
/// Drives a <see cref="ClientSession"/> with real links and real time: one lock around the session, one loop that opens links, one that
/// reads and one that writes the current link, one that hands events on, one timer. Never blocks a caller. Any thread.
/// </summary>
internal sealed class LinkDriver : IAsyncDisposable
{
    // A byte more than a message may have: the session recognizes what is too long.
    private const int BufferBytes = ProtocolLimits.MaxMessageBytes + 1;

    private readonly ClientOptions _options;
    private readonly Func<CancellationToken, ValueTask<LinkOpening>> _open;
    private readonly Func<ClientEvent, ValueTask> _handle;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly Lock _gate = new();
    private readonly ClientSession _session;
    private readonly ITimer _timer;
    private readonly Signal _linkWanted = new();
    private readonly Signal _toWrite = new();
    private readonly Signal _room = new();
    private readonly Signal _events = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<NetworkResult> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _linking;
    private readonly Task _handling;
    private readonly AsyncLocal<bool> _isHandling = new();
    private volatile ClientState _state;
    private long _timerDue = long.MaxValue;

    // Ends the write under way, which a peer that reads nothing would hold up for ever; null once that was asked for.
    private CancellationTokenSource? _writing;
    private bool _isDisposed;

    /// <summary>Starts the loops; nothing is opened before <see cref="Start"/>.</summary>
    /// <param name="options">Checked by the session.</param>
    /// <param name="open">Opens one link; refusals are values, other exceptions count as refusals too.</param>
    /// <param name="jitter">The session's.</param>
    /// <param name="handle">Gets all events, one after the other, outside the lock; must not throw.</param>
    public LinkDriver(ClientOptions options, Func<CancellationToken, ValueTask<LinkOpening>> open, Random jitter, Func<ClientEvent, ValueTask> handle)
    {
        _session = new ClientSession(options, jitter, ArrayPool<byte>.Shared);
        _options = options;
        _open = open;
        _handle = handle;
        _time = options.TimeProvider;
        _began = _time.GetTimestamp();
        _state = _session.State;
        _timer = _time.CreateTimer(static driver => ((LinkDriver)driver!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _linking = Task.Run(RunLinksAsync);
        _handling = Task.Run(HandleEventsAsync);
    }

    public ClientState State => _state;

    /// <summary>Ok at the first Welcome, or the error that ended the client before.</summary>
    public Task<NetworkResult> Connected => _connected.Task;

    private long Now => _time.GetElapsedTime(_began).Ticks;

    /// <summary>The caller's turn with the session: it has the lock until it disposes of it, and calls nothing else meanwhile.</summary>
    public Turn Enter()
    {
        _gate.Enter();
        return new Turn(this);
    }

    /// <summary>The time at which something that begins now is over; null: never.</summary>
    public long DeadlineIn(TimeSpan? timeout) => timeout is { } time && time.Ticks < long.MaxValue / 2 ? Now + time.Ticks : long.MaxValue;

    public void Start()
    {
        using var turn = Enter();
        turn.Session.Start(turn.Now);
    }

    /// <summary>Ends the session with a Goodbye; gives up waiting for the server after <see cref="ClientOptions.CloseTimeout"/>.</summary>
    public async Task CloseAsync()
    {
        using (var turn = Enter()) turn.Session.Close(turn.Now);
        if (!await IsDoneInTimeAsync(_closed.Task).ConfigureAwait(false)) await _stopping.CancelAsync().ConfigureAwait(false);
        await _linking.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _linking.ConfigureAwait(false);
        using (var turn = Enter()) turn.Session.Dispose();

        // A callback that disposes the client is not waited for: it is what waits here.
        if (!_isHandling.Value) await _handling.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<bool> IsDoneInTimeAsync(Task task)
    {
        try
        {
            await task.WaitAsync(_options.CloseTimeout, _time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Tick()
    {
        using var turn = Enter();
        _timerDue = long.MaxValue;
        turn.Session.Tick(turn.Now);
    }

    // Under the lock: wakes whoever has something to do now.
    private void Leave()
    {
        if (_session.WantsLink) _linkWanted.Set();
        if (_session.WantsToWrite) _toWrite.Set();
        if (_session.CanReceive) _room.Set();
        if (_session.HasEvents) _events.Set();
        if (_session.OwesClose) HurryWriting();
        Publish(_session.State);
        SetTimer(_session.NextDeadline);
        _gate.Exit();
    }

    // What is written has the time of a closing handshake left, or none where there will be no handshake.
    private void HurryWriting()
    {
        if (_writing is not { } writing) return;
        _writing = null;
        if (_session.OwesAbort) _ = writing.CancelAsync();
        else writing.CancelAfter(_options.CloseTimeout);
    }

    private void Publish(ClientState state)
    {
        if (ReferenceEquals(state, _state)) return;
        _state = state;
        if (state.IsConnected) _connected.TrySetResult(NetworkResult.Ok);
        if (state is not ClientState.Closed closed) return;
        _connected.TrySetResult(closed.Error ?? new NetworkError.NotConnected("the client is closed"));
        _closed.TrySetResult();

        // A link that is still being opened is not wanted any more.
        _ = _stopping.CancelAsync();
    }

    private void SetTimer(long due)
    {
        if (due == _timerDue || _isDisposed) return;
        _timerDue = due;

        // A millisecond late rather than early: an early tick would find nothing to do.
        var wait = Math.Clamp(due - Now, 0, TimeSpan.TicksPerDay) + TimeSpan.TicksPerMillisecond;
        _timer.Change(due == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(wait), Timeout.InfiniteTimeSpan);
    }

    private async Task HandleEventsAsync()
    {
        _isHandling.Value = true;
        while (true)
        {
            await _events.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            while (TryTakeEvent(out var e))
            {
                await _handle(e).ConfigureAwait(false);
                if (e.State is ClientState.Closed) return;
            }
        }
    }

    private bool TryTakeEvent(out ClientEvent e)
    {
        using var turn = Enter();
        return turn.Session.TryTakeEvent(out e);
    }

    private async Task RunLinksAsync()
    {
        try
        {
            while (true)
            {
                await _linkWanted.WaitAsync(_stopping.Token).ConfigureAwait(false);
                if (!WantsLink()) continue;
                if (await OpenAsync().ConfigureAwait(false) is { } link) await RunAsync(link).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The end of the client; the session is told below.
        }

        using var turn = Enter();
        turn.Session.LinkClosed((ushort)CloseCode.Abnormal, string.Empty, turn.Now);
    }

    private bool WantsLink()
    {
        using var turn = Enter();
        return turn.Session.WantsLink;
    }

    private async Task<ClientLink?> OpenAsync()
    {
        var opening = await TryOpenAsync().ConfigureAwait(false);
        using var turn = Enter();
        if (opening.Link is null) turn.Session.LinkFailed(opening.Reason, opening.RetryAfter, turn.Now);
        else turn.Session.LinkOpened(turn.Now);
        return opening.Link;
    }

    private async Task<LinkOpening> TryOpenAsync()
    {
        using var late = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stopping.Token);
        try
        {
            if (await RenewTokenAsync(either.Token).ConfigureAwait(false) is { } refusal) return new LinkOpening(null, refusal);
            return await _open(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return new LinkOpening(null, $"the link did not open within {_options.ConnectTimeout.TotalSeconds:0.###} s");
        }
        catch (Exception exception)
        {
            // The application's own code: its credential, its settings of the WebSocket. The state says what it threw, unless the client is closed.
            return new LinkOpening(null, exception.Message);
        }
    }

    // What is wrong with the credential; null: nothing.
    private async Task<string?> RenewTokenAsync(CancellationToken cancellationToken)
    {
        if (_options.AuthTokenProvider is not { } provide) return null;
        var provided = provide(cancellationToken).AsTask();

        // One that does not listen to its token is left behind, and so is what becomes of it.
        _ = provided.ContinueWith(
            static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var token = await provided.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (token?.Length > ClientOptions.AuthTokenCharsMax) return $"the credential is longer than {ClientOptions.AuthTokenCharsMax} characters";
        using var turn = Enter();
        turn.Session.AuthToken = token;
        return null;
    }

    private async Task RunAsync(ClientLink link)
    {
        using (link)
        using (var ending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token))
        {
            var writing = WriteAsync(link, ending.Token);
            var end = await ReadAsync(link, ending.Token).ConfigureAwait(false);
            await ending.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            using var turn = Enter();
            turn.Session.LinkClosed(end.Code, end.Reason, turn.Now);
        }
    }

    private async Task<LinkRead> ReadAsync(ClientLink link, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                while (!CanReceive()) await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
                var read = await link.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read.Kind == LinkReadKind.End) return read;
                using var turn = Enter();
                if (read.Kind == LinkReadKind.Text) turn.Session.Refuse(CloseCode.UnsupportedMessage, "a text message came", turn.Now);
                else turn.Session.Receive(buffer.AsMemory(0, read.Length), turn.Now);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new LinkRead(LinkReadKind.End, 0, (ushort)CloseCode.Abnormal, "the link was given up");
        }
    }

    private bool CanReceive()
    {
        using var turn = Enter();
        return turn.Session.CanReceive;
    }

    private async Task WriteAsync(ClientLink link, CancellationToken cancellationToken)
    {
        var batch = new ArrayBufferWriter<byte>(4096);
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        SetWriting(late);
        try
        {
            while (true)
            {
                while (TryTakeBatch(batch))
                {
                    if (!await link.WriteAsync(batch.WrittenMemory, either.Token).ConfigureAwait(false)) return;
                }

                if (TryTakeClose(out var code, out var reason))
                {
                    await CloseAsync(link, code, reason, cancellationToken).ConfigureAwait(false);
                    return;
                }

                await _toWrite.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || late.IsCancellationRequested)
        {
            // The link has ended, or is closed and does not take what is written before the close: reading finds the end.
            link.Abort();
        }
        finally
        {
            SetWriting(null);
        }
    }

    private void SetWriting(CancellationTokenSource? writing)
    {
        lock (_gate) _writing = writing;
    }

    private async Task CloseAsync(ClientLink link, ushort code, string reason, CancellationToken cancellationToken)
    {
        if (code != (ushort)CloseCode.Abnormal) await ShakeHandsAsync(link, code, reason, cancellationToken).ConfigureAwait(false);
        link.Abort();
    }

    // Returns when the time for the handshake is over; its success ends the link, and so the wait, earlier.
    private async Task ShakeHandsAsync(ClientLink link, ushort code, string reason, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_options.CloseTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await link.CloseAsync(code, reason, either.Token).ConfigureAwait(false);
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The server did not answer in time.
        }
    }

    private bool TryTakeBatch(ArrayBufferWriter<byte> batch)
    {
        batch.ResetWrittenCount();
        using var turn = Enter();
        turn.Session.Tick(turn.Now);
        return turn.Session.TryTakeBatch(batch);
    }

    private bool TryTakeClose(out ushort code, out string reason)
    {
        using var turn = Enter();
        return turn.Session.TryTakeClose(out code, out reason);
    }

    /// <summary>The lock and what is behind it.</summary>
    public readonly ref struct Turn(LinkDriver driver)
    {
        public ClientSession Session => driver._session;

        public long Now => driver.Now;

        public void Dispose() => driver.Leave();
    }
}
