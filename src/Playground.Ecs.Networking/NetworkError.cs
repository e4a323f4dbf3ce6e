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

    /// <summary>One sentence that names the thing and, where there is one, the limit.</summary>
    public abstract string Message { get; }

    /// <summary>Bytes or fields that the protocol does not allow.</summary>
    public sealed record MalformedPacket(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.MalformedPacket;

        /// <inheritdoc/>
        public override string Message => $"Malformed packet: {Detail}.";
    }

    /// <summary>The peer speaks a version that this side does not.</summary>
    public sealed record UnsupportedVersion(int Version) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.UnsupportedVersion;

        /// <inheritdoc/>
        public override string Message => $"Protocol version {Version} is not supported; this side speaks version {ProtocolLimits.Version}.";
    }

    /// <summary>The peer did not prove who it is.</summary>
    public sealed record Unauthorized(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.Unauthorized;

        /// <inheritdoc/>
        public override string Message => $"Unauthorized: {Detail}.";
    }

    /// <summary>Known, but not allowed.</summary>
    public sealed record Forbidden(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.Forbidden;

        /// <inheritdoc/>
        public override string Message => $"Forbidden: {Detail}.";
    }

    /// <summary>No channel has this id (or name).</summary>
    public sealed record ChannelNotFound(ChannelId Channel) : NetworkError
    {
        /// <summary>The name that was looked up; null when it was an id.</summary>
        public string? Name { get; init; }

        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.ChannelNotFound;

        /// <inheritdoc/>
        public override string Message => Name is null
            ? $"Channel {Channel} is not registered."
            : $"No channel is named '{Name}'.";
    }

    /// <summary>The channel takes packets from its subscribers only.</summary>
    public sealed record NotSubscribed(ChannelId Channel) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.NotSubscribed;

        /// <inheritdoc/>
        public override string Message => $"Channel {Channel} takes packets from its subscribers only.";
    }

    /// <summary>An argument outside what is allowed.</summary>
    public sealed record InvalidArgument(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.InvalidArgument;

        /// <inheritdoc/>
        public override string Message => $"Invalid argument: {Detail}.";
    }

    /// <summary>The peer has no link, or the system does not run.</summary>
    public sealed record NotConnected(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.NotConnected;

        /// <inheritdoc/>
        public override string Message => $"Not connected: {Detail}.";
    }

    /// <summary>The name or id is taken.</summary>
    public sealed record AlreadyExists(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.AlreadyExists;

        /// <inheritdoc/>
        public override string Message => $"Already exists: {Detail}.";
    }

    /// <summary>A bound of <see cref="NetworkingOptions"/> or of the protocol was met.</summary>
    /// <param name="Limit">The name of the limit.</param>
    /// <param name="Maximum">Its value, in the unit that its name says.</param>
    /// <param name="Asked">What would have been needed.</param>
    public sealed record LimitExceeded(string Limit, long Maximum, long Asked) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.LimitExceeded;

        /// <inheritdoc/>
        public override string Message => $"Limit exceeded: {Limit} is {Maximum}, {Asked} was asked for.";
    }

    /// <summary>Too much in too short a time.</summary>
    public sealed record RateLimited(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.RateLimited;

        /// <inheritdoc/>
        public override string Message => $"Rate limited: {Detail}.";
    }

    /// <summary>A deadline passed.</summary>
    public sealed record Timeout(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.Timeout;

        /// <inheritdoc/>
        public override string Message => $"Timeout: {Detail}.";
    }

    /// <summary>The caller gave up.</summary>
    public sealed record Cancelled : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.Cancelled;

        /// <inheritdoc/>
        public override string Message => "Cancelled by the caller.";
    }

    /// <summary>The handler of the packet threw.</summary>
    public sealed record HandlerFailed(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.HandlerFailed;

        /// <inheritdoc/>
        public override string Message => $"The handler failed: {Detail}.";
    }

    /// <summary>The server is on its way down.</summary>
    public sealed record ServerStopping : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.ServerStopping;

        /// <inheritdoc/>
        public override string Message => "The server is stopping.";
    }

    /// <summary>The peer does not read as fast as it is written to.</summary>
    public sealed record SlowConsumer(string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.SlowConsumer;

        /// <inheritdoc/>
        public override string Message => $"Slow consumer: {Detail}.";
    }

    /// <summary>The server's address is taken by another process.</summary>
    public sealed record AddressInUse(string Host, int Port) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.AlreadyExists;

        /// <inheritdoc/>
        public override string Message => $"Port {Port} on {Host} is in use by another process; choose another with NetworkingOptions.Port (0 picks a free one).";
    }

    /// <summary>The server's address cannot be bound, for another reason than being taken.</summary>
    public sealed record AddressUnavailable(string Host, int Port, string Detail) : NetworkError
    {
        /// <inheritdoc/>
        public override ErrorCode Code => ErrorCode.InvalidArgument;

        /// <inheritdoc/>
        public override string Message => $"Cannot listen on {Host}:{Port}: {Detail}.";
    }
}
