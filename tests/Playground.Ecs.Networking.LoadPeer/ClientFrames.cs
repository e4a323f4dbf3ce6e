using System.Buffers;
using System.Buffers.Binary;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadPeer;

/// <summary>The client's half of RFC 6455 framing: whole, masked frames out, unmasked headers in.</summary>
internal static class ClientFrames
{
    public const byte Binary = 2;
    public const byte Close = 8;
    public const byte Ping = 9;
    public const byte Pong = 10;

    // A constant mask: it protects proxies from scripts (section 10.3), and here is neither. Not zero, so that the server has to unmask.
    private static ReadOnlySpan<byte> Mask => [0x5A, 0xC3, 0x96, 0x3C];

    /// <summary>A frame with its payload masked.</summary>
    public static byte[] Build(byte opcode, ReadOnlySpan<byte> payload)
    {
        var header = HeaderBytes(payload.Length);
        var frame = new byte[header + payload.Length];
        frame[0] = (byte)(0x80 | opcode);
        switch (header)
        {
            case 6:
                frame[1] = (byte)(0x80 | payload.Length);
                break;
            case 8:
                frame[1] = 0x80 | 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
                break;
            default:
                frame[1] = 0x80 | 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
                break;
        }

        Mask.CopyTo(frame.AsSpan(header - 4));
        payload.CopyTo(frame.AsSpan(header));
        ApplyMask(frame.AsSpan(header), 0);
        return frame;
    }

    /// <summary>A message with one control packet.</summary>
    public static byte[] Build<T>(in T message)
        where T : struct, IMessage<T>
    {
        var payload = new ArrayBufferWriter<byte>();
        message.WriteTo(payload);
        var batch = new byte[PacketWriter.SizeOf(payload.WrittenCount)];
        PacketWriter.Write(batch, new PacketHeader(ChannelId.Control, T.WireType, Priority.High), payload.WrittenSpan);
        return Build(Binary, batch);
    }

    /// <summary>The bytes before the payload of a masked frame.</summary>
    public static int HeaderBytes(int payloadLength) => payloadLength < 126 ? 6 : payloadLength <= ushort.MaxValue ? 8 : 14;

    /// <summary>Masks in place the part of a payload that begins at <paramref name="offset"/>.</summary>
    public static void ApplyMask(Span<byte> part, int offset)
    {
        for (var i = 0; i < part.Length; i++)
        {
            part[i] ^= Mask[(offset + i) & 3];
        }
    }

    /// <summary>Reads a server's frame header; false when it is not complete.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> source, out byte opcode, out int headerBytes, out int payloadBytes)
    {
        (opcode, headerBytes, payloadBytes) = (0, 2, 0);
        if (source.Length < 2) return false;
        opcode = (byte)(source[0] & 15);
        payloadBytes = source[1] & 127;
        if (payloadBytes < 126) return true;
        headerBytes = payloadBytes == 126 ? 4 : 10;
        if (source.Length < headerBytes) return false;
        payloadBytes = headerBytes == 4
            ? BinaryPrimitives.ReadUInt16BigEndian(source[2..])
            : checked((int)BinaryPrimitives.ReadUInt64BigEndian(source[2..]));
        return true;
    }
}
