namespace Playground.Ecs.Networking.Protocol.Tests.Messages;

public class MessageTests
{
    [Test]
    public void Bytes_are_slices_of_the_payload()
    {
        var payload = MessageCodec.Named(nameof(Request)).Write(new Request(1, 7, new byte[] { 1, 2, 3 }));

        Assert.That(Request.TryRead(payload, out var request), Is.True);
        payload[^1] = 99;
        Assert.That(request.Body.Span[^1], Is.EqualTo(99));
    }

    [Test]
    public void A_payload_that_is_part_of_a_batch_is_read_in_place()
    {
        byte[] batch = [0xC1, 0xC1, .. MessageCodec.Named(nameof(Relayed)).Write(new Relayed("p", 7, new byte[] { 8 })), 0xC1];

        Assert.That(Relayed.TryRead(batch.AsMemory(2, batch.Length - 3), out var relayed), Is.True);
        Assert.That((relayed.PeerId, relayed.Type, relayed.Body.Span[0]), Is.EqualTo(("p", (ushort)7, (byte)8)));
    }

    [Test]
    public void A_reply_carries_a_channel()
    {
        Reply.TryRead(MessageCodec.Named(nameof(Reply)).Write(Reply.Done(3, 1234)), out var reply);

        Assert.That(reply.TryReadChannel(out var channel), Is.True);
        Assert.That(channel, Is.EqualTo(new ChannelId(1234)));
        Assert.That(reply.TryReadChannels(out var channels), Is.False);
        Assert.That(channels, Is.Empty);
    }

    [Test]
    public void A_reply_without_a_value_carries_nil()
    {
        Reply.TryRead(MessageCodec.Named(nameof(Reply)).Write(Reply.Failed(3, ErrorCode.Forbidden, "no")), out var reply);

        Assert.That((reply.Id, reply.Error, reply.Message), Is.EqualTo((3u, ErrorCode.Forbidden, "no")));
        Assert.That(reply.Value.ToArray(), Is.EqualTo(new byte[] { 0xC0 }));
        Assert.That(reply.TryReadChannel(out _), Is.False);
    }

    [Test]
    public void A_list_line_may_have_extra_elements_but_not_too_few()
    {
        byte[] extra = [0x91, 0x94, 0x05, 0xA1, (byte)'a', 0xC3, 0xC0];
        byte[] missing = [0x91, 0x92, 0x05, 0xA1, (byte)'a'];

        Assert.That(new Reply(1, 0, null, extra).TryReadChannels(out var channels), Is.True);
        Assert.That(channels, Is.EqualTo(new[] { new ChannelListing(5, "a", true) }));
        Assert.That(new Reply(1, 0, null, missing).TryReadChannels(out _), Is.False);
    }

    [Test]
    public void A_list_that_claims_more_lines_than_fit_is_refused_before_anything_is_allocated()
    {
        var value = new byte[65536];
        (value[0], value[1], value[2]) = (0xDC, 0xFF, 0xF0);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.That(new Reply(1, 0, null, value).TryReadChannels(out _), Is.False);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
    }

    [Test]
    public void A_nesting_bomb_as_large_as_a_packet_can_be_is_refused([Values((byte)0x91, (byte)0x81, (byte)0x9F)] byte head)
    {
        var bomb = new byte[ProtocolLimits.DefaultMaxPacketBytes];
        Array.Fill(bomb, head);

        foreach (var codec in MessageCodec.All) Assert.That(codec.Read(bomb), Is.Null, codec.ToString());
    }

    [Test]
    public void Secrets_are_not_in_the_text_of_a_message()
    {
        Assert.That(new Hello(1, "bot", "s3cret", new byte[] { 0xAB }, 0).ToString(), Does.Not.Contain("s3cret").And.Contain("bot"));
        Assert.That(new Welcome(1, "p", new byte[16], false, 0, 60, 1000, 1).ToString(), Does.Not.Contain("Token"));
    }

    [Test]
    public void Message_types_are_those_of_the_enums_and_differ()
    {
        var types = MessageCodec.All.Select(x => x.WireType).ToList();
        var known = Enum.GetValues<ControlType>().Select(x => (ushort)x).Concat(Enum.GetValues<ReservedType>().Select(x => (ushort)x));

        Assert.That(types, Is.Unique);
        Assert.That(types, Is.EquivalentTo(known.Except([(ushort)ControlType.Broadcast])));
    }
}
