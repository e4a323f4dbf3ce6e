namespace Playground.Ecs.Networking.Protocol;

/// <summary>Why a WebSocket closed (PROTOCOL.md, section 10; RFC 6455 section 7.4 below 3000).</summary>
public enum CloseCode : ushort
{
    /// <summary>Not closed; never on the wire.</summary>
    None = 0,

    /// <summary>Asked for.</summary>
    Normal = 1000,

    /// <summary>The server is stopping.</summary>
    GoingAway = 1001,

    /// <summary>A violation of RFC 6455.</summary>
    ProtocolError = 1002,

    /// <summary>A text message.</summary>
    UnsupportedMessage = 1003,

    /// <summary>A close frame without a code; never on the wire.</summary>
    NoStatus = 1005,

    /// <summary>The connection ended without a close frame; never on the wire.</summary>
    Abnormal = 1006,

    /// <summary>Bytes that are no UTF-8 where UTF-8 is required.</summary>
    InvalidUtf8 = 1007,

    /// <summary>WebSocket-level abuse: a flood of pings, endless fragments.</summary>
    PolicyViolation = 1008,

    /// <summary>A message or a reassembled packet over its limit.</summary>
    MessageTooBig = 1009,

    /// <summary>The server is full.</summary>
    TryAgainLater = 1013,

    /// <summary>Nothing received, or nothing acknowledged, for too long.</summary>
    HeartbeatTimeout = 4000,

    /// <summary>The peer reads more slowly than it is sent to.</summary>
    SlowConsumer = 4001,

    /// <summary>Too many packets or bytes in too short a time.</summary>
    RateLimited = 4002,

    /// <summary>A message was begun and not completed in time.</summary>
    MessageTimeout = 4003,

    /// <summary>A protocol version that the server does not speak.</summary>
    UnsupportedVersion = 4500,

    /// <summary>A malformed packet or control message.</summary>
    Malformed = 4501,

    /// <summary>Not authenticated, or no Hello in time where one is required.</summary>
    Unauthorized = 4502,

    /// <summary>A newer link of the same session took over.</summary>
    Replaced = 4503,

    /// <summary>Refused again and again: unknown channels, forbidden packets, limits.</summary>
    PersistentRefusals = 4504,

    /// <summary>A sequence or an acknowledgement that cannot be.</summary>
    SequenceViolation = 4505,
}
