using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

// What the application is told. One event after the other, none under the session's lock.
public sealed partial class NetworkClient
{
    // A reader of states that falls this far behind misses the oldest ones.
    private const int StatesKept = 64;

    private readonly Lock _statesGate = new();
    private ImmutableArray<ChannelWriter<ClientState>> _stateReaders = [];
    private ClientState _statePublished = new ClientState.Idle();
    private CancellationTokenSource _session = new();
    private int _serving;
    private long _notRead;
    private long _unheard;

    /// <summary>Called with every state after the one before was handled.</summary>
    public event Action<ClientState>? StateChanged;

    /// <summary>Called with what the server says about packets that asked for no answer: refused, not found, too many.</summary>
    public event Action<ClientError>? ErrorReceived;

    /// <summary>
    /// Called with what a callback of the application threw; it is logged in any case, and ends nothing else. What this event itself throws is
    /// only logged.
    /// </summary>
    public event Action<Exception>? UnhandledException;

    internal bool IsOver
    {
        get
        {
            lock (_statesGate) return _statePublished is ClientState.Closed;
        }
    }

    /// <summary>The state now and every later one, the last of them Closed. A reader that falls 64 states behind misses the oldest ones.</summary>
    public async IAsyncEnumerable<ClientState> StatesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var states = System.Threading.Channels.Channel.CreateBounded<ClientState>(
            new BoundedChannelOptions(StatesKept) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });
        lock (_statesGate)
        {
            states.Writer.TryWrite(_statePublished);
            if (_statePublished is ClientState.Closed) states.Writer.Complete();
            else _stateReaders = _stateReaders.Add(states.Writer);
        }

        try
        {
            await foreach (var state in states.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return state;
        }
        finally
        {
            lock (_statesGate) _stateReaders = _stateReaders.Remove(states.Writer);
        }
    }

    /// <summary>Calls all of them, whatever one of them throws.</summary>
    internal void Notify<T>(Action<T>? callbacks, T argument, string name)
    {
        if (callbacks is null) return;
        foreach (var callback in Delegate.EnumerateInvocationList(callbacks))
        {
            try
            {
                callback(argument);
            }
            catch (Exception exception)
            {
                Report(exception, name);
            }
        }
    }

    internal void CountUnheard(ChannelId channel, ref bool wasUnheard)
    {
        Interlocked.Increment(ref _unheard);
        if (wasUnheard) return;
        wasUnheard = true;
        _log.Unheard(channel.Value);
    }

    internal void CountNotRead(long packets) => Interlocked.Add(ref _notRead, packets);

    private async ValueTask HandleAsync(ClientEvent e)
    {
        switch (e.Kind)
        {
            case ClientEventKind.State:
                await EnterAsync(e.State!).ConfigureAwait(false);
                break;
            case ClientEventKind.Packet:
                await HandOnAsync(e).ConfigureAwait(false);
                break;
            case ClientEventKind.Request:
                Serve(e);
                break;
            case ClientEventKind.ToolCall:
                Serve(e.Channel, e.RequestId, e.Call);
                break;
            case ClientEventKind.ToolCancel:
                await CallOffAsync(e.Channel, e.RequestId).ConfigureAwait(false);
                break;
            case ClientEventKind.Error:
                Notify(ErrorReceived, new ClientError(e.Channel, e.Type, e.Error!), nameof(ErrorReceived));
                break;
        }
    }

    private async ValueTask EnterAsync(ClientState state)
    {
        _log.StateChanged(state);
        if (state is ClientState.SessionLost or ClientState.Closed) await EndSessionAsync().ConfigureAwait(false);
        lock (_statesGate)
        {
            _statePublished = state;
            foreach (var reader in _stateReaders)
            {
                reader.TryWrite(state);
                if (state is ClientState.Closed) reader.TryComplete();
            }
        }

        Notify(StateChanged, state, nameof(StateChanged));
        if (state is not ClientState.Closed) return;
        foreach (var channel in _channels.Values) channel.End();
    }

    // Nobody waits any more for what the handlers work on.
    private async ValueTask EndSessionAsync()
    {
        var ended = _session;
        _session = new CancellationTokenSource();
        try
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException exception)
        {
            Report(exception, nameof(CancellationToken));
        }
    }

    private async ValueTask HandOnAsync(ClientEvent e)
    {
        try
        {
            await Channel(e.Channel).HandAsync(e, _disposing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
        {
            // A reader that stopped reading without saying so; the client is being disposed.
        }
    }

    private void Serve(in ClientEvent e)
    {
        if (_channels.GetValueOrDefault(e.Channel.Value)?.RequestHandler is not { } handler)
        {
            Respond(e, new NetworkError.HandlerFailed($"nobody answers requests on channel {e.Channel}"));
        }
        else if (Interlocked.Increment(ref _serving) > Options.ServedRequestsMax)
        {
            Interlocked.Decrement(ref _serving);
            Respond(e, new NetworkError.LimitExceeded(nameof(ClientOptions.ServedRequestsMax), Options.ServedRequestsMax, Options.ServedRequestsMax + 1));
        }
        else
        {
            _ = ServeAsync(e, handler, _session.Token);
        }
    }

    private async Task ServeAsync(ClientEvent e, ClientRequestHandler handler, CancellationToken cancellationToken)
    {
        NetworkResult<ReadOnlyMemory<byte>> answer;
        try
        {
            answer = await handler(new ClientRequest(e), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            answer = new NetworkError.Cancelled();
        }
        catch (Exception exception)
        {
            Report(exception, nameof(ClientChannel.OnRequest));
            answer = new NetworkError.HandlerFailed($"at channel {e.Channel}");
        }

        Interlocked.Decrement(ref _serving);
        Respond(e, answer);
    }

    private void Respond(in ClientEvent e, NetworkResult<ReadOnlyMemory<byte>> answer)
    {
        NetworkResult queued;
        using (var turn = _driver.Enter()) queued = turn.Session.Respond(e.Channel, e.RequestId, answer);

        // Whose session is over asks no more; a full queue is worth a word.
        if (queued.Error is not (null or NetworkError.NotConnected)) _log.NotAnswered(e.Channel.Value, queued.Error.Message);
    }

    private void Report(Exception exception, string callback)
    {
        _log.CallbackFailed(exception, callback);
        foreach (var listener in Delegate.EnumerateInvocationList(UnhandledException))
        {
            try
            {
                listener(exception);
            }
            catch (Exception again)
            {
                _log.CallbackFailed(again, nameof(UnhandledException));
            }
        }
    }
}
