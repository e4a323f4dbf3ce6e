using CsCheck;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

[TestFixture]
public sealed class FrameReaderPropertyTests
{
    private const int Iterations = 5_000;
    private const int MessageBytesMax = 400;
    private const int FragmentsMax = 3;

    private static readonly Gen<byte> First = Gen.OneOf(Gen.OneOf<byte>(0x82, 0x02, 0x00, 0x80, 0x89, 0x8A, 0x88, 0x81), Gen.Byte);

    private static readonly Gen<byte[]> Frame = Gen.Select(First, Gen.OneOf(Gen.Byte.Array[0, 8], Gen.Byte.Array[120, 300]), Gen.UInt)
        .Select((first, payload, mask) => RawFrame.ToClientBytes(first, payload, mask));

    private static readonly Gen<byte[]> Stream = Gen.Select(Frame.Array[0, 8], Gen.Select(Gen.UShort, Gen.Byte).Array[0, 2]).Select((frames, changes) =>
    {
        var stream = frames.SelectMany(x => x).ToArray();
        foreach (var (position, value) in changes) if (stream.Length > 0) stream[position % stream.Length] = value;
        return stream;
    });

    [Test]
    public void The_same_bytes_in_any_pieces_are_the_same_frames() =>
        Gen.Select(Stream, Gen.OneOf(Gen.Int[1, 3], Gen.Int[1, 200]).Array[1, 10]).Sample(
            (stream, pieces) => Read(stream, pieces).SequenceEqual(Read(stream, [Math.Max(1, stream.Length)])), iter: Iterations);

    [Test]
    public void Whole_messages_are_read_as_they_were_sent() =>
        Gen.Select(Gen.Byte.Array[0, MessageBytesMax].Array[0, 5], Gen.UInt, Gen.Int[1, 50]).Sample((messages, mask, piece) =>
        {
            var stream = messages.SelectMany(x => RawFrame.ToClientBytes(0x82, x, mask)).ToArray();
            return Read(stream, [piece]).SequenceEqual(messages.Select(x => Found(FrameStep.Message, Opcode.Binary, x)));
        }, iter: Iterations);

    [Test]
    public void A_clients_header_is_read_as_it_was_written() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 200], Gen.Int[65_000, 66_000], Gen.Int[0, int.MaxValue]), Gen.UInt, Gen.Bool).Sample((length, mask, final) =>
        {
            var header = RawFrame.Header(final ? 0x82 : 0x02, length, mask, length < 126 ? 0 : length < 65_536 ? 2 : 8);
            var key = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(mask);
            return FrameHeader.TryRead(header, out var frame) == FrameHeaderStatus.Whole && frame == new ClientFrame(Opcode.Binary, final, header.Length, length, key);
        }, iter: Iterations);

    // What has not arrived yet is nonsense: a reader that looks beyond its window finds something else in pieces than at once.
    private static List<string> Read(byte[] stream, int[] pieces)
    {
        var reader = new FrameReader(MessageBytesMax, FragmentsMax, acceptsText: false);
        var bytes = stream.Select(x => (byte)~x).ToArray();
        var found = new List<string>();
        var (start, end, turn, step) = (0, 0, 0, FrameStep.NeedMore);
        while (step != FrameStep.Violation && (step != FrameStep.NeedMore || end < stream.Length))
        {
            if (step == FrameStep.NeedMore)
            {
                var count = Math.Min(pieces[turn++ % pieces.Length], stream.Length - end);
                stream.AsSpan(end, count).CopyTo(bytes.AsSpan(end));
                end += count;
            }

            step = reader.Read(bytes.AsSpan(start, end - start), out var read);
            if (step is FrameStep.NeedMore) continue;
            found.Add(step == FrameStep.Violation ? $"{read.Violation} {read.Reason}" : Found(step, read.Opcode, bytes.AsSpan(start + read.Offset, read.Length)));
            start += read.Consumed;
        }

        return found;
    }

    private static string Found(FrameStep step, Opcode opcode, ReadOnlySpan<byte> payload) => $"{step} {opcode} {Convert.ToHexString(payload)}";
}
