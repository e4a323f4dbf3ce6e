using Microsoft.Extensions.Logging;

namespace Playground.Ecs.Networking.Mcp.Endpoint;

/// <summary>
/// What the SDK logs, at Debug at most: to it a client's mistake is an error of the server, with a stack trace, and clients could fill a disk with them.
/// Others' messages pass as they are. Any thread.
/// </summary>
internal sealed class SdkLogging(ILoggerFactory factory) : ILoggerFactory
{
    private const string Sdk = "ModelContextProtocol";

    public ILogger CreateLogger(string categoryName)
    {
        var logger = factory.CreateLogger(categoryName);
        return categoryName.StartsWith(Sdk, StringComparison.Ordinal) ? new Demoted(logger) : logger;
    }

    public void AddProvider(ILoggerProvider provider) => factory.AddProvider(provider);

    /// <summary>The factory is the application's.</summary>
    public void Dispose()
    {
    }

    private sealed class Demoted(ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(At(logLevel));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var level = At(logLevel);
            if (logger.IsEnabled(level)) logger.Log(level, eventId, state, exception, formatter);
        }

        private static LogLevel At(LogLevel level) => level is LogLevel.None or LogLevel.Trace ? level : LogLevel.Debug;
    }
}
