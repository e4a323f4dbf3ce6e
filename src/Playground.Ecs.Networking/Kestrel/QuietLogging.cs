using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Playground.Ecs.Networking.Kestrel;

/// <summary>The application's logs, without what names whole URLs: people put tokens into queries, and logs are read by others.</summary>
/// <param name="inner">The application's.</param>
internal sealed class QuietLogging(ILoggerFactory inner) : ILoggerFactory
{
    private static readonly string[] NamesUrls = ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Server.Kestrel.BadRequests"];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        Array.IndexOf(NamesUrls, categoryName) >= 0 ? NullLogger.Instance : inner.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>Does nothing: the factory is the application's.</summary>
    public void Dispose()
    {
    }
}
