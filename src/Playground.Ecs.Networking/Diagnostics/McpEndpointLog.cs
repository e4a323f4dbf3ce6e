using System.Net;
using Microsoft.Extensions.Logging;

namespace Playground.Ecs.Networking.Diagnostics;

/// <summary>What the endpoint for language models logs. Event ids 450-499. Tokens, arguments and results are never logged.</summary>
internal static partial class McpEndpointLog
{
    [LoggerMessage(450, LogLevel.Information, "The endpoint for language models is in use for the first time, and ready")]
    public static partial void Ready(ILogger logger);

    [LoggerMessage(451, LogLevel.Error, "The endpoint for language models could not be made; it answers with 500")]
    public static partial void BuildFailed(ILogger logger, Exception exception);

    [LoggerMessage(452, LogLevel.Debug, "A model's request was refused with {Status}: {RemoteAddress}, {Reason}")]
    public static partial void Refused(ILogger logger, int status, IPAddress? remoteAddress, string reason);

    [LoggerMessage(453, LogLevel.Error, "The authentication hook threw; the model's client was refused")]
    public static partial void AuthenticationFailed(ILogger logger, Exception exception);

    [LoggerMessage(454, LogLevel.Debug, "Session {SessionId} of {ClientName} begins on channel {Channel}")]
    public static partial void SessionBegan(ILogger logger, string sessionId, string clientName, ushort channel);

    [LoggerMessage(455, LogLevel.Debug, "Session {SessionId} ended")]
    public static partial void SessionEnded(ILogger logger, string sessionId);

    [LoggerMessage(456, LogLevel.Warning, "Session {SessionId} ended because of an error")]
    public static partial void SessionFailed(ILogger logger, string sessionId, Exception exception);

    [LoggerMessage(457, LogLevel.Warning, "No session for {ClientName}: {Reason}")]
    public static partial void SessionRefused(ILogger logger, string clientName, string reason);

    [LoggerMessage(458, LogLevel.Error, "The call of tool {Tool} failed on the way to the loop; the model was told that it failed")]
    public static partial void CallFailed(ILogger logger, string tool, Exception exception);

    [LoggerMessage(459, LogLevel.Debug, "A client could not be told of a change or an end: it is gone")]
    public static partial void ClientGone(ILogger logger, Exception exception);

    [LoggerMessage(460, LogLevel.Warning, "The endpoint for language models did not stop in time; its sessions were dropped")]
    public static partial void StopTimedOut(ILogger logger);
}
