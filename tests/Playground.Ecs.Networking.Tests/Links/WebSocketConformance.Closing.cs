using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <content>Close codes, resets, and the deadlines of messages and closes on a clock that the test moves.</content>
public abstract partial class WebSocketConformance
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new();

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
    public virtual void An_allowed_close_code_is_echoed(int code)
    {
        var (client, server) = ConnectRawPair();
        client.SendClose(code, new string('r', 123));
        var close = ReadFrame(client);
        Assert.That((close.Opcode, close.CloseCode), Is.EqualTo((RawFrame.Close, code)));
        Assert.That(server.Link.End, Is.EqualTo(new LinkEnd((ushort)code, new string('r', 123), true)));
    }

    [TestCase(1000)]
    [TestCase(1001)]
    [TestCase(1002)]
    [TestCase(1003)]
    [TestCase(1008)]
    [TestCase(1009)]
    [TestCase(1011)]
    [TestCase(1013)]
    [TestCase(4000)]
    [TestCase(4501)]
    public virtual void The_servers_code_reaches_the_peer_whose_answer_ends_the_link(int code)
    {
        var (client, server) = ConnectRawPair();
        server.Link.Close((ushort)code, "reason");
        var close = ReadFrame(client);
        Assert.That((close.Opcode, close.CloseCode, close.CloseReason), Is.EqualTo((RawFrame.Close, code, "reason")));
        Assert.That(server.Link.End, Is.EqualTo(new LinkEnd((ushort)code, "reason", false)));
        client.SendClose(code);
        ReadToEnd(client);
        client.Dispose();
        Loop.Until(() => Loop.Transport.LinkCount == 0);
    }

    [Test]
    public virtual void A_close_without_a_code_is_1005_and_answered_alike()
    {
        var (client, server) = ConnectPair();
        ((RawLinkClient)client).Socket.SendFrame(RawFrame.Close, []);
        Loop.Until(() => client.HasEnded);
        Assert.That(server.Link.End!.Code, Is.EqualTo(1005));
        Assert.That(client.ServerClose!.Value.Code, Is.EqualTo(1005));
    }

    [Test]
    public virtual void A_close_between_fragments_ends_the_link_without_the_message()
    {
        var (client, server) = ConnectRawPair();
        client.SendFrame(RawFrame.Binary, [1], final: false);
        client.SendClose(1000, "never mind");
        Assert.That(ReadFrame(client).CloseCode, Is.EqualTo(1000));
        Assert.That(server.Link.End, Is.EqualTo(new LinkEnd(1000, "never mind", true)));
        Assert.That(server.Messages, Is.Empty);
    }

    [Test]
    public virtual void Bytes_behind_a_close_are_ignored_and_do_not_cost_the_answer()
    {
        var (client, server) = ConnectRawPair();
        client.SendBytes([.. RawFrame.ToClientBytes(0x88, RawFrame.ClosePayload(1000, "")), .. RawFrame.ToClientBytes(0x82, new byte[1_000])]);
        Assert.That(ReadFrame(client).CloseCode, Is.EqualTo(1000));
        Assert.That(server.Messages, Is.Empty);
        ReadToEnd(client);
        Assert.That(client.WasReset, Is.False);
    }

    [Test]
    public virtual void The_peers_last_words_before_it_goes_are_delivered()
    {
        var (client, server) = ConnectRawPair();
        client.SendFrame(RawFrame.Binary, [1]);
        client.SendBytes(RawFrame.ToClientBytes(0x82, [2, 3]).AsSpan(0, 7));
        client.Dispose();
        Loop.Until(() => server.Link.End is not null);
        Assert.That(server.Messages, Has.Count.EqualTo(1));
        Assert.That(server.Link.End!.Code, Is.EqualTo(1006));
    }

    [Test]
    public virtual void Resets_in_mid_message_end_their_links_and_leave_nothing_behind()
    {
        var (other, otherServer) = ConnectRawPair();
        for (var i = 0; i < 50; i++)
        {
            var (client, server) = ConnectRawPair();
            Loop.TrySend(server, new byte[10_000]);
            client.SendFrame(RawFrame.Binary, [1], final: false);
            client.SendBytes(RawFrame.ToClientBytes(0x80, new byte[2_000]).AsSpan(0, 1_000));
            client.Reset();
        }

        Loop.Until(() => Loop.Links.All(link => link == otherServer || link.Link.End is { Code: 1006, ByPeer: true }));
        Loop.Until(() => Loop.Transport.LinkCount == 1 && Loop.Buffers.RentedCount == 0);
        other.SendFrame(RawFrame.Binary, [43]);
        Loop.Until(() => otherServer.Messages.Count == 1);
    }

    [Test]
    public virtual async Task A_message_that_does_not_complete_is_closed_with_4003()
    {
        await using var loop = await StartAsync(new NetworkingOptions { TimeProvider = _time });
        var (client, server) = ConnectRawPair(loop);
        var bytes = RawFrame.ToClientBytes(0x82, new byte[1_000]);
        client.SendBytes(bytes.AsSpan(0, 10));
        loop.Until(() => server.Link.BytesReceived == 10);
        for (var i = 0; i < 99; i++)
        {
            client.SendBytes(bytes.AsSpan(10 + i, 1));
            Step(loop);
        }

        Assert.That(server.Link.End, Is.Null);
        Step(loop, 3);
        Assert.That(server.Link.End!.Code, Is.EqualTo(4003));
        Assert.That(ReadFrame(loop, client).CloseCode, Is.EqualTo(4003));
    }

    [Test]
    public virtual async Task Pings_between_fragments_do_not_extend_the_time()
    {
        await using var loop = await StartAsync(new NetworkingOptions { TimeProvider = _time });
        var (client, server) = ConnectRawPair(loop);
        client.SendFrame(RawFrame.Binary, [1], final: false);
        loop.Until(() => server.Link.BytesReceived > 0);
        for (var i = 0; i < 110 && server.Link.End is null; i++)
        {
            client.SendFrame(RawFrame.Ping, []);
            Step(loop);
        }

        Assert.That(server.Link.End!.Code, Is.EqualTo(4003));
    }

    [Test]
    public virtual async Task Messages_that_complete_restart_the_time()
    {
        await using var loop = await StartAsync(new NetworkingOptions { TimeProvider = _time });
        var (client, server) = ConnectRawPair(loop);
        var bytes = RawFrame.ToClientBytes(0x82, [1, 2, 3]);
        client.SendBytes(bytes.AsSpan(0, 4));
        byte[] next = [.. bytes[4..], .. bytes[..4]];
        for (var i = 0; i < 5; i++)
        {
            Step(loop, 50);
            client.SendBytes(next);
            loop.Until(() => server.Messages.Count == i + 1);
        }

        Assert.That(server.Link.End, Is.Null);
    }

    [Test]
    public virtual async Task A_process_that_stood_still_closes_nobody()
    {
        await using var loop = await StartAsync(new NetworkingOptions { TimeProvider = _time });
        var (client, server) = ConnectRawPair(loop);
        client.SendBytes(RawFrame.ToClientBytes(0x82, [1]).AsSpan(0, 3));
        loop.Until(() => server.Link.BytesReceived == 3);
        loop.Frame();
        _time.Advance(TimeSpan.FromSeconds(20));
        loop.Frame();
        loop.Frame();
        Assert.That(server.Link.End, Is.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public virtual async Task A_peer_that_does_not_answer_or_not_even_read_the_close_is_dropped_in_time(bool isFull)
    {
        await using var loop = await StartAsync(new NetworkingOptions { TimeProvider = _time });
        var (_, server) = ConnectRawPair(loop);
        if (isFull) loop.Until(() => !loop.TrySend(server, new byte[60_000]));
        server.Link.Close(4001, "slow");
        Step(loop, 19);
        Assert.That(loop.Transport.LinkCount, Is.EqualTo(1));
        Step(loop, 3);
        loop.Until(() => loop.Transport.LinkCount == 0);
        Assert.That(loop.Buffers.RentedCount, Is.Zero);
    }

    private void Step(TransportLoop loop, int frames = 1)
    {
        for (var i = 0; i < frames; i++)
        {
            _time.Advance(FrameTime);
            loop.Frame();
        }
    }
}
