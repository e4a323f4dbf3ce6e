namespace Playground.Ecs.Networking.Client.Sessions;

/// <summary>The smoothed round trip: SRTT of RFC 6298, section 2, with alpha = 1/8.</summary>
internal struct RoundTrip
{
    private const int Weight = 8;

    private bool _hasSample;

    /// <summary>In ticks of 100 ns; 0 before the first sample.</summary>
    public long SmoothedTicks { get; private set; }

    public void Add(long ticks)
    {
        SmoothedTicks = _hasSample ? SmoothedTicks + ((ticks - SmoothedTicks) / Weight) : ticks;
        _hasSample = true;
    }
}
