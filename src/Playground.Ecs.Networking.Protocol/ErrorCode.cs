namespace Playground.Ecs.Networking.Protocol;

/// <summary>
/// The errors that a peer can be told (PROTOCOL.md, section 10). A number that is not listed comes from a newer peer and is kept.
/// </summary>
public enum ErrorCode : ushort
{
    /// <summary>Done; no error.</summary>
    None = 0,

    /// <summary>Bytes that break a rule of the protocol.</summary>
    MalformedPacket = 1,

    /// <summary>A protocol version that the server does not speak.</summary>
    UnsupportedVersion = 2,

    /// <summary>Authentication is missing or was refused.</summary>
    Unauthorized = 3,

    /// <summary>Known, but not allowed to do this.</summary>
    Forbidden = 4,

    /// <summary>No such channel.</summary>
    ChannelNotFound = 5,

    /// <summary>The channel serves its subscribers only.</summary>
    NotSubscribed = 6,

    /// <summary>A well-formed message with a value that cannot be.</summary>
    InvalidArgument = 7,

    /// <summary>The other side is not there.</summary>
    NotConnected = 8,

    /// <summary>The name or number is taken.</summary>
    AlreadyExists = 9,

    /// <summary>A queue, count or size limit is reached.</summary>
    LimitExceeded = 10,

    /// <summary>Too much in too short a time.</summary>
    RateLimited = 11,

    /// <summary>The deadline passed.</summary>
    Timeout = 12,

    /// <summary>Called off by who asked for it.</summary>
    Cancelled = 13,

    /// <summary>The code that handles the packet failed.</summary>
    HandlerFailed = 14,

    /// <summary>The server is shutting down.</summary>
    ServerStopping = 15,

    /// <summary>The peer reads more slowly than it is sent to.</summary>
    SlowConsumer = 16,
}
