using CsCheck;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

[TestFixture]
public sealed class FrameHeaderTests
{
    private static readonly int[] Lengths = [0, 1, 124, 125, 126, 127, 65_535, 65_536, 65_537, 16 * 1024 * 1024, int.MaxValue];

    [TestCaseSource(nameof(Lengths))]
    public void What_the_server_writes_another_reader_understands(int length)
    {
        var header = new byte[FrameHeader.ServerMax];
        var count = FrameHeader.WriteServer(header, Opcode.Binary, length);
        Assert.That(count, Is.EqualTo(FrameHeader.ServerLength(length)));
        Assert.That(header[..count], Is.EqualTo(RawFrame.Header(0x82, length, null, count - 2)));
    }

    [TestCaseSource(nameof(Lengths))]
    public void A_clients_header_is_read_at_its_last_byte_and_not_before(int length)
    {
        var lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
        var header = RawFrame.Header(0x82, length, 0xA1B2C3D4, lengthBytes);
        for (var cut = 0; cut < header.Length; cut++)
        {
            Assert.That(FrameHeader.TryRead(header.AsSpan(0, cut), out _), Is.EqualTo(FrameHeaderStatus.Incomplete), $"{cut} bytes");
        }

        Assert.That(FrameHeader.TryRead(header, out var frame), Is.EqualTo(FrameHeaderStatus.Whole));
        Assert.That(frame, Is.EqualTo(new ClientFrame(Opcode.Binary, true, header.Length, length, 0xD4C3B2A1)));
    }

    [TestCase(0x82, 125L, 2)]
    [TestCase(0x82, 0L, 8)]
    [TestCase(0x82, 65_535L, 8)]
    [TestCase(0x82, long.MinValue, 8)]
    [TestCase(0x82, -1L, 8)]
    public void A_length_that_is_not_in_its_shortest_form_or_negative_is_refused(int first, long length, int lengthBytes)
    {
        var header = RawFrame.Header(first, length, 1, lengthBytes);
        Assert.That(FrameHeader.TryRead(header, out _), Is.EqualTo(FrameHeaderStatus.BadLength));
    }

    [Test]
    public void Every_first_two_bytes_get_the_verdict_of_the_rfc()
    {
        for (var first = 0; first < 256; first++)
        {
            for (var second = 0; second < 256; second++)
            {
                var status = FrameHeader.TryRead([(byte)first, (byte)second], out _);
                Assert.That(status, Is.EqualTo(Expected(first, second)), $"{first:X2} {second:X2}");
            }
        }
    }

    [Test]
    public void Any_bytes_are_read_without_an_exception() =>
        Gen.Byte.Array[0, 20].Sample(bytes =>
        {
            var status = FrameHeader.TryRead(bytes, out var frame);
            return status != FrameHeaderStatus.Whole || (frame.PayloadLength >= 0 && frame.HeaderLength <= bytes.Length);
        });

    [Test]
    public void The_wide_mask_is_the_naive_one()
    {
        var random = new Random(7);
        for (var length = 0; length < 300; length++)
        {
            for (var offset = 0; offset < 3; offset++)
            {
                var mask = (uint)random.NextInt64();
                var bytes = new byte[offset + length];
                random.NextBytes(bytes);
                var expected = bytes.ToArray();
                for (var i = 0; i < length; i++)
                {
                    expected[offset + i] ^= (byte)(mask >> (8 * (i & 3)));
                }

                FrameMask.Apply(bytes.AsSpan(offset), mask);
                Assert.That(bytes, Is.EqualTo(expected), $"length {length}");
            }
        }
    }

    private static FrameHeaderStatus Expected(int first, int second)
    {
        var opcode = first & 15;
        if ((first & 0x70) != 0)
        {
            return FrameHeaderStatus.ReservedBits;
        }

        if (opcode is (> 2 and < 8) or > 10)
        {
            return FrameHeaderStatus.ReservedOpcode;
        }

        if (opcode >= 8 && (first & 0x80) == 0)
        {
            return FrameHeaderStatus.FragmentedControl;
        }

        if ((second & 0x80) == 0)
        {
            return FrameHeaderStatus.Unmasked;
        }

        return opcode >= 8 && (second & 0x7F) > 125 ? FrameHeaderStatus.LongControl : FrameHeaderStatus.Incomplete;
    }
}
