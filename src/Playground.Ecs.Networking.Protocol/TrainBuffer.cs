namespace Playground.Ecs.Networking.Protocol;

/// <summary>
/// A reassembled payload in a rented array. Its one owner is whoever received it from <see cref="TrainAssembler.Add"/>: that one
/// returns <see cref="Array"/> to the assembler's pool, once.
/// </summary>
/// <param name="Array">The rented array; longer than the payload. Null in the default value.</param>
/// <param name="Length">The payload's length in bytes.</param>
public readonly record struct TrainBuffer(byte[]? Array, int Length)
{
    /// <summary>The payload; empty in the default value.</summary>
    public ReadOnlyMemory<byte> Memory => Array.AsMemory(0, Length);

    /// <summary>The payload; empty in the default value.</summary>
    public ReadOnlySpan<byte> Span => Array.AsSpan(0, Length);
}
