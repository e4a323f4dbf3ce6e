using System.Buffers;

namespace Playground.Ecs.Networking.Fuzz.Targets;

/// <summary>Rents out arrays of exactly the length asked for, so that a step beyond it throws, and counts them.</summary>
internal sealed class ExactPool : ArrayPool<byte>
{
    public int RentedCount { get; private set; }

    public long RentedBytes { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        RentedCount++;
        RentedBytes += minimumLength;
        return new byte[minimumLength];
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        RentedCount--;
        RentedBytes -= array.Length;

        // Whoever reads it after this reads nonsense.
        array.AsSpan().Fill(0xDD);
    }
}
