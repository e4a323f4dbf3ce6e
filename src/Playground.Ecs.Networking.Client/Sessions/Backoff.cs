namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>How long to wait before the next link: exponential with full jitter (PROTOCOL.md, section 7).</summary>
internal sealed class Backoff(ClientOptions options, Random jitter)
{
    /// <summary>The number of the link that is tried next; 0 while none has failed.</summary>
    public int Attempt { get; private set; }

    /// <summary>To be called when a link ended or could not be opened.</summary>
    /// <param name="lifetime">How long it lived after Welcome, in ticks; 0 without one.</param>
    /// <param name="retryAfter">What the server asked for; it is added to the random wait, so that not all clients come back at once.</param>
    /// <returns>The wait in ticks.</returns>
    public long Next(long lifetime, TimeSpan? retryAfter)
    {
        // A server that welcomes and hangs up is no reason to come back ever faster.
        if (Attempt > 0 && lifetime >= Ceiling()) Attempt = 0;
        Attempt++;
        var wait = jitter.NextInt64(Ceiling());
        return retryAfter is { } asked ? wait + Math.Clamp(asked.Ticks, 0, options.RetryAfterMax.Ticks) : wait;
    }

    private long Ceiling()
    {
        // 2^40 times the smallest delay is beyond any largest one.
        var doublings = Math.Clamp(Attempt - 1, 0, 40);
        var max = options.ReconnectDelayMax.Ticks;
        var min = options.ReconnectDelayMin.Ticks;
        return min > max >> doublings ? max : min << doublings;
    }
}
