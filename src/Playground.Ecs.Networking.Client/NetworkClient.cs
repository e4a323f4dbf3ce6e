using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Client.Links;

namespace Playground.Ecs.Networking.Client;

/// <summary>
/// A client of a NetworkingSystem: one WebSocket for all channels, opened again whenever it ends; a session that outlives it, so that reliable
/// packets and requests arrive exactly once (PROTOCOL.md). Any thread; no call blocks.
/// </summary>
/// <remarks>
/// Errors are values (<see cref="NetworkResult"/>); exceptions are mistakes of the caller. Callbacks run one after the other on a thread of the
/// pool, never inside a call of yours, and what they throw is reported by <see cref="UnhandledException"/>.
/// </remarks>
public sealed partial class NetworkClient : IAsyncDisposable
{
    private readonly ClientLog _log;
    private readonly LinkDriver _driver;
    private readonly ConcurrentDictionary<ushort, ClientChannel> _channels = new();
    private readonly CancellationTokenSource _disposing = new();

    /// <summary>A client that connects when <see cref="ConnectAsync"/> is called.</summary>
    /// <exception cref="ArgumentException">An option has a value that cannot work; the message names it.</exception>
    public NetworkClient(ClientOptions? options = null)
        : this(options ?? new ClientOptions(), null)
    {
    }

    internal NetworkClient(ClientOptions options, Func<CancellationToken, ValueTask<LinkOpening>>? open)
    {
        options.Validate();
        Options = options;
        _log = new ClientLog(options.LoggerFactory.CreateLogger<NetworkClient>());
        var jitter = new Random(options.JitterSeed ?? RandomNumberGenerator.GetInt32(int.MaxValue));
        _driver = new LinkDriver(options, open ?? (cancellation => WebSocketLink.OpenAsync(options, cancellation)), jitter, HandleAsync);
    }

    /// <summary>Where the client stands now.</summary>
    public ClientState State => _driver.State;

    /// <summary>What the server calls this client; empty before the first Welcome.</summary>
    public string PeerId
    {
        get
        {
            using var turn = _driver.Enter();
            return turn.Session.PeerId;
        }
    }

    /// <summary>The smoothed round trip (RFC 6298's SRTT); zero while unknown.</summary>
    public TimeSpan RoundTrip
    {
        get
        {
            using var turn = _driver.Enter();
            return TimeSpan.FromTicks(turn.Session.RoundTripTicks);
        }
    }

    /// <summary><see cref="RoundTrip"/> in milliseconds, rounded.</summary>
    public int LatencyMs => (int)Math.Round(RoundTrip.TotalMilliseconds);

    /// <summary>What was counted so far.</summary>
    public ClientStats Stats
    {
        get
        {
            using var turn = _driver.Enter();
            var counters = turn.Session.Counters;
            return new ClientStats
            {
                BytesSent = counters.BytesSent,
                BytesReceived = counters.BytesReceived,
                PacketsSent = counters.PacketsSent,
                PacketsReceived = counters.PacketsReceived,
                PacketsNotSent = counters.PacketsDropped + counters.PacketsDiscarded,
                PacketsNotRead = counters.InboxDropped + Interlocked.Read(ref _notRead),
                PacketsUnheard = Interlocked.Read(ref _unheard),
                Links = counters.Links,
                SessionsLost = counters.SessionsLost,
            };
        }
    }

    internal ClientOptions Options { get; }

    /// <summary>
    /// Connects, and waits for the first Welcome. A server that is not there is tried again and again (<see cref="ClientState.Unreachable"/>
    /// says so), until the token is cancelled or the client is closed.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the client: it goes on until <see cref="CloseAsync"/>.</param>
    /// <returns>Ok; Cancelled; the final error where the server refuses: Unauthorized, UnsupportedVersion; NotConnected once closed.</returns>
    public async ValueTask<NetworkResult> ConnectAsync(CancellationToken cancellationToken = default)
    {
        _driver.Start();
        return await OrCancelledAsync(_driver.Connected, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Says Goodbye, which ends the session on the server, and closes with 1000, after what waits was sent and acknowledged; all that for at
    /// most <see cref="ClientOptions.CloseTimeout"/>. What is still under way then fails with NotConnected. There is no way back.
    /// </summary>
    public async ValueTask CloseAsync() => await _driver.CloseAsync().ConfigureAwait(false);

    /// <summary>Closes, and waits for the callback that runs, unless it is the one that disposes. Nothing is called afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _driver.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<NetworkResult> OrCancelledAsync(Task<NetworkResult> task, CancellationToken cancellationToken)
    {
        try
        {
            return await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new NetworkError.Cancelled();
        }
    }
}
