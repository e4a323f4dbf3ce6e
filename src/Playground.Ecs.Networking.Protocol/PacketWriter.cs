using System.Runtime.CompilerServices;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>Writes packets into a batch's buffer (PROTOCOL.md, section 3). What fits into one message is the caller's concern.</summary>
public static class PacketWriter
{
    /// <summary>
    /// The bytes that a packet with such a payload takes; the payload must be at most <see cref="ProtocolLimits.FragmentBytes"/>.
    /// </summary>
    public static int SizeOf(int payloadLength) => PacketHeader.Size + payloadLength;

    /// <summary>The bytes that a payload of any length takes, over all its fragments and their headers.</summary>
    public static int SizeOfTrain(int payloadLength) => payloadLength + (Fragmenter.Count(payloadLength) * PacketHeader.Size);

    /// <summary>
    /// Writes a header and its payload; the length in the header is the payload's own, whatever <paramref name="header"/> says.
    /// </summary>
    /// <returns>The bytes written: <see cref="SizeOf"/> the payload's length.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short; what it holds is then undefined.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> destination, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        header.WriteTo(destination, payload.Length);
        payload.CopyTo(destination[PacketHeader.Size..]);
        return PacketHeader.Size + payload.Length;
    }
}
