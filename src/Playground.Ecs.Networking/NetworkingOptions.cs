using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking;

/// <summary>Every limit, interval and choice of a <see cref="NetworkingSystem"/>, with its unit and default.</summary>
/// <remarks>Read once by <see cref="NetworkingSystem.InitializeAsync"/>, which refuses values that cannot work; later changes have no effect.</remarks>
public sealed record NetworkingOptions
{
    // What one pooled buffer can hold, half of it used.
    private const int SendQueueBytesMax = 64 * 1024 * 1024;

    // Where

    /// <summary>The address to bind: an IP address or "localhost" (IPv4 loopback). Default "localhost".</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The TCP port of the WebSocket, pages and health checks; 0 picks a free one. Default 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>
    /// False: no port of its own; links come from an ASP.NET Core application that maps the system with
    /// <see cref="NetworkingEndpoints.MapNetworking"/>. Default true.
    /// </summary>
    public bool Listens { get; init; } = true;

    /// <summary>
    /// With its private key: the port speaks TLS 1.2 and 1.3, and nothing else; WebSocket (wss) and pages (https) over HTTP/1.1. Plain
    /// text is refused, so that no token crosses a network in the clear by mistake. Default null: no TLS.
    /// </summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The WebSocket's path. Default "/ws".</summary>
    public string Path { get; init; } = "/ws";

    /// <summary>The path of a plain WebSocket echo of text and binary messages, for conformance tools; null: none. Default null.</summary>
    public string? EchoPath { get; init; }

    /// <summary>The largest message of the <see cref="EchoPath"/>, in bytes. Default 16 MiB.</summary>
    public int EchoMessageBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Maps the application's own pages onto the same port; called once while the HTTP host is built. Default: none.</summary>
    public Action<WebApplication>? ConfigureHttp { get; init; }

    /// <summary>Where links come from; null: the frame-driven sockets, and Kestrel where nothing <see cref="Listens"/>. The system starts and disposes it. Default null.</summary>
    public ITransport? Transport { get; init; }

    // Time

    /// <summary>The clock of everything. Default <see cref="System.TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Frames per second: of the own loop, and as told to clients. Default 60.</summary>
    public int FrameRate { get; init; } = 60;

    /// <summary>Silence after which this side sends a Ping. Default 1 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time between two Pings while traffic flows. Default 5 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence of a peer after which its link is given up. Default 10 s.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a session without a link waits to be resumed; zero: it ends with its link. Default 30 s.</summary>
    public TimeSpan ResumeWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time without an advancing Ack, while reliable packets are unacknowledged, after which a link is given up. Default 5 s.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time that a reliable packet may wait for room in its channel's inbox before its link is closed. Default 4 s.</summary>
    public TimeSpan FullInboxTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How long a request waits for its answer: the application's own unless the call says otherwise, those that a connection's channel
    /// was asked, and those that wait in an inbox. Then it ends with Timeout. Default 30 s.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for a TCP connection to complete its upgrade request. Default 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for a Hello where authentication requires one, and for the authentication itself. Default 5 s.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for a WebSocket message to complete once its first byte arrived. Default 10 s.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for a peer to answer a Close frame. Default 2 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time to flush and close links at disposal. Default 2 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>When a stopping server invites its clients back, from its Goodbye on. Default 1 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    // How much

    /// <summary>Links open at once; beyond it the upgrade is refused with HTTP 503. Default 10,000.</summary>
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>TCP connections that may be in their handshake at once. Default 1,024.</summary>
    public int HandshakesMax { get; init; } = 1_024;

    /// <summary>The largest upgrade request, in bytes. Default 8 KiB.</summary>
    public int HandshakeBytesMax { get; init; } = 8 * 1024;

    /// <summary>Fragments (RFC 6455 frames) of one WebSocket message. Default 64.</summary>
    public int MessageFragmentsMax { get; init; } = 64;

    /// <summary>The kernel's send buffer per socket (SO_SNDBUF), in bytes: what a dead reader can hide. Default 128 kB.</summary>
    public int SocketSendBufferBytes { get; init; } = 128 * 1024;

    /// <summary>Links above which sends leave the loop thread for the I/O thread. Default 256.</summary>
    public int InlineSendLinksMax { get; init; } = 256;

    /// <summary>The largest payload of a packet, fragments together, in bytes. Default 256 KiB.</summary>
    public int MaxPacketBytes { get; init; } = ProtocolLimits.DefaultMaxPacketBytes;

    /// <summary>Bytes waiting for one connection; beyond: oldest Low, then Normal are dropped, then the connection. Default 512 KiB.</summary>
    public int SendQueueBytes { get; init; } = 512 * 1024;

    /// <summary>Reliable bytes written to one session and not acknowledged; beyond: they wait in the send queue. Default 512 KiB.</summary>
    public int ReliableWindowBytes { get; init; } = ProtocolLimits.DefaultReliableWindowBytes;

    /// <summary>Sessions that wait for a resume at once; beyond: the one that has waited longest ends. Default 10,000.</summary>
    public int AwaySessionsMax { get; init; } = 10_000;

    /// <summary>Bytes sent to one link per frame. Default 256 KiB.</summary>
    public int SendBudgetBytes { get; init; } = 256 * 1024;

    /// <summary>Bytes taken from one link per frame; the rest is read in the next one. Default 256 KiB.</summary>
    public int ReceiveBudgetBytes { get; init; } = 256 * 1024;

    /// <summary>Packets taken from one link per frame, at batch borders; the rest is read in the next one. Default 1,024.</summary>
    public int ReceiveBudgetPackets { get; init; } = 1_024;

    /// <summary>Critical packets that leave at once per frame and link; further ones join the frame's batch. Default 16.</summary>
    public int CriticalSendsPerFrameMax { get; init; } = 16;

    /// <summary>Packets that wait in a channel's inbox; beyond: the oldest unreliable ones are dropped and counted. Default 65,536.</summary>
    public int InboxPacketsMax { get; init; } = 65_536;

    /// <summary>
    /// Bytes that wait in a channel's inbox, at least <see cref="MaxPacketBytes"/>; beyond: the oldest unreliable packets are dropped
    /// and counted. Default 4 MiB.
    /// </summary>
    public int InboxBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Calls posted by other threads that wait for the loop; beyond: LimitExceeded at the call. Default 65,536.</summary>
    public int PostedCallsMax { get; init; } = 65_536;

    /// <summary>Bytes of sends posted by other threads that wait for the loop; beyond: LimitExceeded at the call. Default 64 MiB.</summary>
    public long PostedBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Channels one connection may subscribe to. Default 128.</summary>
    public int SubscriptionsMax { get; init; } = 128;

    /// <summary>Channels one connection may register. Default 16.</summary>
    public int ClientChannelsMax { get; init; } = 16;

    /// <summary>
    /// Requests of one connection that wait for their answers, and as many to it, and of the application to its own channels; beyond:
    /// LimitExceeded as the answer or at the call. Default 256.
    /// </summary>
    public int RequestsPendingMax { get; init; } = 256;

    /// <summary>Idle bytes that the loop's buffer pool keeps. Default 64 MiB.</summary>
    public long PooledBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Refused packets (unknown channel, forbidden) of one connection within ten seconds, beyond which it is closed with 4504. Default 64.</summary>
    public int RefusalsMax { get; init; } = 64;

    // Who

    /// <summary>Decides who a Hello's sender is; null: everyone is let in as <c>peer-n</c>. Default null.</summary>
    public Authenticate? Authenticate { get; init; }

    /// <summary>Clients may register channels of their own. Default false.</summary>
    public bool AllowClientChannels { get; init; }

    /// <summary>Clients may send Broadcast packets. Default false.</summary>
    public bool AllowClientBroadcast { get; init; }

    /// <summary>Clients may register tools for language models on channels of their own. Default false.</summary>
    public bool AllowClientTools { get; init; }

    /// <summary>A Hello's client name binds it to an entity made by CreateConnectionAsync, without authentication. Default false.</summary>
    public bool BindByClientName { get; init; }

    /// <summary>How language models connect; null: there is no endpoint for them. Default: with the defaults of <see cref="McpOptions"/>.</summary>
    public McpOptions? Mcp { get; init; } = new();

    // Where it is told

    /// <summary>Where the system logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>What counts as the last sequence before the first, both ways; for tests of the wrap-around.</summary>
    internal Sequence InitialSequence { get; init; } = Sequence.BeforeFirst;

    /// <summary>Where trains and reliable windows rent, for tests that count; null: in the loop's own pool.</summary>
    internal ArrayPool<byte>? Arrays { get; init; }

    /// <summary>Names the value that cannot work.</summary>
    internal NetworkError? Validate()
    {
        if (Port is < 0 or > 65_535)
        {
            return new NetworkError.InvalidArgument($"NetworkingOptions.Port must be 0-65535, was {Port}");
        }

        if (!Path.StartsWith('/') || (EchoPath is not null && (!EchoPath.StartsWith('/') || EchoPath == Path)))
        {
            return new NetworkError.InvalidArgument("NetworkingOptions.Path and EchoPath must begin with '/' and differ");
        }

        if (Certificate is { HasPrivateKey: false })
        {
            return new NetworkError.InvalidArgument("NetworkingOptions.Certificate must have its private key");
        }

        if (!Listens && (Certificate ?? ConfigureHttp ?? (object?)EchoPath) is not null)
        {
            return new NetworkError.InvalidArgument(
                "NetworkingOptions.Certificate, ConfigureHttp and EchoPath need a port: without Listens the application has its own");
        }

        if (FrameRate is < 1 or > 1_000)
        {
            return new NetworkError.InvalidArgument($"NetworkingOptions.FrameRate must be 1-1000, was {FrameRate}");
        }

        if (SendQueueBytes < 2L * MaxPacketBytes)
        {
            return new NetworkError.InvalidArgument(
                $"NetworkingOptions.SendQueueBytes ({SendQueueBytes}) must be at least twice MaxPacketBytes ({MaxPacketBytes})");
        }

        if (InboxBytesMax < MaxPacketBytes)
        {
            return new NetworkError.InvalidArgument(
                $"NetworkingOptions.InboxBytesMax ({InboxBytesMax}) must be at least MaxPacketBytes ({MaxPacketBytes})");
        }

        if (SendBudgetBytes < ProtocolLimits.MaxMessageBytes)
        {
            return new NetworkError.InvalidArgument(
                $"NetworkingOptions.SendBudgetBytes must be at least {ProtocolLimits.MaxMessageBytes}, one message, was {SendBudgetBytes}");
        }

        if (SendQueueBytes > SendQueueBytesMax)
        {
            return new NetworkError.InvalidArgument(
                $"NetworkingOptions.SendQueueBytes must be at most {SendQueueBytesMax}, was {SendQueueBytes}");
        }

        const int ReliableWindowBytesMin = PacketHeader.Size + ProtocolLimits.FragmentBytes;
        if (ReliableWindowBytes is < ReliableWindowBytesMin or > SendQueueBytesMax)
        {
            return new NetworkError.InvalidArgument(
                $"NetworkingOptions.ReliableWindowBytes must be {ReliableWindowBytesMin}-{SendQueueBytesMax}, was {ReliableWindowBytes}");
        }

        if (HeartbeatTimeout <= HeartbeatInterval)
        {
            return new NetworkError.InvalidArgument(
                $"NetworkingOptions.HeartbeatTimeout ({HeartbeatTimeout}) must be longer than HeartbeatInterval ({HeartbeatInterval})");
        }

        foreach (var (name, value) in NotNegative())
        {
            if (value < 0)
            {
                return new NetworkError.InvalidArgument($"NetworkingOptions.{name} must not be below 0, was {value}");
            }
        }

        foreach (var (name, value) in Positive())
        {
            if (value <= 0)
            {
                return new NetworkError.InvalidArgument($"NetworkingOptions.{name} must be above 0, was {value}");
            }
        }

        return Mcp?.Validate(this);
    }

    private IEnumerable<(string Name, long Value)> NotNegative() =>
    [
        (nameof(RetryAfter), RetryAfter.Ticks),
        (nameof(ResumeWindow), ResumeWindow.Ticks),
        (nameof(CriticalSendsPerFrameMax), CriticalSendsPerFrameMax),
        (nameof(InlineSendLinksMax), InlineSendLinksMax),
        (nameof(PooledBytesMax), PooledBytesMax),
    ];

    private IEnumerable<(string Name, long Value)> Positive() =>
    [
        (nameof(HeartbeatInterval), HeartbeatInterval.Ticks),
        (nameof(PingInterval), PingInterval.Ticks),
        (nameof(AckTimeout), AckTimeout.Ticks),
        (nameof(FullInboxTimeout), FullInboxTimeout.Ticks),
        (nameof(AwaySessionsMax), AwaySessionsMax),
        (nameof(RequestTimeout), RequestTimeout.Ticks),
        (nameof(RequestsPendingMax), RequestsPendingMax),
        (nameof(HandshakeTimeout), HandshakeTimeout.Ticks),
        (nameof(HelloTimeout), HelloTimeout.Ticks),
        (nameof(MessageTimeout), MessageTimeout.Ticks),
        (nameof(CloseTimeout), CloseTimeout.Ticks),
        (nameof(ShutdownTimeout), ShutdownTimeout.Ticks),
        (nameof(EchoMessageBytesMax), EchoMessageBytesMax),
        (nameof(ConnectionsMax), ConnectionsMax),
        (nameof(HandshakesMax), HandshakesMax),
        (nameof(HandshakeBytesMax), HandshakeBytesMax),
        (nameof(MessageFragmentsMax), MessageFragmentsMax),
        (nameof(SocketSendBufferBytes), SocketSendBufferBytes),
        (nameof(MaxPacketBytes), MaxPacketBytes),
        (nameof(ReceiveBudgetBytes), ReceiveBudgetBytes),
        (nameof(ReceiveBudgetPackets), ReceiveBudgetPackets),
        (nameof(InboxPacketsMax), InboxPacketsMax),
        (nameof(InboxBytesMax), InboxBytesMax),
        (nameof(PostedCallsMax), PostedCallsMax),
        (nameof(PostedBytesMax), PostedBytesMax),
        (nameof(SubscriptionsMax), SubscriptionsMax),
        (nameof(ClientChannelsMax), ClientChannelsMax),
        (nameof(RefusalsMax), RefusalsMax),
    ];
}
