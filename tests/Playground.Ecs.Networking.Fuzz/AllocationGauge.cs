namespace Playground.Ecs.Networking.Fuzz;

/// <summary>Adds up what the code under test allocates, apart from what the checks around it do. A mutable struct: never copied.</summary>
internal struct AllocationGauge
{
    private long _begun;
    private long _bytes;

    public void Start() => _begun = GC.GetAllocatedBytesForCurrentThread();

    public void Stop() => _bytes += GC.GetAllocatedBytesForCurrentThread() - _begun;

    public readonly void StaysWithin(long bytesMax) =>
        Invariant.Holds(_bytes <= bytesMax, $"{_bytes} bytes were allocated; the limit is {bytesMax}");
}
