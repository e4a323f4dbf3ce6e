using System.Text;
using CsCheck;
using Playground.Ecs.Networking.Sockets;

namespace Playground.Ecs.Networking.Tests.Sockets;

[TestFixture]
public sealed class UpgradeRequestPropertyTests
{
    private const int Iterations = 5_000;
    private const int HeadBytesMax = 2048;

    private static readonly Gen<string> Name = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['A', 'Z'], Gen.OneOf('-', '_', '!', '~', '0')), 1, 12];

    private static readonly Gen<string> Value = Gen.String[Gen.OneOf(Gen.Char['!', '~'], Gen.Char[' ', '~'], Gen.Char['\xA0', '\xFF']), 0, 40];

    // Lines that are right, wrong, and wrong in a byte.
    private static readonly Gen<byte[]> Head = Gen.Select(
        Gen.OneOf(Gen.OneOf("Host: h", "Upgrade: websocket", "Connection: Upgrade", ": x", "a b: c", " folded", "x"), Gen.Select(Name, Value).Select((x, y) => $"{x}:{y}")).Array[0, 12],
        Gen.Select(Gen.UShort, Gen.Byte).Array[0, 2]).Select((lines, changes) =>
        {
            var head = Encoding.Latin1.GetBytes($"GET /ws HTTP/1.1\r\n{string.Concat(lines.Select(x => x + "\r\n"))}\r\n");
            foreach (var (position, value) in changes) head[position % head.Length] = value;
            return head;
        });

    [Test]
    public void Any_bytes_are_parsed_and_judged_without_an_exception() =>
        Gen.OneOf(Head, Gen.Byte.Array[0, 80]).Sample(head =>
        {
            if (UpgradeRequest.Parse(head) is not { } request) return true;
            _ = request.JudgeConnect(anySubprotocol: true);
            return request.Judge(anySubprotocol: false) is not null || request.Judge(anySubprotocol: true) is null;
        }, iter: Iterations);

    [Test]
    public void Headers_are_read_as_they_were_sent() =>
        Gen.Select(Name, Value).Array[0, 12].Sample(headers =>
        {
            var sent = headers.Where(x => x.Item1.ToUpperInvariant() is not ("CONNECTION" or "UPGRADE")).DistinctBy(x => x.Item1.ToUpperInvariant()).ToList();
            var head = $"GET /ws HTTP/1.1\r\n{string.Concat(sent.Select(x => $"{x.Item1}: {x.Item2}\r\n"))}\r\n";
            var request = UpgradeRequest.Parse(Encoding.Latin1.GetBytes(head));
            return request!.Headers.Count == sent.Count && sent.All(x => request.Headers[x.Item1.ToUpperInvariant()] == x.Item2.Trim(' '));
        }, iter: Iterations);

    [Test]
    public void A_head_ends_at_the_same_byte_whatever_the_pieces() =>
        Gen.Select(Gen.OneOf((byte)'\r', (byte)'\n', (byte)'x').Array[0, 60], Gen.OneOf(0, 2000), Gen.Int[1, 70]).Sample((end, before, piece) =>
        {
            var sent = (byte[])[.. Enumerable.Repeat((byte)'x', before), .. end];
            var head = default(RequestHead);
            var (taken, isWhole) = (0, false);
            while (taken < sent.Length && !isWhole && head.GetSpace(HeadBytesMax) is { IsEmpty: false } space)
            {
                var count = Math.Min(Math.Min(piece, space.Length), sent.Length - taken);
                sent.AsSpan(taken, count).CopyTo(space);
                taken += count;
                isWhole = head.Received(count);
            }

            var expected = sent.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
            if (expected is 3 or > HeadBytesMax) return !isWhole && taken <= HeadBytesMax;
            return isWhole && head.Bytes.SequenceEqual(sent.AsSpan(0, expected)) && head.Rest.SequenceEqual(sent.AsSpan(expected, taken - expected));
        }, iter: Iterations);

    [Test]
    public void A_route_is_the_same_whatever_the_pieces() =>
        Gen.Select(Gen.OneOf("GET", "POST", new string('A', 32), new string('A', 33), "get", string.Empty), Gen.OneOf("/ws", "/w", "/wsx", "/echo", "/"), Gen.OneOf(" HTTP/1.1", "?a", string.Empty), Gen.Int[1, 50])
            .Sample((method, path, rest, cut) =>
            {
                var route = new RequestRoute("/ws", "/echo");
                var line = Encoding.ASCII.GetBytes($"{method} {path}{rest}");
                var early = route.Decide(line.AsSpan(0, Math.Min(cut, line.Length)));
                return early == RouteTarget.Unknown || early == route.Decide(line);
            }, iter: Iterations);

    [Test]
    public void A_repeated_list_header_costs_its_length_and_not_its_square()
    {
        var head = Encoding.ASCII.GetBytes($"GET /ws HTTP/1.1\r\n{string.Concat(Enumerable.Repeat("Upgrade:x\r\n", 740))}\r\n");
        UpgradeRequest.Parse(head);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var request = UpgradeRequest.Parse(head);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(32 * head.Length));
        Assert.That(request!.Headers["Upgrade"], Is.EqualTo(string.Join(',', Enumerable.Repeat("x", 740))));
    }
}
