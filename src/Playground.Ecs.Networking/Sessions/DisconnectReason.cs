using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sessions;

/// <summary>Why a link ended; each is counted under exactly one.</summary>
public enum DisconnectReason
{
    /// <summary>The peer said Goodbye or closed with a code of its own.</summary>
    ClosedByPeer,

    /// <summary>The link ended without a closing handshake.</summary>
    LinkLost,

    /// <summary>WebSocket-level: protocol error, text message, bad UTF-8, message too big, abuse (1002, 1003, 1007-1009).</summary>
    WebSocketViolation,

    /// <summary>A malformed batch or control message (4501).</summary>
    Malformed,

    /// <summary>A protocol version that is not spoken here (4500).</summary>
    UnsupportedVersion,

    /// <summary>No proof of identity (4502).</summary>
    Unauthorized,

    /// <summary>Nothing was heard in time (4000).</summary>
    HeartbeatTimeout,

    /// <summary>It did not read what it was sent (4001).</summary>
    SlowConsumer,

    /// <summary>A message was not completed in time (4003).</summary>
    MessageTimeout,

    /// <summary>It kept sending what is refused (4504).</summary>
    PersistentRefusals,

    /// <summary>The server stopped (1001).</summary>
    ServerStopping,

    /// <summary>Its session was resumed on a newer link (4503).</summary>
    Replaced,

    /// <summary>A sequence or acknowledgement that cannot be (4505).</summary>
    SequenceViolation,

    /// <summary>Reliable packets were written and no acknowledgement advanced in time (4000).</summary>
    AckTimeout,

    /// <summary>Its reliable packets found no room in a channel's inbox in time (4002).</summary>
    InboxFull,

    /// <summary>The application, or a language model that it lets, ended it (1000).</summary>
    Dismissed,

    /// <summary>It sent more than its rate allows and went on, or guessed resume tokens (4002).</summary>
    RateLimited,
}

/// <summary>What each reason is on the wire.</summary>
internal static class DisconnectReasons
{
    public const int Count = (int)DisconnectReason.RateLimited + 1;

    public static CloseCode CloseCode(this DisconnectReason reason) => reason switch
    {
        DisconnectReason.Malformed => Protocol.CloseCode.Malformed,
        DisconnectReason.UnsupportedVersion => Protocol.CloseCode.UnsupportedVersion,
        DisconnectReason.Unauthorized => Protocol.CloseCode.Unauthorized,
        DisconnectReason.HeartbeatTimeout => Protocol.CloseCode.HeartbeatTimeout,
        DisconnectReason.SlowConsumer => Protocol.CloseCode.SlowConsumer,
        DisconnectReason.MessageTimeout => Protocol.CloseCode.MessageTimeout,
        DisconnectReason.PersistentRefusals => Protocol.CloseCode.PersistentRefusals,
        DisconnectReason.ServerStopping => Protocol.CloseCode.GoingAway,
        DisconnectReason.Replaced => Protocol.CloseCode.Replaced,
        DisconnectReason.SequenceViolation => Protocol.CloseCode.SequenceViolation,
        DisconnectReason.AckTimeout => Protocol.CloseCode.HeartbeatTimeout,
        DisconnectReason.InboxFull or DisconnectReason.RateLimited => Protocol.CloseCode.RateLimited,
        _ => Protocol.CloseCode.Normal,
    };

    public static ErrorCode ErrorCode(this DisconnectReason reason) => reason switch
    {
        DisconnectReason.Malformed => Protocol.ErrorCode.MalformedPacket,
        DisconnectReason.UnsupportedVersion => Protocol.ErrorCode.UnsupportedVersion,
        DisconnectReason.Unauthorized => Protocol.ErrorCode.Unauthorized,
        DisconnectReason.HeartbeatTimeout or DisconnectReason.MessageTimeout or DisconnectReason.AckTimeout => Protocol.ErrorCode.Timeout,
        DisconnectReason.SlowConsumer => Protocol.ErrorCode.SlowConsumer,
        DisconnectReason.PersistentRefusals => Protocol.ErrorCode.LimitExceeded,
        DisconnectReason.ServerStopping => Protocol.ErrorCode.ServerStopping,
        DisconnectReason.SequenceViolation => Protocol.ErrorCode.MalformedPacket,
        DisconnectReason.InboxFull or DisconnectReason.RateLimited => Protocol.ErrorCode.RateLimited,
        _ => Protocol.ErrorCode.None,
    };

    /// <summary>The reason behind a link that ended by itself.</summary>
    public static DisconnectReason From(Links.LinkEnd end) => (CloseCode)end.Code switch
    {
        Protocol.CloseCode.Abnormal => DisconnectReason.LinkLost,
        Protocol.CloseCode.MessageTimeout when !end.ByPeer => DisconnectReason.MessageTimeout,
        _ when end.ByPeer => DisconnectReason.ClosedByPeer,
        _ => DisconnectReason.WebSocketViolation,
    };
}
