using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking;

/// <summary>
/// What went wrong, as a value: a closed hierarchy with one record per error of the protocol (PROTOCOL.md, section 10) and
/// one for each way the server cannot start.
/// </summary>
public abstract record NetworkError
{
    private protected NetworkError()
    {
    }

    /// <summary>The protocol's number for this error.</summary>
    public abstract ErrorCode Code { get; }

    /// <summary>What the other side said about its error; null for an error of this side.</summary>
    public string? PeerMessage { get; init; }

    /// <summary>One sentence that names the thing and, where there is one, the limit.</summary>
    public string Message => PeerMessage ?? Describe();

    /// <summary>The error that the other side reported (in Reply, Response, Error or Goodbye).</summary>
    /// <param name="code">Its number; <see cref="ErrorCode.None"/> and unknown ones become HandlerFailed, of which nothing more is known.</param>
    /// <param name="message">What it said; null or empty: nothing.</param>
    /// <param name="channel">The channel that it is about, where there is one.</param>
    public static NetworkError FromPeer(ErrorCode code, string? message, ChannelId channel = default)
    {
        var said = string.IsNullOrEmpty(message) ? null : message;
        NetworkError error = code switch
        {
            ErrorCode.MalformedPacket => new MalformedPacket("refused by the peer"),
            ErrorCode.UnsupportedVersion => new UnsupportedVersion(ProtocolLimits.Version),
            ErrorCode.Unauthorized => new Unauthorized("refused by the peer"),
            ErrorCode.Forbidden => new Forbidden("refused by the peer"),
            ErrorCode.ChannelNotFound => new ChannelNotFound(channel),
            ErrorCode.NotSubscribed => new NotSubscribed(channel),
            ErrorCode.InvalidArgument => new InvalidArgument("refused by the peer"),
            ErrorCode.NotConnected => new NotConnected("the peer's peer is not connected"),
            ErrorCode.AlreadyExists => new AlreadyExists("refused by the peer"),
            ErrorCode.LimitExceeded => new LimitExceeded("a limit of the peer", 0, 0),
            ErrorCode.RateLimited => new RateLimited("refused by the peer"),
            ErrorCode.Timeout => new Timeout("at the peer"),
            ErrorCode.Cancelled => new Cancelled(),
            ErrorCode.ServerStopping => new ServerStopping(),
            ErrorCode.SlowConsumer => new SlowConsumer("said the peer"),
            _ => new HandlerFailed("at the peer"),
        };
        return error with { PeerMessage = said };
    }

    private protected abstract string Describe();

    /// <summary>Bytes or fields that the protocol does not allow.</summary>
    public sealed record MalformedPacket(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.MalformedPacket;

        private protected override string Describe() => $"Malformed packet: {Detail}.";
    }

    /// <summary>The peer speaks a version that this side does not.</summary>
    public sealed record UnsupportedVersion(int Version) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.UnsupportedVersion;

        private protected override string Describe() => $"Protocol version {Version} is not supported; this side speaks version {ProtocolLimits.Version}.";
    }

    /// <summary>The peer did not prove who it is.</summary>
    public sealed record Unauthorized(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.Unauthorized;

        private protected override string Describe() => $"Unauthorized: {Detail}.";
    }

    /// <summary>Known, but not allowed.</summary>
    public sealed record Forbidden(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.Forbidden;

        private protected override string Describe() => $"Forbidden: {Detail}.";
    }

    /// <summary>No channel has this id (or name).</summary>
    public sealed record ChannelNotFound(ChannelId Channel) : NetworkError
    {
        /// <summary>The name that was looked up; null when it was an id.</summary>
        public string? Name { get; init; }

        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.ChannelNotFound;

        private protected override string Describe() => Name is null
            ? $"Channel {Channel} is not registered."
            : $"No channel is named '{Name}'.";
    }

    /// <summary>The channel takes packets from its subscribers only.</summary>
    public sealed record NotSubscribed(ChannelId Channel) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.NotSubscribed;

        private protected override string Describe() => $"Channel {Channel} takes packets from its subscribers only.";
    }

    /// <summary>An argument outside what is allowed.</summary>
    public sealed record InvalidArgument(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.InvalidArgument;

        private protected override string Describe() => $"Invalid argument: {Detail}.";
    }

    /// <summary>The peer has no link, or the system does not run.</summary>
    public sealed record NotConnected(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.NotConnected;

        private protected override string Describe() => $"Not connected: {Detail}.";
    }

    /// <summary>The name or id is taken.</summary>
    public sealed record AlreadyExists(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.AlreadyExists;

        private protected override string Describe() => $"Already exists: {Detail}.";
    }

    /// <summary>A bound of NetworkingOptions or of the protocol was met.</summary>
    /// <param name="Limit">The name of the limit.</param>
    /// <param name="Maximum">Its value, in the unit that its name says.</param>
    /// <param name="Asked">What would have been needed.</param>
    public sealed record LimitExceeded(string Limit, long Maximum, long Asked) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.LimitExceeded;

        private protected override string Describe() => $"Limit exceeded: {Limit} is {Maximum}, {Asked} was asked for.";
    }

    /// <summary>Too much in too short a time.</summary>
    public sealed record RateLimited(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.RateLimited;

        private protected override string Describe() => $"Rate limited: {Detail}.";
    }

    /// <summary>A deadline passed.</summary>
    public sealed record Timeout(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.Timeout;

        private protected override string Describe() => $"Timeout: {Detail}.";
    }

    /// <summary>The caller gave up.</summary>
    public sealed record Cancelled : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.Cancelled;

        private protected override string Describe() => "Cancelled by the caller.";
    }

    /// <summary>The handler of the packet threw.</summary>
    public sealed record HandlerFailed(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.HandlerFailed;

        private protected override string Describe() => $"The handler failed: {Detail}.";
    }

    /// <summary>The server is on its way down.</summary>
    public sealed record ServerStopping : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.ServerStopping;

        private protected override string Describe() => "The server is stopping.";
    }

    /// <summary>The peer does not read as fast as it is written to.</summary>
    public sealed record SlowConsumer(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.SlowConsumer;

        private protected override string Describe() => $"Slow consumer: {Detail}.";
    }

    /// <summary>The server's address is taken by another process.</summary>
    public sealed record AddressInUse(string Host, int Port) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.AlreadyExists;

        private protected override string Describe() => $"Port {Port} on {Host} is in use by another process; choose another with NetworkingOptions.Port (0 picks a free one).";
    }

    /// <summary>The server's address cannot be bound, for another reason than being taken.</summary>
    public sealed record AddressUnavailable(string Host, int Port, string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.InvalidArgument;

        private protected override string Describe() => $"Cannot listen on {Host}:{Port}: {Detail}.";
    }
}
