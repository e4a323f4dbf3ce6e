using Microsoft.Extensions.Logging;

namespace Playground.Ecs.Networking.Tests.Frames;

/// <summary>Keeps what is logged. Any thread.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<(LogLevel Level, int Id, string Text, Exception? Exception)> _lines = [];

    public IReadOnlyList<(LogLevel Level, int Id, string Text, Exception? Exception)> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    public IEnumerable<Exception> Exceptions => Lines.Select(l => l.Exception).OfType<Exception>();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock) _lines.Add((logLevel, eventId.Id, formatter(state, exception), exception));
    }
}
