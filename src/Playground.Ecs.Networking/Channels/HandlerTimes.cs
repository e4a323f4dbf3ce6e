using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Channels;

/// <summary>
/// Measures what channels' handlers take of a frame; one that takes more than <see cref="NetworkingOptions.HandlerBudget"/> is counted, and
/// named in the log once a second at most. Loop thread only.
/// </summary>
internal sealed class HandlerTimes(NetworkingOptions options, ConnectionCounters counters, NetworkLog log)
{
    /// <summary>When a handler begins.</summary>
    public long Begin() => options.TimeProvider.GetTimestamp();

    /// <summary>A handler has ended.</summary>
    public void End(Channel channel, long begun)
    {
        var now = options.TimeProvider.GetTimestamp();
        var took = options.TimeProvider.GetElapsedTime(begun, now);
        if (took <= options.HandlerBudget) return;
        counters.HandlerOverruns++;
        channel.Overruns++;
        if (channel.Overruns > 1 && options.TimeProvider.GetElapsedTime(channel.LastOverrunLogged, now) < TimeSpan.FromSeconds(1)) return;
        channel.LastOverrunLogged = now;
        log.HandlerOverran(channel.Name, took.TotalMilliseconds, options.HandlerBudget.TotalMilliseconds, channel.Overruns);
    }
}
