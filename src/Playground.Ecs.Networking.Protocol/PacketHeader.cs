using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Playground.Ecs.Networking.Protocol;

/// <summary>
/// The 12 bytes before every payload, little-endian (PROTOCOL.md, section 3):
/// <code>
/// offset  size  field           bits of the first 8 bytes, read as one word
///      0   u16  channel          0-15
///      2   u16  packet type     16-31
///      4   u8   priority        32-33; 34-39 zero
///      5   u8   flags           40 Reliable, 41 MoreFragments; 42-47 zero
///      6   u16  sequence        48-63; zero unless Reliable
///      8   u32  payload length
/// </code>
/// </summary>
public readonly struct PacketHeader : IEquatable<PacketHeader>
{
    /// <summary>The header's length in bytes.</summary>
    public const int Size = 12;

    internal const ulong UnknownPriorityBits = 0xFCUL << 32;
    internal const ulong UnknownFlagBits = 0xFCUL << 40;
    internal const ulong ReliableBit = (ulong)PacketFlags.Reliable << 40;
    internal const ulong MoreFragmentsBit = (ulong)PacketFlags.MoreFragments << 40;
    internal const int SequenceShift = 48;
    internal const int SequenceOffset = 6;
    internal const int LengthOffset = 8;

    private const ulong SequenceBits = 0xFFFFUL << SequenceShift;

    private readonly ulong _word;

    /// <summary>Makes a header of its fields, unchecked: <see cref="BatchValidator"/> judges what a peer sent.</summary>
    /// <param name="channel">The channel it is addressed to.</param>
    /// <param name="type">The channel's own packet type.</param>
    /// <param name="priority">The lane.</param>
    /// <param name="flags">Reliable and MoreFragments.</param>
    /// <param name="sequence">Zero unless Reliable.</param>
    /// <param name="payloadLength">The bytes that follow.</param>
    public PacketHeader(
        ChannelId channel, ushort type, Priority priority, PacketFlags flags = PacketFlags.None, ushort sequence = 0, int payloadLength = 0)
        : this(
            channel.Value | ((ulong)type << 16) | ((ulong)priority << 32) | ((ulong)flags << 40) | ((ulong)sequence << SequenceShift),
            payloadLength)
    {
    }

    internal PacketHeader(ulong word, int payloadLength)
    {
        _word = word;
        PayloadLength = payloadLength;
    }

    /// <summary>The channel that the packet is addressed to.</summary>
    public ChannelId Channel => new((ushort)_word);

    /// <summary>The channel's own packet type; 0xFF00 and above are reserved (<see cref="ReservedType"/>).</summary>
    public ushort Type => (ushort)(_word >> 16);

    /// <summary>The lane.</summary>
    public Priority Priority => (Priority)(byte)(_word >> 32);

    /// <summary>All flags.</summary>
    public PacketFlags Flags => (PacketFlags)(byte)(_word >> 40);

    /// <summary>The packet's number in its direction of the session; zero unless Reliable.</summary>
    public ushort Sequence => (ushort)(_word >> SequenceShift);

    /// <summary>The payload's length in bytes.</summary>
    public int PayloadLength { get; }

    /// <summary>Whether the Reliable flag is set.</summary>
    public bool IsReliable => (_word & ReliableBit) != 0;

    /// <summary>Whether another fragment of the same train follows.</summary>
    public bool HasMoreFragments => (_word & MoreFragmentsBit) != 0;

    // Lane and reliability name the train that a packet can belong to; channel and type must then agree.
    internal int TrainSlot => ((int)(_word >> 31) & 6) | ((int)(_word >> 40) & 1);

    internal uint ChannelAndType => (uint)_word;

    /// <summary>Whether both have the same fields.</summary>
    public static bool operator ==(PacketHeader left, PacketHeader right) => left.Equals(right);

    /// <summary>Whether any field differs.</summary>
    public static bool operator !=(PacketHeader left, PacketHeader right) => !left.Equals(right);

    /// <summary>
    /// Reads and checks the header at the start of <paramref name="source"/>; false when it is cut, breaks a rule of section 3 or
    /// claims more than <see cref="ProtocolLimits.MaxPayloadBytes"/>. Whether the payload is there is for the caller to check.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> source, out PacketHeader header)
    {
        if (source.Length >= Size)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(source);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(source[LengthOffset..]);
            if (IsWellFormed(word) && length <= ProtocolLimits.MaxPayloadBytes)
            {
                header = new PacketHeader(word, (int)length);
                return true;
            }
        }

        header = default;
        return false;
    }

    /// <summary>Writes the 12 bytes to the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 12 bytes are there.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteTo(Span<byte> destination) => Write(destination, _word, PayloadLength);

    /// <summary>The same header with another sequence.</summary>
    public PacketHeader WithSequence(ushort sequence) =>
        new((_word & ~SequenceBits) | ((ulong)sequence << SequenceShift), PayloadLength);

    /// <summary>The same header with other flags.</summary>
    public PacketHeader WithFlags(PacketFlags flags) =>
        new((_word & ~(0xFFUL << 40)) | ((ulong)flags << 40), PayloadLength);

    /// <summary>The same header with another payload length in bytes.</summary>
    public PacketHeader WithPayloadLength(int payloadLength) => new(_word, payloadLength);

    /// <inheritdoc/>
    public bool Equals(PacketHeader other) => _word == other._word && PayloadLength == other.PayloadLength;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PacketHeader other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_word, PayloadLength);

    /// <summary>All fields, for logs.</summary>
    public override string ToString() =>
        $"channel {Channel}, type {Type}, {Priority}, {Flags}, sequence {Sequence}, {PayloadLength} bytes";

    /// <summary>Writes a sequence into the header of a framed packet.</summary>
    internal static void Stamp(Span<byte> packet, Sequence sequence) =>
        BinaryPrimitives.WriteUInt16LittleEndian(packet.Slice(SequenceOffset, sizeof(ushort)), sequence.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsWellFormed(ulong word) =>
        (word & (UnknownPriorityBits | UnknownFlagBits)) == 0 && ((word & ReliableBit) != 0 || word >> SequenceShift == 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WriteTo(Span<byte> destination, int payloadLength) => Write(destination, _word, payloadLength);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Span<byte> destination, ulong word, int payloadLength)
    {
        // The length first: a destination that is too short then stays untouched.
        BinaryPrimitives.WriteUInt32LittleEndian(destination.Slice(LengthOffset, sizeof(uint)), (uint)payloadLength);
        BinaryPrimitives.WriteUInt64LittleEndian(destination, word);
    }
}
