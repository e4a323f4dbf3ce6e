using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>Why a link ended, as an error (PROTOCOL.md, section 10).</summary>
internal static class CloseErrors
{
    /// <summary>The error of a close code; what the server said in Goodbye counts more.</summary>
    public static NetworkError Of(ushort code, string reason, Goodbye? goodbye)
    {
        if (goodbye is { Error: not ErrorCode.None } said) return NetworkError.FromPeer(said.Error, said.Reason);
        var detail = Describe(code, goodbye is { Reason.Length: > 0 } farewell ? farewell.Reason : reason);
        return (CloseCode)code switch
        {
            CloseCode.GoingAway => new NetworkError.ServerStopping(),
            CloseCode.HeartbeatTimeout or CloseCode.MessageTimeout => new NetworkError.Timeout(detail),
            CloseCode.SlowConsumer => new NetworkError.SlowConsumer(detail),
            CloseCode.RateLimited => new NetworkError.RateLimited(detail),
            CloseCode.UnsupportedVersion => new NetworkError.UnsupportedVersion(ProtocolLimits.Version),
            CloseCode.Unauthorized => new NetworkError.Unauthorized(detail),
            CloseCode.PersistentRefusals or CloseCode.PolicyViolation => new NetworkError.Forbidden(detail),
            CloseCode.Malformed or CloseCode.SequenceViolation or CloseCode.MessageTooBig or CloseCode.ProtocolError
                or CloseCode.UnsupportedMessage or CloseCode.InvalidUtf8 => new NetworkError.MalformedPacket(detail),
            _ => new NetworkError.NotConnected(detail),
        };
    }

    private static string Describe(ushort code, string reason)
    {
        var what = (CloseCode)code switch
        {
            CloseCode.Normal => "the server closed the session",
            CloseCode.TryAgainLater => "the server is full",
            CloseCode.Replaced => "a newer link of this session took over",
            CloseCode.Abnormal or CloseCode.NoStatus => "the link was lost",
            _ => "the server closed the link",
        };
        return reason.Length == 0 ? $"{what} ({code})" : $"{what} ({code}: {reason})";
    }
}
