using System.Buffers;
using Playground.Ecs.Networking.Simulation.Checks;

namespace Playground.Ecs.Networking.Simulation.Network;

/// <summary>
/// A pool that knows whom it rented to: returned twice, or never, or not its own is a failure, and what was returned is
/// overwritten, so that nobody reads it unnoticed. One thread.
/// </summary>
internal sealed class CheckedPool : ArrayPool<byte>
{
    private const byte Returned = 0xDD;

    private readonly HashSet<byte[]> _rented = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<byte[]>[] _idle = [.. Enumerable.Range(0, 32).Select(static _ => new Stack<byte[]>())];

    /// <summary>Arrays that were rented and not returned.</summary>
    public int RentedCount => _rented.Count;

    /// <inheritdoc/>
    public override byte[] Rent(int minimumLength)
    {
        var shift = Math.Max(4, 32 - int.LeadingZeroCount(minimumLength - 1));
        var array = _idle[shift].TryPop(out var idle) ? idle : GC.AllocateUninitializedArray<byte>(1 << shift);
        _rented.Add(array);
        return array;
    }

    /// <inheritdoc/>
    public override void Return(byte[] array, bool clearArray = false)
    {
        if (!_rented.Remove(array)) throw new SimulationFailedException("an array was returned to the pool that was not rented from it");
        Array.Fill(array, Returned);
        _idle[int.Log2(array.Length)].Push(array);
    }
}
