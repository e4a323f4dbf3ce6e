namespace Playground.Ecs.Networking.Loop;

/// <summary>
/// Knows which thread is the loop. Before the first frame there is none and whoever sets up takes turns; from then on it is
/// the thread of the latest frame, which may change between frames but never within one.
/// </summary>
internal sealed class LoopGate
{
    private int _thread;

    /// <summary>Held by each stage of a frame and by each call between frames; nobody else ever waits for it.</summary>
    public Lock Lock { get; } = new();

    /// <summary>True on the loop's thread, and on any thread while there is no loop.</summary>
    public bool IsHere
    {
        get
        {
            var thread = Volatile.Read(ref _thread);
            return thread == 0 || thread == Environment.CurrentManagedThreadId;
        }
    }

    /// <summary>The calling thread runs this frame.</summary>
    public void Claim() => Volatile.Write(ref _thread, Environment.CurrentManagedThreadId);

    /// <summary>There is no loop any more.</summary>
    public void Release() => Volatile.Write(ref _thread, 0);
}
