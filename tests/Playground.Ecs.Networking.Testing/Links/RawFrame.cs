using System.Buffers.Binary;
using System.Text;

namespace Playground.Ecs.Networking.Testing.Links;

/// <summary>A WebSocket frame as it was on the wire, unmasked. Reads and writes RFC 6455 on its own, to judge the server's code by.</summary>
public sealed record RawFrame(int First, byte[] Payload)
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    public int Opcode => First & 0x0F;

    public bool IsFinal => (First & 0x80) != 0;

    public int ReservedBits => First & 0x70;

    /// <summary>Of a Close frame; 1005 without a body.</summary>
    public int CloseCode => Payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(Payload);

    public string CloseReason => Payload.Length < 2 ? string.Empty : Encoding.UTF8.GetString(Payload, 2, Payload.Length - 2);

    /// <summary>The bytes of a client's frame; the length in its shortest form unless told otherwise.</summary>
    public static byte[] ToClientBytes(int first, ReadOnlySpan<byte> payload, uint? mask = 0x12345678, int lengthBytes = -1)
    {
        if (lengthBytes < 0)
        {
            lengthBytes = payload.Length < 126 ? 0 : payload.Length < 65_536 ? 2 : 8;
        }

        var header = Header(first, payload.Length, mask, lengthBytes);
        var bytes = new byte[header.Length + payload.Length];
        header.CopyTo(bytes, 0);
        for (var i = 0; i < payload.Length; i++)
        {
            bytes[header.Length + i] = (byte)(payload[i] ^ (mask is null ? 0 : header[header.Length - 4 + (i & 3)]));
        }

        return bytes;
    }

    /// <summary>The header alone, whatever it claims.</summary>
    public static byte[] Header(int first, long length, uint? mask, int lengthBytes)
    {
        var bytes = new List<byte> { (byte)first, (byte)((mask is null ? 0 : 0x80) | (lengthBytes == 0 ? (int)length : lengthBytes == 2 ? 126 : 127)) };
        for (var shift = (lengthBytes - 1) * 8; shift >= 0; shift -= 8)
        {
            bytes.Add((byte)(length >> shift));
        }

        for (var shift = 24; mask is not null && shift >= 0; shift -= 8)
        {
            bytes.Add((byte)(mask.Value >> shift));
        }

        return [.. bytes];
    }

    public static byte[] ClosePayload(int code, string reason) => [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)];

    /// <summary>Takes the server's frame at the start of <paramref name="bytes"/>; null while it is not whole.</summary>
    public static RawFrame? TryParse(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        if (bytes.Length < 2)
        {
            return null;
        }

        var lengthBytes = bytes[1] switch { 126 => 2, 127 => 8, _ => 0 };
        if (bytes.Length < 2 + lengthBytes)
        {
            return null;
        }

        long length = lengthBytes == 0 ? bytes[1] : 0;
        foreach (var part in bytes.Slice(2, lengthBytes))
        {
            length = (length << 8) | part;
        }

        if (bytes.Length < 2 + lengthBytes + length)
        {
            return null;
        }

        consumed = 2 + lengthBytes + (int)length;
        return new RawFrame(bytes[0], bytes[(2 + lengthBytes)..consumed].ToArray());
    }
}
