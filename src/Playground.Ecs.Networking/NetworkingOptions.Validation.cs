using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking;

/// <content>What the values have to be.</content>
public sealed partial record NetworkingOptions
{
    // What one pooled buffer can hold, half of it used.
    private const int SendQueueBytesMax = 64 * 1024 * 1024;

    /// <summary>Names the value that cannot work.</summary>
    internal NetworkError? Validate() => ValidatePlace() ?? ValidateSizes() ?? ValidateTimes() ?? ValidatePeers() ?? ValidateBounds() ?? Mcp?.Validate(this) ?? Inspector?.Validate();

    private NetworkError.InvalidArgument? ValidatePlace()
    {
        if (Port is < 0 or > 65_535) return Bad($"Port must be 0-65535, was {Port}");
        if (!Path.StartsWith('/') || (EchoPath is not null && (!EchoPath.StartsWith('/') || EchoPath == Path)))
        {
            return Bad("Path and EchoPath must begin with '/' and differ");
        }

        if (Certificate is { HasPrivateKey: false }) return Bad("Certificate must have its private key");
        return !Listens && (Certificate ?? ConfigureHttp ?? (object?)EchoPath) is not null
            ? Bad("Certificate, ConfigureHttp and EchoPath need a port: without Listens the application has its own")
            : null;
    }

    private NetworkError.InvalidArgument? ValidateSizes()
    {
        if (SendQueueBytes < 2L * MaxPacketBytes)
        {
            return Bad($"SendQueueBytes ({SendQueueBytes}) must be at least twice MaxPacketBytes ({MaxPacketBytes})");
        }

        if (InboxBytesMax < MaxPacketBytes) return Bad($"InboxBytesMax ({InboxBytesMax}) must be at least MaxPacketBytes ({MaxPacketBytes})");
        if (SendBudgetBytes < ProtocolLimits.MaxMessageBytes)
        {
            return Bad($"SendBudgetBytes must be at least {ProtocolLimits.MaxMessageBytes}, one message, was {SendBudgetBytes}");
        }

        if (SendQueueBytes > SendQueueBytesMax) return Bad($"SendQueueBytes must be at most {SendQueueBytesMax}, was {SendQueueBytes}");
        const int ReliableWindowBytesMin = PacketHeader.Size + ProtocolLimits.FragmentBytes;
        return ReliableWindowBytes is < ReliableWindowBytesMin or > SendQueueBytesMax
            ? Bad($"ReliableWindowBytes must be {ReliableWindowBytesMin}-{SendQueueBytesMax}, was {ReliableWindowBytes}")
            : null;
    }

    private NetworkError.InvalidArgument? ValidateTimes()
    {
        if (FrameRate is < 1 or > 1_000) return Bad($"FrameRate must be 1-1000, was {FrameRate}");
        if (HeartbeatTimeout <= HeartbeatInterval)
        {
            return Bad($"HeartbeatTimeout ({HeartbeatTimeout}) must be longer than HeartbeatInterval ({HeartbeatInterval})");
        }

        // A peer that waits for its authentication is not read, and would be taken for dead.
        return HelloTimeout > HeartbeatTimeout
            ? Bad($"HelloTimeout ({HelloTimeout}) must not be longer than HeartbeatTimeout ({HeartbeatTimeout})")
            : null;
    }

    private NetworkError.InvalidArgument? ValidatePeers()
    {
        foreach (var origin in AllowedOrigins)
        {
            if (!OriginRules.IsOrigin(origin)) return Bad($"AllowedOrigins: '{origin}' is no origin like \"https://game.example\", \"*\" or \"null\"");
        }

        foreach (var host in AllowedHosts)
        {
            if (!OriginRules.IsHost(host)) return Bad($"AllowedHosts: '{host}' is no host like \"game.example\", without a port, nor \"*\"");
        }

        return null;
    }

    private NetworkError.InvalidArgument? ValidateBounds()
    {
        foreach (var (name, value) in NotNegative())
        {
            if (value < 0) return Bad($"{name} must not be below 0, was {value}");
        }

        foreach (var (name, value) in Positive())
        {
            if (value <= 0) return Bad($"{name} must be above 0, was {value}");
        }

        return null;
    }

    private static NetworkError.InvalidArgument Bad(string text) => new($"NetworkingOptions.{text}");

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
        (nameof(HandlerBudget), HandlerBudget.Ticks),
        (nameof(PacketsPerSecond), PacketsPerSecond),
        (nameof(BytesPerSecond), BytesPerSecond),
        (nameof(ControlRequestsPerSecond), ControlRequestsPerSecond),
        (nameof(RateLimitTimeout), RateLimitTimeout.Ticks),
        (nameof(PingsPerSecond), PingsPerSecond),
        (nameof(ResumeGuessesPerMinute), ResumeGuessesPerMinute),
        (nameof(ConnectionsPerAddressMax), ConnectionsPerAddressMax),
        (nameof(HandshakesPerAddressMax), HandshakesPerAddressMax),
        (nameof(HandshakesPerAddressPerSecond), HandshakesPerAddressPerSecond),
    ];
}
