using System.Buffers;

namespace Playground.Ecs.Networking.Protocol.Tests;

/// <summary>Knows every array that it rented out, with old bytes in it, and refuses a second return.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private readonly HashSet<byte[]> _out = [];

    public int Rented { get; private set; }

    public int Returned { get; private set; }

    public int Largest { get; private set; }

    public int Outstanding => _out.Count;

    public override byte[] Rent(int minimumLength)
    {
        var array = new byte[Math.Max(16, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)minimumLength))];
        array.AsSpan().Fill(0xEE);
        _out.Add(array);
        Rented++;
        Largest = Math.Max(Largest, array.Length);
        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        if (!_out.Remove(array)) throw new InvalidOperationException("An array came back twice, or from elsewhere.");
        array.AsSpan().Fill(0xDD);
        Returned++;
    }
}
