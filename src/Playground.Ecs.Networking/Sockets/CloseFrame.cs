using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Sockets;

/// <summary>The Close frame's body (RFC 6455, sections 5.5.1 and 7.4).</summary>
internal static class CloseFrame
{
    /// <summary>The longest Close frame that a server writes, in bytes.</summary>
    public const int ServerMax = 2 + FrameHeader.ControlPayloadMax;

    private const int ReasonBytesMax = FrameHeader.ControlPayloadMax - sizeof(ushort);

    /// <summary>Writes a whole Close frame; its length is returned.</summary>
    /// <param name="destination">At least <see cref="ServerMax"/> bytes.</param>
    /// <param name="code">The code; 1005 writes an empty body.</param>
    /// <param name="reason">Cut at a character where its UTF-8 is longer than 123 bytes.</param>
    public static int WriteServer(Span<byte> destination, ushort code, string reason)
    {
        if (code == (ushort)CloseCode.NoStatus)
        {
            return FrameHeader.WriteServer(destination, Opcode.Close, 0);
        }

        Utf8.FromUtf16(reason, destination.Slice(2 + sizeof(ushort), ReasonBytesMax), out _, out var reasonLength);
        FrameHeader.WriteServer(destination, Opcode.Close, sizeof(ushort) + reasonLength);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], code);
        return 2 + sizeof(ushort) + reasonLength;
    }

    /// <summary>Reads a peer's Close body.</summary>
    /// <returns>None, or the code that the peer earned: 1002 for a bad code or length, 1007 for a reason that is no UTF-8.</returns>
    public static CloseCode Read(ReadOnlySpan<byte> body, out ushort code, out string reason)
    {
        code = (ushort)CloseCode.NoStatus;
        reason = string.Empty;
        if (body.IsEmpty)
        {
            return CloseCode.None;
        }

        if (body.Length < sizeof(ushort) || !IsAllowed(code = BinaryPrimitives.ReadUInt16BigEndian(body)))
        {
            return CloseCode.ProtocolError;
        }

        if (!Utf8.IsValid(body[sizeof(ushort)..]))
        {
            return CloseCode.InvalidUtf8;
        }

        reason = Encoding.UTF8.GetString(body[sizeof(ushort)..]);
        return CloseCode.None;
    }

    /// <summary>Whether a code may be on the wire: those of RFC 6455 and its registry, libraries' (3000s) and applications' (4000s).</summary>
    private static bool IsAllowed(ushort code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
