using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Playground.Ecs.Networking.Diagnostics;

/// <summary>What the transports log. Event ids 100-199.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(100, LogLevel.Information, "Listening on {Address}; WebSocket at {Path}")]
    public static partial void Listening(ILogger logger, string address, string path);

    [LoggerMessage(101, LogLevel.Warning, "Accepting a connection failed ({Error}); accepting goes on when the system allows it again")]
    public static partial void AcceptFailed(ILogger logger, SocketError error);

    [LoggerMessage(102, LogLevel.Debug, "Stopped listening on {Address}")]
    public static partial void StoppedListening(ILogger logger, string address);

    [LoggerMessage(103, LogLevel.Debug, "An echo connection ended: {Reason}")]
    public static partial void EchoEnded(ILogger logger, string reason);

    [LoggerMessage(104, LogLevel.Warning, "The HTTP host did not stop in time; its connections were dropped")]
    public static partial void HttpStopTimedOut(ILogger logger);

    [LoggerMessage(105, LogLevel.Error, "The HTTP host did not start; pages and health checks are not served")]
    public static partial void HttpStartFailed(ILogger logger, Exception exception);

    [LoggerMessage(106, LogLevel.Warning, "The stream of an upgraded request failed in an unusual way; its link is lost")]
    public static partial void UpgradedStreamFailed(ILogger logger, Exception exception);
}
