using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <content>What a peer must not do, and what it gets.</content>
public abstract partial class WebSocketConformance
{
    private const uint Mask = 0x0BADF00D;

    protected static IEnumerable<TestCaseData> Violations()
    {
        yield return Violation("text", 1003, RawFrame.ToClientBytes(0x81, "hi"u8));
        yield return Violation("text's first fragment", 1003, RawFrame.ToClientBytes(0x01, "hi"u8));
        yield return Violation("unmasked", 1002, RawFrame.ToClientBytes(0x82, [1], mask: null));
        yield return Violation("long ping", 1002, RawFrame.ToClientBytes(0x89, new byte[126]));
        yield return Violation("fragmented ping", 1002, RawFrame.ToClientBytes(0x09, [1]));
        yield return Violation("fragmented close", 1002, RawFrame.ToClientBytes(0x08, [3, 232]));
        yield return Violation("lone continuation", 1002, RawFrame.ToClientBytes(0x80, [1]));
        yield return Violation("message inside a message", 1002, [.. RawFrame.ToClientBytes(0x02, [1]), .. RawFrame.ToClientBytes(0x82, [2])]);
        yield return Violation("length 2^63", 1002, RawFrame.Header(0x82, long.MinValue, Mask, 8));
        yield return Violation("length 2^64-1", 1002, RawFrame.Header(0x82, -1, Mask, 8));
        yield return Violation("length 2^63-1", 1009, RawFrame.Header(0x82, long.MaxValue, Mask, 8));
        yield return Violation("length 2^32+5", 1009, RawFrame.Header(0x82, (1L << 32) + 5, Mask, 8));
        yield return Violation("length 65537", 1009, RawFrame.Header(0x82, 65_537, Mask, 8));
        yield return Violation("5 in two bytes", 1002, RawFrame.ToClientBytes(0x82, new byte[5], lengthBytes: 2));
        yield return Violation("200 in eight bytes", 1002, RawFrame.ToClientBytes(0x82, new byte[200], lengthBytes: 8));
        yield return Violation("fragments above the limit", 1009, [.. RawFrame.ToClientBytes(0x02, new byte[65_536]), .. RawFrame.ToClientBytes(0x80, [1])]);
        yield return Violation("endless fragments", 1008, [.. RawFrame.ToClientBytes(0x02, []), .. Repeat(RawFrame.ToClientBytes(0, []), 64)]);
        foreach (var opcode in new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
        {
            yield return Violation($"opcode {opcode}", 1002, RawFrame.ToClientBytes(0x80 | opcode, []));
        }

        foreach (var bit in new[] { 0x40, 0x20, 0x10 })
        {
            yield return Violation($"reserved bit {bit:X}", 1002, RawFrame.ToClientBytes(0x82 | bit, [1]));
            yield return Violation($"reserved bit {bit:X} of a ping", 1002, RawFrame.ToClientBytes(0x89 | bit, [1]));
        }

        yield return Violation("close of one byte", 1002, RawFrame.ToClientBytes(0x88, [3]));
        yield return Violation("close with bad UTF-8", 1007, RawFrame.ToClientBytes(0x88, [3, 232, 0xC3, 0x28]));
        yield return Violation("close with half a character", 1007, RawFrame.ToClientBytes(0x88, [3, 232, 0xE2, 0x82]));
        foreach (var code in new[] { 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535 })
        {
            yield return Violation($"close code {code}", 1002, RawFrame.ToClientBytes(0x88, RawFrame.ClosePayload(code, string.Empty)));
        }
    }

    [TestCaseSource(nameof(Violations))]
    public virtual void A_violation_costs_the_link_with_its_code_and_nobody_else(int code, byte[] bytes)
    {
        var (client, server) = ConnectRawPair();
        var (other, otherServer) = ConnectRawPair();
        client.SendFrame(RawFrame.Binary, [42]);
        client.SendBytes(bytes);
        Loop.Until(() => server.Link.End is not null);
        Assert.That(server.Link.End!.Code, Is.EqualTo(code));
        Assert.That(server.Link.End.ByPeer, Is.False);
        Assert.That(server.Messages, Has.Count.EqualTo(1), "what came before");

        var close = ReadFrame(client);
        Assert.That(close.Opcode, Is.EqualTo(RawFrame.Close));
        Assert.That(close.CloseCode, Is.EqualTo(code));
        ReadToEnd(client);
        Assert.That(client.WasReset, Is.False, "the code could be read");
        client.Dispose();

        other.SendFrame(RawFrame.Binary, [43]);
        Loop.Until(() => otherServer.Messages.Count == 1 && Loop.Transport.LinkCount == 1);
    }

    private static TestCaseData Violation(string name, int code, byte[] bytes) => new TestCaseData(code, bytes).SetArgDisplayNames(name, $"{code}");
}
