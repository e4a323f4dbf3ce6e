using System.Text.Json;
using CsCheck;
using Playground.Ecs.Networking.Protocol.Tests.Vectors;

namespace Playground.Ecs.Networking.Protocol.Tests.Messages;

public class MessagePropertyTests
{
    private const int Iterations = 3_000;

    // The bytes on which decoders fail: heads that claim much, and the unused one.
    private static readonly Gen<byte> Nasty =
        Gen.OneOf(Gen.Byte, Gen.OneOf<byte>(0x91, 0x95, 0xC0, 0xC1, 0xC6, 0xC9, 0xCF, 0xD9, 0xDB, 0xDC, 0xDD, 0xDF, 0xFF, 0x80, 0x7F));

    private static IEnumerable<MessageCodec> Codecs => MessageCodec.All;

    [TestCaseSource(nameof(Codecs))]
    public void Any_bytes_are_read_or_refused_without_an_exception(object codec) =>
        Nasty.Array[0, 60].Sample(bytes => _ = ((MessageCodec)codec).Read(bytes), iter: Iterations);

    [TestCaseSource(nameof(Codecs))]
    public void Any_fields_are_kept_and_cut_nowhere(object codec)
    {
        var messages = (MessageCodec)codec;
        Gen.Select(MessageGenerators.Of(messages.Type), Gen.UShort).Sample((message, cut) =>
        {
            var written = messages.Write(message);
            return MessageFields.Show(messages.Read(written)!) == MessageFields.Show(message)
                && messages.Read(written.AsMemory(0, cut % written.Length)) is null
                && messages.Read((byte[])[.. written, 0]) is null;
        }, iter: Iterations);
    }

    [TestCaseSource(nameof(Codecs))]
    public void Mutated_messages_are_read_or_refused_without_an_exception(object codec)
    {
        var seeds = Seeds((MessageCodec)codec);
        Gen.Select(Gen.Int[0, seeds.Count - 1], Gen.Select(Gen.UShort, Nasty).Array[0, 3], Gen.Int[-3, 3]).Sample((seed, changes, growth) =>
        {
            var mutated = Generators.Mutate((byte[])seeds[seed].Clone(), changes, growth);
            if (((MessageCodec)codec).Read(mutated) is not { } message) return true;
            // Whatever is accepted can be said again, and means the same.
            var again = Reread(message);
            return again is not null && MessageFields.Show(again) == MessageFields.Show(message);
        }, iter: Iterations);
    }

    [Test]
    public void Values_of_a_reply_are_read_or_refused_without_an_exception() =>
        Nasty.Array[0, 60].Sample(bytes =>
        {
            var reply = new Reply(1, ErrorCode.None, null, bytes);
            _ = reply.TryReadChannel(out _);
            return reply.TryReadChannels(out var channels) || channels.Length == 0;
        }, iter: Iterations);

    [Test]
    public void A_list_of_channels_is_kept() =>
        Gen.Select(Gen.UShort, Gen.String[Gen.Char['a', 'ÿ'], 0, 50], Gen.Bool)
            .Select((id, name, system) => new ChannelListing(id, name, system)).Array[0, 40].Sample(channels =>
            {
                var reply = (Reply)Reread(Reply.Done(7, channels))!;
                return reply.TryReadChannels(out var read) && read.SequenceEqual(channels);
            }, iter: Iterations);

    [Test]
    public void Strings_of_any_length_are_kept() =>
        Gen.Select(Gen.String[0, 300], Gen.String[0, 70]).Sample(
            (reason, name) =>
                Reread(new ToolCancel(1, reason)) is ToolCancel cancel && cancel.Reason == Repaired(reason)
                && Reread(new QueryChannel(1, name)) is QueryChannel query && query.Name == Repaired(name),
            iter: Iterations);

    private static object? Reread(object message)
    {
        var codec = MessageCodec.Named(message.GetType().Name);
        return codec.Read(codec.Write(message));
    }

    // UTF-8 has no lone surrogates: they become U+FFFD, as everywhere in .NET.
    private static string Repaired(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private static List<byte[]> Seeds(MessageCodec codec) =>
        [.. VectorFile.Cases("messages").Select(x => (JsonElement)x.Arguments[0]!)
            .Where(x => VectorFile.Text(x, "message") == codec.Type.Name).Select(VectorFile.Bytes)];
}
