namespace Playground.Ecs.Networking.Links;

/// <summary>
/// What may be taken of a rate at once: at most twice what comes in a second. It may be overdrawn by one, so that whatever is allowed at
/// all passes a full one. A mutable struct, never copied; its owner keeps the rate and the clock.
/// </summary>
/// <param name="perSecond">The rate; it begins full.</param>
internal struct TokenBucket(int perSecond)
{
    private const double BurstSeconds = 2;

    private double _tokens = perSecond * BurstSeconds;

    /// <summary>Nothing can be taken.</summary>
    public readonly bool IsEmpty => _tokens <= 0;

    /// <summary>Nothing can be added.</summary>
    public readonly bool IsFull(int perSecond) => _tokens >= perSecond * BurstSeconds;

    /// <summary>Takes, unless it is empty.</summary>
    public bool TryTake(int count)
    {
        if (IsEmpty) return false;
        _tokens -= count;
        return true;
    }

    /// <summary>Takes from one that is not empty.</summary>
    public void Take(int count) => _tokens -= count;

    /// <summary>Adds what came in since the last time.</summary>
    public void Refill(int perSecond, double seconds) => _tokens = Math.Min(perSecond * BurstSeconds, _tokens + (perSecond * seconds));

    /// <summary>
    /// Adds what came in during one frame, however long it was: what waited to be read while the process stood still was sent in all
    /// that time.
    /// </summary>
    public void RefillFrame(int perSecond, double seconds) => _tokens = Math.Min(perSecond * BurstSeconds, _tokens) + (perSecond * seconds);
}
