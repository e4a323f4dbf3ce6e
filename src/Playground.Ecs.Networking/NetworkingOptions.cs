using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Playground.Ecs.Networking.Inspection;
using Playground.Ecs.Networking.Kestrel;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking;

/// <summary>Every limit, interval and choice of a <see cref="NetworkingSystem"/>, with its unit and default.</summary>
/// <remarks>Read once by <see cref="NetworkingSystem.InitializeAsync"/>, which refuses values that cannot work; later changes have no effect.</remarks>
public sealed partial record NetworkingOptions
{
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

    /// <summary>Time that a channel's handlers may take of one frame; beyond: counted, and the channel named in the log. Default 4 ms.</summary>
    public TimeSpan HandlerBudget { get; init; } = TimeSpan.FromMilliseconds(4);

    /// <summary>Time to flush and close links at disposal. Default 2 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>When a server that is stopping, or that limits a peer's rate, invites the peer back, from its Goodbye on. Default 1 s.</summary>
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

    // How fast

    /// <summary>
    /// Packets of one connection a second, at most twice that at once; a Critical one counts ten-fold. Beyond: unreliable packets are dropped
    /// with Error RateLimited; a reliable one waits, and its link is not read on. Default 6,000.
    /// </summary>
    public int PacketsPerSecond { get; init; } = 6_000;

    /// <summary>Bytes of packets of one connection a second, at most twice that at once; beyond: as with <see cref="PacketsPerSecond"/>. Default 4 MiB.</summary>
    public int BytesPerSecond { get; init; } = 4 * 1024 * 1024;

    /// <summary>Control requests of one connection a second, at most twice that at once; beyond: as with <see cref="PacketsPerSecond"/>. Default 100.</summary>
    public int ControlRequestsPerSecond { get; init; } = 100;

    /// <summary>How long a connection may go on having packets dropped for its rate before it is closed with 4002. Default 5 s.</summary>
    public TimeSpan RateLimitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>WebSocket pings and pongs of one link a second, at most twice that at once; beyond: close 1008. Default 50.</summary>
    public int PingsPerSecond { get; init; } = 50;

    /// <summary>Hellos of one address a minute whose resume token finds no session of theirs; beyond: close 4002. Default 5.</summary>
    public int ResumeGuessesPerMinute { get; init; } = 5;

    /// <summary>Links of one address (IPv6: of one /64) open at once; beyond: HTTP 503 at the upgrade. Default 1,024.</summary>
    public int ConnectionsPerAddressMax { get; init; } = 1_024;

    /// <summary>TCP connections of one address that may be in their handshake at once; beyond: HTTP 503 and the end. Default 256.</summary>
    public int HandshakesPerAddressMax { get; init; } = 256;

    /// <summary>Upgrade requests of one address a second, at most twice that at once; beyond: HTTP 503. Default 256.</summary>
    public int HandshakesPerAddressPerSecond { get; init; } = 256;

    // Who

    /// <summary>
    /// Hosts that requests may be for, without ports, beside loopback names and the bound address (any IP address where all are bound);
    /// "*": every host. Others get HTTP 421, against DNS rebinding. Inside an ASP.NET Core application (<see cref="NetworkingEndpoints.MapNetworking"/>)
    /// hosts are its own affair unless there are some here. Default: none.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>
    /// Origins of web pages that may open links, like "https://game.example", beside the page's own server; "*": all, "null": those without
    /// one. Others get HTTP 403. Default: none.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Refuse upgrades without an Origin, which programs other than browsers send, with HTTP 403. Default false.</summary>
    public bool RequireOrigin { get; init; }

    /// <summary>
    /// Proxies whose X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host say where a request comes from and what it is for. From anyone
    /// else these headers mean nothing. Default: none.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Decides who a Hello's sender is; null: everyone is let in as <c>peer-n</c>. Default null.</summary>
    public Authenticate? Authenticate { get; init; }

    /// <summary>Decides what each connection may do on which channel, asked at every packet; null: whatever the channels and options allow. Default null.</summary>
    public Authorize? Authorize { get; init; }

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

    /// <summary>Lets peers watch the network on the channel <c>inspector</c>; null: there is no such channel. Default null.</summary>
    public InspectorOptions? Inspector { get; init; }

    // Where it is told

    /// <summary>Where the system logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>What counts as the last sequence before the first, both ways; for tests of the wrap-around.</summary>
    internal Sequence InitialSequence { get; init; } = Sequence.BeforeFirst;

    /// <summary>Where trains and reliable windows rent, for tests that count; null: in the loop's own pool.</summary>
    internal ArrayPool<byte>? Arrays { get; init; }
}
