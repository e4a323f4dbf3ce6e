using System.Text;
using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Fleck.Tests;

/// <summary>The events of a connection: open, messages, close, each once and in this order, whatever Fleck's threads do.</summary>
[TestFixture]
public sealed class ConnectionTests : FleckFixture
{
    // One of them floods with pings.
    protected override NetworkingOptions Options => new() { PingsPerSecond = 10_000 };

    [Test]
    public void Four_hundred_peers_that_say_everything_at_once_are_heard_in_order()
    {
        const int count = 400;
        byte[] everything =
        [
            .. Encoding.ASCII.GetBytes(RawWebSocket.Upgrade()),
            .. RawFrame.ToClientBytes(0x82, [1]),
            .. RawFrame.ToClientBytes(0x82, [2, 2]),
            .. RawFrame.ToClientBytes(0x88, RawFrame.ClosePayload(4_321, "done")),
            .. RawFrame.ToClientBytes(0x82, [3, 3, 3]),
        ];
        for (var i = 0; i < count; i++)
        {
            Open().SendBytes(everything);
        }

        Loop.Until(() => Loop.Links.Count(link => link.Link.End is not null) == count);
        foreach (var link in Loop.Links)
        {
            Assert.That(link.Messages.Select(message => message.Length), Is.EqualTo(new[] { 1, 2 }));
            Assert.That(link.Link.End, Is.EqualTo(new LinkEnd(4_321, "done", true)));
        }
    }

    [Test]
    public void A_reset_with_a_full_send_queue_closes_once()
    {
        for (var i = 0; i < 10; i++)
        {
            var (client, server) = ConnectPair();
            Loop.Until(() => !Loop.TrySend(server, new byte[60_000]));
            client.Reset();
        }

        Loop.Until(() => Loop.Transport.LinkCount == 0);
        Loop.Until(() => Transport.FleckConnections == 0);
        Assert.That(Loop.Links.TrueForAll(link => link.Link.End is { Code: 1006, ByPeer: true }), Is.True);
    }

    [Test]
    public void A_reset_of_an_idle_connection_closes_it()
    {
        var (client, server) = ConnectPair();
        Assert.That(Transport.FleckConnections, Is.EqualTo(1));
        client.Reset();
        Loop.Until(() => server.Link.End is { Code: 1006, ByPeer: true });
        Loop.Until(() => Transport.FleckConnections == 0);
    }

    [Test]
    public void A_closed_link_is_closed_for_Fleck_too()
    {
        var (client, server) = ConnectPair();
        server.Link.Close(4_001, "slow");
        Assert.That(ReadFrame(client).CloseReason, Is.EqualTo("slow"));
        client.SendClose(4_001);
        Loop.Until(() => Loop.Transport.LinkCount == 0);
        Loop.Until(() => Transport.FleckConnections == 0);
    }

    [TestCase(1L << 40)]
    [TestCase((1L << 30) + 5)]
    [TestCase((1L << 32) + 5)]
    public void A_claimed_length_is_refused_before_anything_of_it_is_kept(long length)
    {
        var (client, server) = ConnectPair();
        client.SendBytes([.. RawFrame.Header(0x82, length, 0x01020304, 8), .. new byte[100]]);
        Loop.Until(() => server.Link.End is not null);
        Assert.That(server.Link.End!.Code, Is.EqualTo(1009));
        Assert.That(ReadFrame(client).CloseCode, Is.EqualTo(1009));
    }

    [Test]
    public void A_peer_that_never_reads_its_pongs_costs_one_small_buffer()
    {
        var (client, server) = ConnectPair();
        Loop.Until(() => !Loop.TrySend(server, new byte[60_000]));
        var rented = Loop.Buffers.RentedBytes;
        var ping = RawFrame.ToClientBytes(0x89, new byte[125]);
        for (var i = 0; i < 5_000; i++)
        {
            client.SendBytes(ping);
        }

        Loop.Until(() => server.Link.ControlFramesReceived == 5_000);
        Assert.That(Loop.Buffers.RentedBytes, Is.LessThanOrEqualTo(rented));
    }

    [Test]
    public void A_starved_thread_pool_delays_messages_but_no_frame()
    {
        var (client, server) = ConnectPair();
        var (_, other) = ConnectPair();
        using var release = new ManualResetEventSlim();
        var blocked = Enumerable.Range(0, 100).Select(_ => Task.Run(release.Wait)).ToArray();
        client.SendFrame(RawFrame.Binary, [1]);
        for (var i = 0; i < 1_000; i++)
        {
            Loop.Frame();
        }

        other.Link.Close(1000, "frames close links");
        Assert.That(other.Link.End, Is.Not.Null);
        release.Set();
        Loop.Until(() => server.Messages.Count == 1);
        Task.WaitAll(blocked);
    }

    [Test]
    public void The_loop_allocates_nothing_for_what_it_sends_and_takes()
    {
        var (client, server) = ConnectPair();
        var message = RawFrame.ToClientBytes(0x82, new byte[500]);
        Exchange(client, server.Link, message, 200);

        // Whichever thread lets the runtime compile hot methods again is charged 56 bytes for it, once.
        var rounds = Enumerable.Range(0, 3).Select(_ => Exchange(client, server.Link, message, 500)).ToArray();
        Assert.That(rounds.Min(), Is.Zero);
    }

    private long Exchange(RawWebSocket client, Link link, byte[] message, int frames)
    {
        var arena = new FrameArena();
        arena.Reset();
        arena.Store(message);
        Link[] links = [link];
        var allocated = 0L;
        for (var i = 0; i < frames; i++)
        {
            client.SendBytes(message);
            var received = false;
            while (!received)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                received = RunFrame(link, links, arena);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            }

            Assert.That(ReadFrame(client).Payload, Has.Length.EqualTo(498));
        }

        return allocated;
    }

    private bool RunFrame(Link link, Link[] links, FrameArena arena)
    {
        Loop.Transport.BeginFrame();
        var received = link.TryReceive(arena, out _);
        link.EndReceive();
        link.Outbound.Reclaim();
        if (received)
        {
            var buffer = Loop.Buffers.Rent(500);
            buffer.Bytes[0] = 0x82;
            buffer.Bytes[1] = 126;
            buffer.Bytes[2] = 498 >> 8;
            buffer.Bytes[3] = 498 & 0xFF;
            link.Outbound.TryAppend(buffer, 0, 502);
        }

        Loop.Transport.Flush(received ? links : []);
        arena.Reset();
        return received;
    }
}
