namespace Playground.Ecs.Networking.Sockets;

/// <summary>The limited places for links: taken by a valid upgrade request, given back when its socket is closed. Any thread.</summary>
/// <param name="max">How many there are.</param>
internal sealed class LinkPlaces(int max)
{
    private int _taken;

    /// <summary>Places taken now.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes a place, unless all are taken.</summary>
    public bool TryReserve()
    {
        if (Interlocked.Increment(ref _taken) <= max)
        {
            return true;
        }

        Release();
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Release() => Interlocked.Decrement(ref _taken);
}
