using System.Net;
using Fleck;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Playground.Ecs.Networking.Fleck;

/// <summary>What this transport and Fleck itself log. Event ids 160-179.</summary>
internal static partial class FleckTransportLog
{
    private static ILogger? _fleck;

    /// <summary>
    /// Sends what Fleck says to a logger instead of the console. Fleck has one log for the process, so the transport that started
    /// last gets it; an action that the application has set is left alone.
    /// </summary>
    public static void Route(ILogger logger)
    {
        Volatile.Write(ref _fleck, logger);
        if (FleckLog.LogAction.Method.DeclaringType?.DeclaringType == typeof(FleckLog))
        {
            FleckLog.LogAction = Say;
        }
    }

    /// <summary>Forgets a logger; what Fleck's threads still say goes nowhere.</summary>
    public static void Leave(ILogger logger) => Interlocked.CompareExchange(ref _fleck, null, logger);

    [LoggerMessage(EventId = 160, Level = LogLevel.Information, Message = "Listening on {Address}; WebSocket over Fleck at {Path}")]
    public static partial void Listening(ILogger logger, IPEndPoint address, string path);

    [LoggerMessage(EventId = 161, Level = LogLevel.Warning, Message = "Fleck failed on a connection, which was closed")]
    public static partial void ConnectionFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 162, Message = "Fleck: {Text}")]
    private static partial void Said(ILogger logger, LogLevel level, string text, Exception? exception);

    private static void Say(global::Fleck.LogLevel level, string text, Exception? exception)
    {
        var translated = Translate(level);
        if (Volatile.Read(ref _fleck) is { } logger && logger.IsEnabled(translated))
        {
            Said(logger, translated, text, exception);
        }
    }

    private static LogLevel Translate(global::Fleck.LogLevel level) => level switch
    {
        global::Fleck.LogLevel.Error => LogLevel.Error,
        global::Fleck.LogLevel.Warn => LogLevel.Warning,
        global::Fleck.LogLevel.Info => LogLevel.Information,
        _ => LogLevel.Debug,
    };
}
