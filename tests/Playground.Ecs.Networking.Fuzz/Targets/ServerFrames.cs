using System.Buffers.Binary;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Fuzz.Targets;

/// <summary>What a server may send to a peer that it only reads from: the answers to its Pings, and one Close frame behind them.</summary>
internal static class ServerFrames
{
    private const byte Close = 0x88;
    private const byte Pong = 0x8A;

    public static void Check(List<byte> sent, ReferenceStream reference)
    {
        ReadOnlySpan<byte> rest = sent.ToArray();
        var pings = 0;
        var isClosed = false;
        while (!rest.IsEmpty)
        {
            Invariant.Holds(!isClosed, "sent behind the Close frame");
            Invariant.Holds(rest.Length >= 2 && rest[1] <= 125 && rest.Length >= 2 + rest[1], "half a frame, or a long one");
            var body = rest.Slice(2, rest[1]);
            if (rest[0] == Pong) pings = FindPing(reference.Pings, pings, body) + 1;
            else isClosed = CheckClose(rest[0], body, reference);
            rest = rest[(2 + rest[1])..];
        }

        Invariant.Holds(isClosed == (reference.EndCode != (ushort)CloseCode.Abnormal), "a Close frame too few or too many");
    }

    // Not every Ping needs an answer (RFC 6455, section 5.5.3), but each answer its Ping, in their order.
    private static int FindPing(IReadOnlyList<byte[]> pings, int from, ReadOnlySpan<byte> body)
    {
        while (from < pings.Count && !body.SequenceEqual(pings[from])) from++;
        Invariant.Holds(from < pings.Count, "a Pong without its Ping");
        return from;
    }

    private static bool CheckClose(byte first, ReadOnlySpan<byte> body, ReferenceStream reference)
    {
        Invariant.Holds(first == Close, "neither a Pong nor a Close frame");
        var code = body.Length < 2 ? (ushort)CloseCode.NoStatus : BinaryPrimitives.ReadUInt16BigEndian(body);
        Invariant.Holds(code == reference.EndCode, "closed with another code than the link ended with");
        return true;
    }
}
