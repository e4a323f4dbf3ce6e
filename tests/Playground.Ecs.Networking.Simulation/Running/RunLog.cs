using Microsoft.Extensions.Logging;

namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>Brings what the code under test logs into the run's own log.</summary>
internal sealed class RunLog(Action<string> write) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        write($"  log: {formatter(state, exception)} {exception?.Message}");

    public void Dispose()
    {
    }
}
