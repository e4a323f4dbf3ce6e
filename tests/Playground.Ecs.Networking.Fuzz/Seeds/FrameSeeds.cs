using System.Buffers.Binary;
using System.Text;

namespace Playground.Ecs.Networking.Fuzz.Seeds;

/// <summary>What clients send, and what they must not; each at once and in two patterns of pieces.</summary>
internal static class FrameSeeds
{
    private const uint Mask = 0x12345678;

    private static readonly byte[][] Heads =
    [
        [0],
        [0x01, 0x81],
        [0x0A, 0x02, 0x86],
    ];

    public static IEnumerable<byte[]> All() =>
        from stream in Streams()
        from head in Heads
        select (byte[])[.. head, .. stream];

    private static IEnumerable<byte[]> Streams()
    {
        yield return [];
        yield return [.. Frame(0x82, []), .. Frame(0x82, "one"u8), .. Frame(0x82, new byte[200])];
        yield return [.. Frame(0x02, "a"u8), .. Frame(0x89, "ping"u8), .. Frame(0x00, []), .. Frame(0x80, "b"u8)];
        yield return [.. Frame(0x02, new byte[300]), .. Frame(0x00, new byte[1500]), .. Frame(0x80, new byte[130])];
        yield return [.. Enumerable.Repeat(Frame(0x00, []), 5).Prepend(Frame(0x02, [])).SelectMany(x => x)];
        yield return [.. Enumerable.Repeat(Frame(0x89, new byte[125]), 12).SelectMany(x => x)];
        yield return [.. Frame(0x8A, "pong"u8), .. Frame(0x88, Close(1000, "bye")), .. Frame(0x82, "late"u8)];
        foreach (var code in new ushort[] { 999, 1001, 1004, 1005, 1006, 1014, 1015, 2999, 3000, 4999, 5000 }) yield return Frame(0x88, Close(code, string.Empty));
        yield return Frame(0x88, []);
        yield return Frame(0x88, [3]);
        yield return Frame(0x88, [0x03, 0xE8, 0xC3]);
        foreach (var first in new byte[] { 0x81, 0x80, 0x83, 0x8B, 0xC2, 0x09, 0x08 }) yield return Frame(first, "x"u8);
        yield return [.. Frame(0x02, "a"u8), .. Frame(0x82, "b"u8)];
        yield return [0x82, 0x03, 1, 2, 3];
        yield return [0x89, 0xFE, 0x00, 0x7E, 0, 0, 0, 0];
        yield return [0x82, 0xFE, 0x00, 0x7D, 0, 0, 0, 0];
        yield return [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0];
        yield return [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0];
        yield return [0x82, 0xFF, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0];
        yield return [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];
        yield return [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        yield return [.. Frame(0x02, new byte[2000]), 0x80, 0xFF, 0, 0, 0, 0, 0, 0, 0xF8, 0x31, 0, 0, 0, 0];
    }

    private static byte[] Close(ushort code, string reason) => [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)];

    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        var header = new byte[payload.Length < 126 ? 6 : 8];
        header[0] = first;
        header[1] = (byte)(0x80 | Math.Min(payload.Length, 126));
        if (header.Length == 8) BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(header.Length - 4), Mask);
        var frame = (byte[])[.. header, .. payload];
        for (var i = 0; i < payload.Length; i++) frame[header.Length + i] ^= header[header.Length - 4 + (i & 3)];
        return frame;
    }
}
