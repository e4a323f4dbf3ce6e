using System.Globalization;
using System.Text;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Fuzz.Targets;

/// <summary>
/// The upgrade request: RequestRoute, RequestHead, UpgradeRequest and the answers to it. The first byte says in pieces of how many bytes
/// the rest arrives.
/// </summary>
internal static class UpgradeTarget
{
    private const int HeadBytesMax = 8 * 1024;
    private const int PieceMask = 0x3F;
    private const int RoutePrefixesMax = 64;

    // A header of four bytes becomes two strings and a place in a table.
    private const int AllocatedBytesPerByte = 64;
    private const int AllocatedBytesMore = 4 * 1024;

    private static readonly RequestRoute Route = new("/ws", "/echo");
    private static readonly RequestRoute TlsRoute = new("/ws", null, isTlsOnly: true);

    public static void Run(byte[] input)
    {
        var (piece, sent) = FuzzTarget.Cut(input);
        if (sent.Length == 0) sent = [0];
        CheckRoute(sent);
        var head = Collect(sent, 1 + (piece & PieceMask));
        if (head.Length > 0) CheckRequest(head);
    }

    // A decision is never taken back: what follows, and in which pieces it comes, changes nothing.
    private static void CheckRoute(byte[] sent)
    {
        var decided = RouteTarget.Unknown;
        for (var length = 1; length <= Math.Min(sent.Length, RequestRoute.PeekBytesMax); length = length < RoutePrefixesMax ? length + 1 : length * 2)
        {
            var target = Route.Decide(sent.AsSpan(0, length));
            Invariant.Holds(decided == RouteTarget.Unknown || target == decided, "another route after more bytes");
            decided = target;
        }

        var whole = Route.Decide(sent.AsSpan(0, Math.Min(sent.Length, RequestRoute.PeekBytesMax)));
        Invariant.Holds(decided == RouteTarget.Unknown || whole == decided, "another route for all bytes");
        Invariant.Holds(sent.Length < RequestRoute.PeekBytesMax || whole != RouteTarget.Unknown, "no route after all that is looked at");
        Invariant.Holds(TlsRoute.Decide(sent) == (sent[0] == 0x16 ? RouteTarget.Http : RouteTarget.PlainText), "TLS is known by its first byte");
    }

    // The head as the handshake collects it, which is empty where it refuses; the pieces make no difference.
    private static byte[] Collect(byte[] sent, int pieceBytes)
    {
        var gauge = default(AllocationGauge);
        gauge.Start();
        var head = default(RequestHead);
        var (taken, isWhole) = (0, false);
        while (taken < sent.Length && !isWhole)
        {
            var space = head.GetSpace(HeadBytesMax);
            if (space.IsEmpty) break;
            var count = Math.Min(Math.Min(pieceBytes, space.Length), sent.Length - taken);
            sent.AsSpan(taken, count).CopyTo(space);
            taken += count;
            isWhole = head.Received(count);
        }

        gauge.Stop();
        gauge.StaysWithin((4L * taken) + AllocatedBytesMore);
        var end = sent.AsSpan().IndexOf("\r\n\r\n"u8);
        Invariant.Holds(isWhole == (end >= 0 && end + 4 <= HeadBytesMax), "the head's end is elsewhere");
        if (!isWhole) return [];
        Invariant.Holds(head.Bytes.SequenceEqual(sent.AsSpan(0, end + 4)), "the head is not what was sent");
        Invariant.Holds(head.Rest.SequenceEqual(sent.AsSpan(end + 4, taken - end - 4)), "what came behind the head is not what was sent");
        return head.Bytes.ToArray();
    }

    private static void CheckRequest(byte[] head)
    {
        var gauge = default(AllocationGauge);
        gauge.Start();
        var request = UpgradeRequest.Parse(head);
        var refusal = request?.Judge(anySubprotocol: false);
        gauge.Stop();
        gauge.StaysWithin((AllocatedBytesPerByte * (long)head.Length) + AllocatedBytesMore);
        if (request is null) return;

        CheckHeaders(request);
        CheckRefusal(refusal);
        CheckRefusal(request.JudgeConnect(anySubprotocol: true));
        var lenient = request.Judge(anySubprotocol: true);
        Invariant.Holds(refusal is not null || lenient is null, "less asked for, and refused");
        if (lenient is null) CheckAcceptance(request);
    }

    private static void CheckHeaders(UpgradeRequest request)
    {
        Invariant.Holds(request.Method.Length > 0 && !request.Method.Contains(' ', StringComparison.Ordinal), "no method");
        foreach (var (name, value) in request.Headers)
        {
            Invariant.Holds(name.Length > 0 && name.All(x => x is > ' ' and < (char)0x7F and not ':'), "a name that is none");
            Invariant.Holds(!value.AsSpan().ContainsAny('\r', '\n', '\0'), "a value of more than a line");
            Invariant.Holds(value.Trim(' ', '\t') == value, "a value with space around it");
        }

        var upgrade = request.ToUpgrade(null);
        Invariant.Holds(upgrade.Headers.Count == request.Headers.Count, "headers are lost on the way to the loop");
        Invariant.Holds(upgrade.Subprotocol is null == !request.HasSubprotocol, "another subprotocol than was offered");
    }

    private static void CheckRefusal(UpgradeRefusal? refusal)
    {
        if (refusal is null) return;
        var answer = Encoding.ASCII.GetString(refusal.ToBytes());
        Invariant.Holds(answer.StartsWith(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {refusal.Status} "), StringComparison.Ordinal), "another status");
        Invariant.Holds(refusal.Status is >= 400 and < 500, "the server's fault");
        var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Invariant.Holds(answer.Contains(string.Create(CultureInfo.InvariantCulture, $"\r\nContent-Length: {body.Length}\r\n"), StringComparison.Ordinal), "another length");
    }

    // Nothing that a peer sends can add a line to the answer.
    private static void CheckAcceptance(UpgradeRequest request)
    {
        Invariant.Holds(Convert.FromBase64String(request.Key).Length == 16, "a key that is none");
        Invariant.Holds(request.Method == "GET" && request.HasToken("upgrade", "WEBSOCKET"), "no upgrade was asked for");
        var answer = Encoding.ASCII.GetString(UpgradeAcceptance.ToBytes(request.Key, request.HasSubprotocol ? "playground.v1" : null));
        var lines = answer.Split("\r\n");
        Invariant.Holds(lines.Length == (request.HasSubprotocol ? 7 : 6) && lines[^1].Length == 0 && lines[^2].Length == 0, "another answer than the RFC's");
        Invariant.Holds(lines.Skip(1).SkipLast(2).All(x => x.Contains(": ", StringComparison.Ordinal)), "a line that is no header");
    }
}
