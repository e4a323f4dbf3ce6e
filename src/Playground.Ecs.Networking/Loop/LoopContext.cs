namespace Playground.Ecs.Networking.Loop;

/// <summary>Awaits begun on the loop's thread resume there, in a later frame.</summary>
internal sealed class LoopContext(LoopCalls calls, Func<bool> isRunning, Action posted) : SynchronizationContext
{
    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        // After the last frame nobody would run it.
        if (!isRunning())
        {
            base.Post(d, state);
            return;
        }

        calls.Post(d, state);
        posted();
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state)
    {
        if (Current == this) d(state);
        else throw new NotSupportedException("Waiting for the loop's thread would stop the caller for a frame; use Post.");
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;
}
