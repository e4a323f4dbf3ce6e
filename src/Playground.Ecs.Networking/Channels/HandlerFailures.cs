using Playground.Ecs.Networking.Diagnostics;
using Playground.Ecs.Networking.Sessions;

namespace Playground.Ecs.Networking.Channels;

/// <summary>Counts the exceptions of channels' handlers and logs them, once a second for each channel at most. Loop thread only.</summary>
internal sealed class HandlerFailures(SessionStage sessions, ConnectionCounters counters, NetworkLog log)
{
    public void Count(Channel channel, Exception exception)
    {
        counters.HandlerFailures++;
        channel.Failures++;
        if (channel.Failures > 1 && sessions.Now - channel.LastFailureLogged < TimeSpan.TicksPerSecond) return;
        channel.LastFailureLogged = sessions.Now;
        log.HandlerFailed(exception, channel.Name, channel.Failures);
    }
}
