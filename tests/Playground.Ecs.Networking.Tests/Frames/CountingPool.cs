using System.Buffers;

namespace Playground.Ecs.Networking.Tests.Frames;

/// <summary>Knows how many arrays are out, and spoils what comes back. One thread.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private readonly HashSet<byte[]> _rented = [];

    public int RentedCount => _rented.Count;

    /// <summary>Arrays rented so far.</summary>
    public int Rentals { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        Rentals++;
        var array = new byte[minimumLength];
        _rented.Add(array);
        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        if (!_rented.Remove(array)) throw new InvalidOperationException("An array came back that was not out.");
        array.AsSpan().Fill(0xDD);
    }
}
