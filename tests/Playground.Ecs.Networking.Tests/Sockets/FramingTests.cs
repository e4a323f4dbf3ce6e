using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>RFC 6455 on a link, byte by byte.</summary>
[TestFixture]
public class FramingTests : SocketFixture
{
    private const uint Mask = 0x0BADF00D;

    private static IEnumerable<TestCaseData> Violations()
    {
        yield return Case("text", 1003, RawFrame.ToClientBytes(0x81, "hi"u8));
        yield return Case("text's first fragment", 1003, RawFrame.ToClientBytes(0x01, "hi"u8));
        yield return Case("unmasked", 1002, RawFrame.ToClientBytes(0x82, [1], mask: null));
        yield return Case("long ping", 1002, RawFrame.ToClientBytes(0x89, new byte[126]));
        yield return Case("fragmented ping", 1002, RawFrame.ToClientBytes(0x09, [1]));
        yield return Case("fragmented close", 1002, RawFrame.ToClientBytes(0x08, [3, 232]));
        yield return Case("lone continuation", 1002, RawFrame.ToClientBytes(0x80, [1]));
        yield return Case("message inside a message", 1002, [.. RawFrame.ToClientBytes(0x02, [1]), .. RawFrame.ToClientBytes(0x82, [2])]);
        yield return Case("length 2^63", 1002, RawFrame.Header(0x82, long.MinValue, Mask, 8));
        yield return Case("length 2^64-1", 1002, RawFrame.Header(0x82, -1, Mask, 8));
        yield return Case("length 2^63-1", 1009, RawFrame.Header(0x82, long.MaxValue, Mask, 8));
        yield return Case("length 2^32+5", 1009, RawFrame.Header(0x82, (1L << 32) + 5, Mask, 8));
        yield return Case("length 65537", 1009, RawFrame.Header(0x82, 65_537, Mask, 8));
        yield return Case("5 in two bytes", 1002, RawFrame.ToClientBytes(0x82, new byte[5], lengthBytes: 2));
        yield return Case("200 in eight bytes", 1002, RawFrame.ToClientBytes(0x82, new byte[200], lengthBytes: 8));
        yield return Case("fragments above the limit", 1009, [.. RawFrame.ToClientBytes(0x02, new byte[65_536]), .. RawFrame.ToClientBytes(0x80, [1])]);
        yield return Case("endless fragments", 1008, [.. RawFrame.ToClientBytes(0x02, []), .. Repeat(RawFrame.ToClientBytes(0, []), 64)]);
        foreach (var opcode in new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
        {
            yield return Case($"opcode {opcode}", 1002, RawFrame.ToClientBytes(0x80 | opcode, []));
        }

        foreach (var bit in new[] { 0x40, 0x20, 0x10 })
        {
            yield return Case($"reserved bit {bit:X}", 1002, RawFrame.ToClientBytes(0x82 | bit, [1]));
            yield return Case($"reserved bit {bit:X} of a ping", 1002, RawFrame.ToClientBytes(0x89 | bit, [1]));
        }

        yield return Case("close of one byte", 1002, RawFrame.ToClientBytes(0x88, [3]));
        yield return Case("close with bad UTF-8", 1007, RawFrame.ToClientBytes(0x88, [3, 232, 0xC3, 0x28]));
        yield return Case("close with half a character", 1007, RawFrame.ToClientBytes(0x88, [3, 232, 0xE2, 0x82]));
        foreach (var code in new[] { 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535 })
        {
            yield return Case($"close code {code}", 1002, RawFrame.ToClientBytes(0x88, RawFrame.ClosePayload(code, string.Empty)));
        }
    }

    [TestCaseSource(nameof(Violations))]
    public void A_violation_costs_the_link_with_its_code_and_nobody_else(int code, byte[] bytes)
    {
        var (client, server) = ConnectPair();
        var (other, otherServer) = ConnectPair();
        client.SendFrame(RawFrame.Binary, [42]);
        client.SendBytes(bytes);
        Loop.Until(() => server.Link.End is not null);
        Assert.That(server.Link.End!.Code, Is.EqualTo(code));
        Assert.That(server.Link.End.ByPeer, Is.False);
        Assert.That(server.Messages, Has.Count.EqualTo(1), "what came before");

        var close = ReadFrame(client);
        Assert.That(close.Opcode, Is.EqualTo(RawFrame.Close));
        Assert.That(close.CloseCode, Is.EqualTo(code));
        Loop.Until(() => client.TryReadFrame(out _) || client.HasEnded);
        Assert.That(client.WasReset, Is.False);
        client.Dispose();

        other.SendFrame(RawFrame.Binary, [43]);
        Loop.Until(() => otherServer.Messages.Count == 1 && Loop.Transport.LinkCount == 1);
        other.Dispose();
    }

    [TestCase(1000)]
    [TestCase(1003)]
    [TestCase(1007)]
    [TestCase(1011)]
    [TestCase(1012)]
    [TestCase(1013)]
    [TestCase(1014)]
    [TestCase(3000)]
    [TestCase(3999)]
    [TestCase(4000)]
    [TestCase(4999)]
    public void An_allowed_close_code_is_echoed(int code)
    {
        var (client, server) = ConnectPair();
        client.SendClose(code, new string('r', 123));
        var close = ReadFrame(client);
        Assert.That((close.Opcode, close.CloseCode), Is.EqualTo((RawFrame.Close, code)));
        Assert.That(server.Link.End, Is.EqualTo(new LinkEnd((ushort)code, new string('r', 123), true)));
        client.Dispose();
    }

    [Test]
    public void All_sizes_around_the_length_forms_arrive_whole_at_every_split()
    {
        var (client, server) = ConnectPair();
        var sizes = new[] { 0, 1, 2, 124, 125, 126, 127, 128, 65_534, 65_535, 65_536 };
        var random = new Random(11);
        foreach (var size in sizes)
        {
            var message = new byte[size];
            random.NextBytes(message);
            var bytes = RawFrame.ToClientBytes(0x82, message, (uint)random.NextInt64());
            foreach (var cut in new[] { 1, 2, 5, 13, bytes.Length / 2, bytes.Length - 1 }.Where(cut => cut < bytes.Length))
            {
                server.Messages.Clear();
                client.SendBytes(bytes.AsSpan(0, cut));
                Loop.Until(() => !client.Socket.Poll(0, SelectModeError));
                Loop.Frame();
                client.SendBytes(bytes.AsSpan(cut));
                Loop.Until(() => server.Messages.Count == 1);
                Assert.That(server.Messages[0], Is.EqualTo(message), $"{size} cut at {cut}");
            }
        }

        client.Dispose();
    }

    [Test]
    public void A_stream_that_comes_byte_by_byte_is_the_same_stream()
    {
        var (client, server) = ConnectPair();
        var random = new Random(5);
        var messages = Enumerable.Range(0, 12).Select(i => new byte[i * 30]).ToList();
        messages.ForEach(random.NextBytes);
        foreach (var bytes in messages.SelectMany(message => RawFrame.ToClientBytes(0x82, message)))
        {
            client.SendBytes([bytes]);
            var before = server.Link.BytesReceived;
            Loop.Until(() => server.Link.BytesReceived > before);
        }

        Loop.Until(() => server.Messages.Count == messages.Count);
        Assert.That(server.Messages, Is.EqualTo(messages));
        client.Dispose();
    }

    [Test]
    public void A_dribbled_message_holds_memory_for_what_came_not_for_what_it_claims()
    {
        var (client, server) = ConnectPair();
        var message = new byte[65_536];
        new Random(9).NextBytes(message);
        var bytes = RawFrame.ToClientBytes(0x82, message);
        for (var sent = 0; sent < bytes.Length; sent += 3_000)
        {
            client.SendBytes(bytes.AsSpan(sent, Math.Min(3_000, bytes.Length - sent)));
            var expected = server.Link.BytesReceived + Math.Min(3_000, bytes.Length - sent);
            Loop.Until(() => server.Link.BytesReceived == expected);
            Assert.That(Loop.Buffers.RentedBytes, Is.LessThanOrEqualTo(Math.Max(4_096, 2 * (sent + 3_000))));
        }

        Loop.Until(() => server.Messages.Count == 1);
        Assert.That(server.Messages[0], Is.EqualTo(message));
        Assert.That(Loop.Buffers.RentedCount, Is.Zero, "an idle link holds nothing");
        client.Dispose();
    }

    [Test]
    public void A_flood_of_pings_is_answered_within_one_small_buffer()
    {
        var (client, server) = ConnectPair();
        var ping = RawFrame.ToClientBytes(0x89, new byte[125]);
        var flood = Repeat(ping, 2_000);
        var sending = Task.Run(() => client.SendBytes(flood));
        Loop.Until(() => server.Link.ControlFramesReceived == 2_000);
        sending.GetAwaiter().GetResult();
        Assert.That(Loop.Buffers.RentedBytes, Is.LessThanOrEqualTo(64 * 1_024));
        client.SendFrame(RawFrame.Ping, "last"u8);
        var frame = ReadFrame(client);
        while (frame.Payload.Length != 4)
        {
            frame = ReadFrame(client);
        }

        client.Dispose();
    }

    [Test]
    public void Bytes_behind_a_close_are_ignored_and_do_not_cost_the_answer()
    {
        var (client, server) = ConnectPair();
        client.SendBytes([.. RawFrame.ToClientBytes(0x88, RawFrame.ClosePayload(1000, "")), .. RawFrame.ToClientBytes(0x82, new byte[1_000])]);
        Assert.That(ReadFrame(client).CloseCode, Is.EqualTo(1000));
        Assert.That(server.Messages, Is.Empty);
        Loop.Until(() => client.TryReadFrame(out _) || client.HasEnded);
        Assert.That(client.WasReset, Is.False);
        client.Dispose();
    }

    [Test]
    public void The_peers_last_words_before_it_goes_are_delivered()
    {
        var (client, server) = ConnectPair();
        client.SendFrame(RawFrame.Binary, [1]);
        client.SendBytes(RawFrame.ToClientBytes(0x82, [2, 3]).AsSpan(0, 7));
        client.Dispose();
        Loop.Until(() => server.Link.End is not null);
        Assert.That(server.Messages, Has.Count.EqualTo(1));
        Assert.That(server.Link.End!.Code, Is.EqualTo(1006));
    }

    private const System.Net.Sockets.SelectMode SelectModeError = System.Net.Sockets.SelectMode.SelectError;

    private static TestCaseData Case(string name, int code, byte[] bytes) => new TestCaseData(code, bytes).SetArgDisplayNames(name, $"{code}");

    private static byte[] Repeat(byte[] bytes, int count) => Enumerable.Repeat(bytes, count).SelectMany(part => part).ToArray();
}
