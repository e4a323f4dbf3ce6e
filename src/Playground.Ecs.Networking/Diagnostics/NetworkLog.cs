using System.Net;
using Microsoft.Extensions.Logging;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Diagnostics;

/// <summary>Everything the system logs; event ids 1-99. Tokens and payloads are never logged.</summary>
internal sealed partial class NetworkLog(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {EndPoint}.")]
    public partial void Listening(IPEndPoint? endPoint);

    [LoggerMessage(2, LogLevel.Information, "Stopped.")]
    public partial void Stopped();

    [LoggerMessage(3, LogLevel.Debug, "{PeerId} connected from {RemoteEndPoint}.")]
    public partial void Connected(string peerId, IPEndPoint? remoteEndPoint);

    [LoggerMessage(4, LogLevel.Debug, "{PeerId} disconnected: {Reason} ({Detail}).")]
    public partial void Disconnected(string peerId, DisconnectReason reason, string detail);

    [LoggerMessage(5, LogLevel.Error, "The handler of channel {Channel} threw; {Failures} times so far.")]
    public partial void HandlerFailed(Exception exception, string channel, long failures);

    [LoggerMessage(6, LogLevel.Error, "The authentication hook threw; the peer was refused.")]
    public partial void AuthenticationFailed(Exception exception);

    [LoggerMessage(8, LogLevel.Debug, "{PeerId} resumed its session from {RemoteEndPoint}.")]
    public partial void Resumed(string peerId, IPEndPoint? remoteEndPoint);

    [LoggerMessage(9, LogLevel.Debug, "The session of {PeerId} is over.")]
    public partial void SessionEnded(string peerId);

    [LoggerMessage(10, LogLevel.Warning, "The inbox of channel {Channel} is full of reliable packets that nobody receives; the link of {PeerId} is closed.")]
    public partial void InboxFull(string channel, string peerId);

    [LoggerMessage(11, LogLevel.Debug, "{PeerId} was refused packet type {PacketType} on channel {Channel}: Forbidden.")]
    public partial void Forbidden(string peerId, ushort packetType, Protocol.ChannelId channel);

    [LoggerMessage(12, LogLevel.Error, "The authorization hook threw; what was asked for was refused.")]
    public partial void AuthorizationFailed(Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "The handlers of channel {Channel} took {TookMs:F1} ms of one frame; their share is {BudgetMs:F1} ms. {Overruns} times so far.")]
    public partial void HandlerOverran(string channel, double tookMs, double budgetMs, long overruns);

    [LoggerMessage(14, LogLevel.Error, "The reader of resource {Uri} threw.")]
    public partial void ResourceFailed(Exception exception, string uri);

    [LoggerMessage(7, LogLevel.Error, "A call posted to the loop threw.")]
    public partial void CallFailed(Exception exception);
}
