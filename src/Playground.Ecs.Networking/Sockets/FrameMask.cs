using System.Numerics;
using System.Runtime.InteropServices;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>The XOR of RFC 6455, section 5.3, in the machine's widest steps.</summary>
internal static class FrameMask
{
    /// <summary>Masks or unmasks <paramref name="payload"/> in place.</summary>
    /// <param name="payload">A whole payload: its first byte meets the key's lowest one.</param>
    /// <param name="mask">The key as <see cref="ClientFrame.Mask"/> has it.</param>
    public static void Apply(Span<byte> payload, uint mask)
    {
        if (!BitConverter.IsLittleEndian)
        {
            mask = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(mask);
        }

        var key = Vector.AsVectorByte(new Vector<uint>(mask));
        var wide = MemoryMarshal.Cast<byte, Vector<byte>>(payload);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] ^= key;
        }

        // A vector is a multiple of the key's length, so the rest starts with the key's first byte again.
        ApplyTail(payload[(wide.Length * Vector<byte>.Count)..], mask);
    }

    private static void ApplyTail(Span<byte> tail, uint mask)
    {
        var words = MemoryMarshal.Cast<byte, uint>(tail);
        for (var i = 0; i < words.Length; i++)
        {
            words[i] ^= mask;
        }

        tail = tail[(words.Length * sizeof(uint))..];
        var key = MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in mask));
        for (var i = 0; i < tail.Length; i++)
        {
            tail[i] ^= key[i];
        }
    }
}
