using Microsoft.Extensions.Time.Testing;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>Deadlines of links, on a clock that the test moves.</summary>
[TestFixture]
public class DeadlineTests : SocketFixture
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new();

    protected override NetworkingOptions Options => new() { TimeProvider = _time };

    [Test]
    public void A_message_that_does_not_complete_is_closed_with_4003()
    {
        var (client, server) = ConnectPair();
        var bytes = RawFrame.ToClientBytes(0x82, new byte[1_000]);
        client.SendBytes(bytes.AsSpan(0, 10));
        Loop.Until(() => server.Link.BytesReceived == 10);
        for (var i = 0; i < 99; i++)
        {
            Step(client, bytes.AsSpan(10 + i, 1));
        }

        Assert.That(server.Link.End, Is.Null);
        Step(client, []);
        Step(client, []);
        Step(client, []);
        Assert.That(server.Link.End!.Code, Is.EqualTo(4003));
        Assert.That(ReadFrame(client).CloseCode, Is.EqualTo(4003));
        client.Dispose();
    }

    [Test]
    public void Pings_between_fragments_do_not_extend_the_time()
    {
        var (client, server) = ConnectPair();
        client.SendFrame(RawFrame.Binary, [1], final: false);
        Loop.Until(() => server.Link.BytesReceived == 7);
        for (var i = 0; i < 110 && server.Link.End is null; i++)
        {
            Step(client, RawFrame.ToClientBytes(0x89, []));
        }

        Assert.That(server.Link.End!.Code, Is.EqualTo(4003));
        client.Dispose();
    }

    [Test]
    public void Messages_that_complete_restart_the_time()
    {
        var (client, server) = ConnectPair();
        var bytes = RawFrame.ToClientBytes(0x82, [1, 2, 3]);
        client.SendBytes(bytes.AsSpan(0, 4));
        byte[] next = [.. bytes[4..], .. bytes[..4]];
        for (var i = 0; i < 5; i++)
        {
            for (var j = 0; j < 50; j++)
            {
                Step(client, []);
            }

            client.SendBytes(next);
            Loop.Until(() => server.Messages.Count == i + 1);
        }

        Assert.That(server.Link.End, Is.Null);
        client.Dispose();
    }

    [Test]
    public void A_process_that_stood_still_closes_nobody()
    {
        var (client, server) = ConnectPair();
        client.SendBytes(RawFrame.ToClientBytes(0x82, [1]).AsSpan(0, 3));
        Loop.Until(() => server.Link.BytesReceived == 3);
        Loop.Frame();
        _time.Advance(TimeSpan.FromSeconds(20));
        Loop.Frame();
        Loop.Frame();
        Assert.That(server.Link.End, Is.Null);
        client.Dispose();
    }

    [Test]
    public void A_peer_that_does_not_answer_the_close_is_dropped_in_time()
    {
        var (client, server) = ConnectPair();
        server.Link.Close(1000, "bye");
        for (var i = 0; i < 19; i++)
        {
            Step(client, []);
        }

        Assert.That(Loop.Transport.LinkCount, Is.EqualTo(1));
        Step(client, []);
        Step(client, []);
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
        client.Dispose();
    }

    [Test]
    public void A_peer_that_does_not_read_the_close_is_dropped_in_time()
    {
        var (client, server) = ConnectPair();
        Loop.Until(() => !Loop.TrySend(server, new byte[60_000]));
        server.Link.Close(4001, "slow");
        for (var i = 0; i < 22; i++)
        {
            Step(client, []);
        }

        Assert.That(Loop.Transport.LinkCount, Is.Zero);
        Assert.That(Loop.Buffers.RentedCount, Is.Zero);
        client.Dispose();
    }

    private void Step(RawWebSocket client, ReadOnlySpan<byte> bytes)
    {
        client.SendBytes(bytes);
        _time.Advance(FrameTime);
        Loop.Frame();
    }
}
