using System.Buffers.Binary;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Sending;

namespace Playground.Ecs.Networking.Tests.Sending;

/// <summary>Messages back to back in one buffer, whatever their lengths: between a short one and the next there is no gap.</summary>
public sealed class MessageWriterTests
{
    [Test]
    public void A_message_that_is_closed_before_it_is_full_is_framed_like_any_other(
        [Values(1, 12, 125, 126, 200)] int firstBytes, [Values(1, 125, 126, 3_072, MessageWriter.MessageBytesMax)] int secondBytes)
    {
        var pool = new BufferPool(1024 * 1024);
        var writer = new MessageWriter();
        writer.Append(pool, firstBytes, 1).Fill(1);
        writer.Append(pool, secondBytes, ProtocolLimits.MaxPacketsPerMessage).Fill(2);
        writer.Append(pool, 20, 1).Fill(3);
        var packets = new byte[writer.Bytes];
        writer.CopyPackets(packets);
        var buffer = writer.Finish(out var offset, out var length);
        var messages = Messages(buffer.Bytes.AsSpan(offset, length));
        buffer.Release();
        Assert.That(messages.Select(static m => (m.Length, m[0], m[^1])), Is.EqualTo(new[] { (firstBytes, (byte)1, (byte)1), (secondBytes, (byte)2, (byte)2), (20, (byte)3, (byte)3) }));
        Assert.That(packets, Is.EqualTo(messages.SelectMany(static m => m)));
        Assert.That(pool.RentedCount, Is.Zero);
    }

    private static List<byte[]> Messages(ReadOnlySpan<byte> framed)
    {
        var messages = new List<byte[]>();
        while (!framed.IsEmpty)
        {
            Assert.That(framed[0], Is.EqualTo(0x82), "a whole binary message");
            var isLong = framed[1] == 126;
            var length = isLong ? BinaryPrimitives.ReadUInt16BigEndian(framed[2..]) : framed[1];
            framed = framed[(isLong ? 4 : 2)..];
            messages.Add(framed[..length].ToArray());
            framed = framed[length..];
        }

        return messages;
    }
}
