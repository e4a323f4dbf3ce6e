using System.Buffers.Binary;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>A WebSocket frame's opcode (RFC 6455, section 5.2).</summary>
internal enum Opcode : byte
{
    /// <summary>A further fragment of a message.</summary>
    Continuation = 0,

    /// <summary>A text message or its first fragment.</summary>
    Text = 1,

    /// <summary>A binary message or its first fragment.</summary>
    Binary = 2,

    /// <summary>The closing handshake.</summary>
    Close = 8,

    /// <summary>A request for a Pong.</summary>
    Ping = 9,

    /// <summary>The answer to a Ping, or a sign of life.</summary>
    Pong = 10,
}

/// <summary>What <see cref="FrameHeader.TryRead"/> found.</summary>
internal enum FrameHeaderStatus
{
    /// <summary>The header ends beyond the bytes given, and nothing is wrong so far.</summary>
    Incomplete,

    /// <summary>A whole, valid header.</summary>
    Whole,

    /// <summary>RSV bits without an extension.</summary>
    ReservedBits,

    /// <summary>An opcode that the RFC keeps for later.</summary>
    ReservedOpcode,

    /// <summary>A client's frame without a mask.</summary>
    Unmasked,

    /// <summary>A control frame with the FIN bit clear.</summary>
    FragmentedControl,

    /// <summary>A control frame of more than 125 bytes.</summary>
    LongControl,

    /// <summary>A length in more bytes than it needs, or with its most significant bit set.</summary>
    BadLength,
}

/// <summary>
/// The WebSocket frame header (RFC 6455, section 5.2): written as a server, read as a client sent it. Knows nothing of
/// messages, limits or sockets.
/// </summary>
internal static class FrameHeader
{
    /// <summary>The longest header that a server writes, in bytes.</summary>
    public const int ServerMax = 10;

    /// <summary>The longest header that a client writes, in bytes.</summary>
    public const int ClientMax = 14;

    /// <summary>The largest payload of a control frame, in bytes.</summary>
    public const int ControlPayloadMax = 125;

    private const byte Final = 0x80;
    private const byte Masked = 0x80;
    private const byte Length16 = 126;
    private const byte Length64 = 127;

    /// <summary>Bytes of the header that <see cref="WriteServer"/> writes for a payload: 2, 4 or 10.</summary>
    public static int ServerLength(int payloadLength) => payloadLength switch
    {
        < Length16 => 2,
        <= ushort.MaxValue => 4,
        _ => ServerMax,
    };

    /// <summary>Writes the header of an unfragmented, unmasked frame; its length is returned.</summary>
    public static int WriteServer(Span<byte> destination, Opcode opcode, int payloadLength)
    {
        destination[0] = (byte)(Final | (byte)opcode);
        if (payloadLength < Length16)
        {
            destination[1] = (byte)payloadLength;
            return 2;
        }

        if (payloadLength <= ushort.MaxValue)
        {
            destination[1] = Length16;
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
            return 4;
        }

        destination[1] = Length64;
        BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)payloadLength);
        return ServerMax;
    }

    /// <summary>
    /// Reads the header of a client's frame. A wrong header is reported at its first wrong byte, so that no peer can make
    /// the reader wait for the rest of one.
    /// </summary>
    public static FrameHeaderStatus TryRead(ReadOnlySpan<byte> source, out ClientFrame frame)
    {
        frame = default;
        if (source.IsEmpty)
        {
            return FrameHeaderStatus.Incomplete;
        }

        var final = (source[0] & Final) != 0;
        var opcode = (Opcode)(source[0] & 0x0F);
        var status = CheckFirst(source[0], opcode, final);
        if (status != FrameHeaderStatus.Whole || source.Length < 2)
        {
            return status == FrameHeaderStatus.Whole ? FrameHeaderStatus.Incomplete : status;
        }

        status = CheckSecond(source[1], opcode);
        return status == FrameHeaderStatus.Whole ? TryReadLength(source, opcode, final, out frame) : status;
    }

    /// <summary>The sentence for a status, sent as the reason of the Close frame.</summary>
    public static string Describe(FrameHeaderStatus status) => status switch
    {
        FrameHeaderStatus.ReservedBits => "reserved bits set",
        FrameHeaderStatus.ReservedOpcode => "reserved opcode",
        FrameHeaderStatus.Unmasked => "frame without a mask",
        FrameHeaderStatus.FragmentedControl => "fragmented control frame",
        FrameHeaderStatus.LongControl => "control frame above 125 bytes",
        FrameHeaderStatus.BadLength => "length not in its shortest form, or negative",
        _ => status.ToString(),
    };

    private static FrameHeaderStatus CheckFirst(byte first, Opcode opcode, bool final)
    {
        if ((first & 0x70) != 0)
        {
            return FrameHeaderStatus.ReservedBits;
        }

        if (opcode is > Opcode.Binary and < Opcode.Close or > Opcode.Pong)
        {
            return FrameHeaderStatus.ReservedOpcode;
        }

        return opcode >= Opcode.Close && !final ? FrameHeaderStatus.FragmentedControl : FrameHeaderStatus.Whole;
    }

    private static FrameHeaderStatus CheckSecond(byte second, Opcode opcode)
    {
        if ((second & Masked) == 0)
        {
            return FrameHeaderStatus.Unmasked;
        }

        return opcode >= Opcode.Close && (second & 0x7F) > ControlPayloadMax ? FrameHeaderStatus.LongControl : FrameHeaderStatus.Whole;
    }

    private static FrameHeaderStatus TryReadLength(ReadOnlySpan<byte> source, Opcode opcode, bool final, out ClientFrame frame)
    {
        frame = default;
        var lengthBytes = (source[1] & 0x7F) switch { Length16 => 2, Length64 => 8, _ => 0 };
        if (source.Length < 2 + lengthBytes)
        {
            return FrameHeaderStatus.Incomplete;
        }

        var length = lengthBytes switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(source[2..]),
            8 => BinaryPrimitives.ReadInt64BigEndian(source[2..]),
            _ => source[1] & 0x7F,
        };
        if ((lengthBytes == 2 && length < Length16) || (lengthBytes == 8 && length <= ushort.MaxValue))
        {
            return FrameHeaderStatus.BadLength;
        }

        var headerLength = 2 + lengthBytes + sizeof(uint);
        if (source.Length < headerLength)
        {
            return FrameHeaderStatus.Incomplete;
        }

        var mask = BinaryPrimitives.ReadUInt32LittleEndian(source[(headerLength - sizeof(uint))..]);
        frame = new ClientFrame(opcode, final, headerLength, length, mask);
        return FrameHeaderStatus.Whole;
    }
}

/// <summary>A client's frame header.</summary>
/// <param name="Opcode">What the frame is.</param>
/// <param name="Final">The last, or only, frame of its message.</param>
/// <param name="HeaderLength">Bytes of the header, mask included.</param>
/// <param name="PayloadLength">Bytes that follow it; never negative, not bounded otherwise.</param>
/// <param name="Mask">The masking key, its first byte lowest.</param>
internal readonly record struct ClientFrame(Opcode Opcode, bool Final, int HeaderLength, long PayloadLength, uint Mask);
