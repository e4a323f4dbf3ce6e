using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client;

/// <summary>Every limit, interval and choice of a <c>NetworkClient</c>, with its unit and default.</summary>
/// <remarks>Read once by the client's constructor, which refuses values that cannot work.</remarks>
public sealed record ClientOptions
{
    internal const int AuthTokenCharsMax = 8192;

    // Where and who

    /// <summary>The server's WebSocket: ws or wss. Default ws://localhost:8080/ws.</summary>
    public Uri Uri { get; init; } = new("ws://localhost:8080/ws");

    /// <summary>What the client calls itself, for people: 1 to 255 bytes of UTF-8. Default "client".</summary>
    public string ClientName { get; init; } = "client";

    /// <summary>The credential of every Hello, at most 8,192 characters; null: none. Default null.</summary>
    public string? AuthToken { get; init; }

    /// <summary>
    /// Gets the credential anew for every link, where <see cref="AuthToken"/> would expire; null: AuthToken counts. An exception counts
    /// as a link that could not be opened. Default null.
    /// </summary>
    public Func<CancellationToken, ValueTask<string?>>? AuthTokenProvider { get; init; }

    /// <summary>Sets headers, certificates or a proxy of each new WebSocket. Default: none.</summary>
    public Action<ClientWebSocketOptions>? ConfigureWebSocket { get; init; }

    // Time

    /// <summary>The clock of everything. Default <see cref="System.TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Time for a WebSocket to open. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence of the server after which a link is given up; the server's Welcome must come as quickly. Default 10 s.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time without progress while something reliable is unacknowledged, after which a link is given up. Default 5 s.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest first wait before a new link; it doubles with every failure, and the wait is chosen at random below. Default 0.25 s.</summary>
    public TimeSpan ReconnectDelayMin { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>Where the doubling ends. Default 15 s.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait that a server may ask for before the next link. Default 5 min.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time for the closing handshake of a link. Default 2 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long requests wait for their answer unless the call says otherwise. Default 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The seed of the random waits; null: a different one in each client. Default null.</summary>
    public int? JitterSeed { get; init; }

    // Sizes

    /// <summary>The largest payload of one packet in either direction, fragments joined, in bytes; the server's own limit counts too. Default 262,144.</summary>
    public int MaxPacketBytes { get; init; } = ProtocolLimits.DefaultMaxPacketBytes;

    /// <summary>Bytes that wait to be sent, packet headers included; also while there is no link. Default 524,288.</summary>
    public int SendQueueBytes { get; init; } = 512 * 1024;

    /// <summary>Bytes of reliable packets that are written and unacknowledged. Default 524,288.</summary>
    public int ReliableWindowBytes { get; init; } = ProtocolLimits.DefaultReliableWindowBytes;

    /// <summary>Packets that wait for the application. Default 4,096.</summary>
    public int InboxPackets { get; init; } = 4096;

    /// <summary>Their bytes. Default 4 MiB.</summary>
    public int InboxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Requests of this client that wait for their answer. Default 1,024.</summary>
    public int PendingRequestsMax { get; init; } = 1024;

    /// <summary>Requests to this client that its handlers work on at once; further ones are answered with LimitExceeded. Default 64.</summary>
    public int ServedRequestsMax { get; init; } = 64;

    /// <summary>Tool calls that its handlers work on at once; further ones are answered with an error that says so. Default 64.</summary>
    public int ServedToolCallsMax { get; init; } = 64;

    // Diagnostics

    /// <summary>Where the client logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    // What counts as the last sequence before the first one, in both directions: tests begin just before the wrap-around.
    internal Sequence InitialSequence { get; init; }

    internal void Validate()
    {
        Check(Uri is { IsAbsoluteUri: true, Scheme: "ws" or "wss" }, nameof(Uri), "an absolute ws or wss address");
        Check(Names.IsValid(ClientName), nameof(ClientName), "1 to 255 bytes of UTF-8 without control characters");
        Check(AuthToken is null || AuthToken.Length <= AuthTokenCharsMax, nameof(AuthToken), "at most 8,192 characters");
        Check(TimeProvider is not null, nameof(TimeProvider), "not null");
        Check(LoggerFactory is not null, nameof(LoggerFactory), "not null");
        CheckTimes();
        CheckSizes();
    }

    private void CheckTimes()
    {
        CheckTime(ConnectTimeout, nameof(ConnectTimeout));
        CheckTime(HeartbeatTimeout, nameof(HeartbeatTimeout));
        CheckTime(AckTimeout, nameof(AckTimeout));
        CheckTime(ReconnectDelayMin, nameof(ReconnectDelayMin));
        CheckTime(ReconnectDelayMax, nameof(ReconnectDelayMax));
        CheckTime(RetryAfterMax, nameof(RetryAfterMax));
        CheckTime(CloseTimeout, nameof(CloseTimeout));
        CheckTime(RequestTimeout, nameof(RequestTimeout));
        Check(ReconnectDelayMax >= ReconnectDelayMin, nameof(ReconnectDelayMax), "at least ReconnectDelayMin");
    }

    private void CheckSizes()
    {
        Check(MaxPacketBytes > 0, nameof(MaxPacketBytes), "positive");
        Check(SendQueueBytes >= 2L * MaxPacketBytes, nameof(SendQueueBytes), "at least twice MaxPacketBytes");
        Check(
            ReliableWindowBytes >= PacketHeader.Size + ProtocolLimits.FragmentBytes, nameof(ReliableWindowBytes), "at least one full packet, 16,396 bytes");
        Check(InboxPackets > 0, nameof(InboxPackets), "positive");
        Check(InboxBytes >= MaxPacketBytes, nameof(InboxBytes), "at least MaxPacketBytes");
        Check(PendingRequestsMax > 0, nameof(PendingRequestsMax), "positive");
        Check(ServedRequestsMax > 0, nameof(ServedRequestsMax), "positive");
        Check(ServedToolCallsMax > 0, nameof(ServedToolCallsMax), "positive");
    }

    private static void CheckTime(TimeSpan time, string name) =>
        Check(time > TimeSpan.Zero && time <= TimeSpan.FromDays(1), name, "positive and at most a day");

    private static void Check(bool isRight, string name, string rule)
    {
        if (!isRight) throw new ArgumentException($"ClientOptions.{name} must be {rule}.", name);
    }
}
