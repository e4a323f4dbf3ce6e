using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <content>Batches, fragments, Pings.</content>
public abstract partial class WebSocketConformance
{
    [Test]
    public virtual void Messages_of_one_segment_arrive_each_and_in_order()
    {
        var (client, server) = ConnectRawPair();
        var messages = Enumerable.Range(0, 200).Select(i => Message(new Random(i), i)).ToList();
        client.SendBytes(messages.SelectMany(message => RawFrame.ToClientBytes(0x82, message)).ToArray());
        Loop.Until(() => server.Messages.Count == messages.Count);
        Assert.That(server.Messages, Is.EqualTo(messages));
    }

    [Test]
    public virtual void Messages_handed_over_in_one_frame_leave_each_and_in_order()
    {
        var (client, server) = ConnectPair();
        var messages = Enumerable.Range(0, 24).Select(i => Message(new Random(i), i * 700)).ToList();
        messages.ForEach(message => Assert.That(Loop.TrySend(server, message), Is.True));
        Assert.That(Receive(client, messages.Count), Is.EqualTo(messages));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(17)]
    [TestCase(64)]
    public virtual void Fragments_make_one_message(int count)
    {
        var (client, server) = ConnectRawPair();
        var parts = Enumerable.Range(0, count).Select(i => Message(new Random(i), i * 30 % 1_000)).ToList();
        for (var i = 0; i < count; i++)
        {
            client.SendFrame(i == 0 ? RawFrame.Binary : RawFrame.Continuation, parts[i], final: i == count - 1);
        }

        client.SendFrame(RawFrame.Binary, [1]);
        Loop.Until(() => server.Messages.Count == 2);
        Assert.That(server.Messages[0], Is.EqualTo(parts.SelectMany(part => part).ToArray()));
    }

    [Test]
    public virtual void Fragments_may_come_a_frame_apart_and_add_up_to_the_largest_message()
    {
        var (client, server) = ConnectRawPair();
        var message = Message(new Random(6), 64 * 1024);
        for (var i = 0; i < 64; i++)
        {
            var before = server.Link.BytesReceived;
            client.SendFrame(i == 0 ? RawFrame.Binary : RawFrame.Continuation, message.AsSpan(i * 1024, 1024), final: i == 63);
            Loop.Until(() => server.Link.BytesReceived >= before + 1024);
        }

        Loop.Until(() => server.Messages.Count == 1);
        Assert.That(server.Messages[0], Is.EqualTo(message));
    }

    [Test]
    public virtual void Pings_are_answered_with_their_payload_also_between_fragments()
    {
        var (client, server) = ConnectPair();
        var raw = (RawLinkClient)client;
        raw.Socket.SendFrame(RawFrame.Binary, [1, 2], final: false);
        raw.Socket.SendFrame(RawFrame.Ping, "hello"u8);
        raw.Socket.SendFrame(RawFrame.Continuation, [3]);
        raw.Socket.SendFrame(RawFrame.Ping, []);
        raw.Socket.SendFrame(RawFrame.Pong, "unasked"u8);
        Loop.Until(() =>
        {
            _ = client.HasEnded;
            return raw.Pongs.Count == 2 && server.Messages.Count == 1;
        });
        Assert.That(raw.Pongs[0], Is.EqualTo("hello"u8.ToArray()));
        Assert.That(raw.Pongs[1], Is.Empty);
        Assert.That(server.Messages[0], Is.EqualTo(new byte[] { 1, 2, 3 }));
        Loop.Until(() => server.Link.ControlFramesReceived == 3);
    }

    [TestCase(0)]
    [TestCase(125)]
    public virtual void A_ping_of_any_length_comes_back_as_it_was(int length)
    {
        var (client, server) = ConnectRawPair();
        var payload = Message(new Random(length), length);
        client.SendFrame(RawFrame.Ping, payload);
        var pong = ReadFrame(client);
        Assert.That(pong.First, Is.EqualTo(0x80 | RawFrame.Pong));
        Assert.That(pong.Payload, Is.EqualTo(payload));
        Assert.That(server.Messages, Is.Empty);
    }

    [Test]
    public virtual async Task Pongs_and_messages_to_the_peer_do_not_tear_each_other()
    {
        await using var loop = await StartAsync(new NetworkingOptions { PingsPerSecond = 1_000 });
        var raw = new RawLinkClient(ConnectRaw(loop));
        var server = loop.AcceptOne();
        var messages = Enumerable.Range(0, 100).Select(i => Message(new Random(i), i * 50)).ToList();
        var sent = 0;
        loop.Until(() =>
        {
            raw.Socket.SendFrame(RawFrame.Ping, BitConverter.GetBytes(sent));
            return !loop.TrySend(server, messages[sent]) || ++sent == messages.Count;
        });
        var received = new List<byte[]>();
        loop.Until(() =>
        {
            while (raw.TryReceive(out var message)) received.Add(message);
            return received.Count == sent;
        });
        Assert.That(received, Is.EqualTo(messages[..sent]));
        loop.Until(() => server.Link.ControlFramesReceived == sent);
    }

    [Test]
    public virtual async Task A_flood_of_pings_is_answered_within_one_small_buffer()
    {
        await using var loop = await StartAsync(new NetworkingOptions { PingsPerSecond = 10_000 });
        var (client, server) = ConnectRawPair(loop);
        var flood = Repeat(RawFrame.ToClientBytes(0x89, new byte[125]), 2_000);
        var sending = Task.Run(() => client.SendBytes(flood));
        loop.Until(() => server.Link.ControlFramesReceived == 2_000);
        await sending;
        Assert.That(loop.Buffers.RentedBytes, Is.LessThanOrEqualTo(64 * 1_024));
        client.SendFrame(RawFrame.Ping, "last"u8);
        var frame = ReadFrame(loop, client);
        while (frame.Payload.Length != 4)
        {
            frame = ReadFrame(loop, client);
        }

        Assert.That(frame.Payload, Is.EqualTo("last"u8.ToArray()));
    }

    [Test]
    public virtual void All_sizes_around_the_length_forms_arrive_whole_at_every_split()
    {
        var (client, server) = ConnectRawPair();
        var random = new Random(11);
        foreach (var size in new[] { 0, 1, 2, 124, 125, 126, 127, 128, 65_534, 65_535, 65_536 })
        {
            var message = Message(random, size);
            var bytes = RawFrame.ToClientBytes(0x82, message, (uint)random.NextInt64());
            foreach (var cut in new[] { 1, 2, 5, 13, bytes.Length / 2, bytes.Length - 1 }.Where(cut => cut < bytes.Length))
            {
                server.Messages.Clear();
                var expected = server.Link.BytesReceived + cut;
                client.SendBytes(bytes.AsSpan(0, cut));
                Loop.Until(() => server.Link.BytesReceived == expected);
                client.SendBytes(bytes.AsSpan(cut));
                Loop.Until(() => server.Messages.Count == 1);
                Assert.That(server.Messages[0], Is.EqualTo(message), $"{size} cut at {cut}");
            }
        }
    }

    [Test]
    public virtual void A_stream_that_comes_byte_by_byte_is_the_same_stream()
    {
        var (client, server) = ConnectRawPair();
        var messages = Enumerable.Range(0, 12).Select(i => Message(new Random(i), i * 30)).ToList();
        foreach (var bytes in messages.SelectMany(message => RawFrame.ToClientBytes(0x82, message)))
        {
            var before = server.Link.BytesReceived;
            client.SendBytes([bytes]);
            Loop.Until(() => server.Link.BytesReceived > before);
        }

        Loop.Until(() => server.Messages.Count == messages.Count);
        Assert.That(server.Messages, Is.EqualTo(messages));
    }

    [Test]
    public virtual void A_dribbled_message_holds_memory_for_what_came_not_for_what_it_claims()
    {
        var (client, server) = ConnectRawPair();
        var message = Message(new Random(9), 65_536);
        var bytes = RawFrame.ToClientBytes(0x82, message);
        for (var sent = 0; sent < bytes.Length; sent += 3_000)
        {
            var count = Math.Min(3_000, bytes.Length - sent);
            var expected = server.Link.BytesReceived + count;
            client.SendBytes(bytes.AsSpan(sent, count));
            Loop.Until(() => server.Link.BytesReceived == expected);
            Assert.That(Loop.Buffers.RentedBytes, Is.LessThanOrEqualTo(Math.Max(4_096, 2 * (sent + 3_000))));
        }

        Loop.Until(() => server.Messages.Count == 1);
        Assert.That(server.Messages[0], Is.EqualTo(message));
        Assert.That(Loop.Buffers.RentedCount, Is.Zero, "an idle link holds nothing");
    }
}
