using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <summary>
/// What every transport has to do; a subclass for each. A transport that cannot meet a row overrides it, repeats its cases, and
/// asserts what it does instead, with the reason.
/// </summary>
public abstract class TransportConformance
{
    private const int Large = 64 * 1024;

    protected TransportLoop Loop { get; private set; } = null!;

    protected List<IDisposable> Clients { get; } = [];

    protected abstract ITransport CreateTransport();

    /// <summary>A client whose link is on its way to the loop.</summary>
    protected abstract ILinkClient Connect();

    [SetUp]
    public async Task Start() => Loop = await TransportLoop.StartAsync(CreateTransport(), Configure(new NetworkingOptions()));

    [TearDown]
    public async Task Stop()
    {
        Clients.ForEach(client => client.Dispose());
        Clients.Clear();
        await Loop.DisposeAsync();
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
        Assert.That(Loop.Buffers.RentedCount, Is.Zero, "buffers that nobody gave back");
    }

    protected virtual NetworkingOptions Configure(NetworkingOptions options) => options;

    protected (ILinkClient Client, LinkRecord Server) ConnectPair()
    {
        var client = Connect();
        Clients.Add(client);
        return (client, Loop.AcceptOne());
    }

    [Test]
    public virtual void A_message_arrives_whole_both_ways()
    {
        var (client, server) = ConnectPair();
        client.Send([1, 2, 3]);
        Loop.Until(() => server.Messages.Count == 1);
        Assert.That(server.Messages[0], Is.EqualTo(new byte[] { 1, 2, 3 }));

        Assert.That(Loop.TrySend(server, [4, 5]), Is.True);
        Assert.That(Receive(client, 1)[0], Is.EqualTo(new byte[] { 4, 5 }));
    }

    [Test]
    public virtual void An_empty_message_is_a_message()
    {
        var (client, server) = ConnectPair();
        client.Send([]);
        Loop.Until(() => server.Messages.Count == 1);
        Assert.That(server.Messages[0], Is.Empty);
    }

    [Test]
    public virtual void Many_messages_of_all_sizes_arrive_in_order_both_ways()
    {
        var (client, server) = ConnectPair();
        var random = new Random(20);
        var messages = Enumerable.Range(0, 300).Select(i => Message(random, i % 10 == 0 ? random.Next(Large) : random.Next(400))).ToList();
        var sending = Task.Run(() => messages.ForEach(client.Send));
        Loop.Until(() => server.Messages.Count == messages.Count);
        sending.GetAwaiter().GetResult();
        Assert.That(server.Messages, Is.EqualTo(messages));

        var sent = 0;
        var received = new List<byte[]>();
        Loop.Until(() =>
        {
            while (sent < messages.Count && Loop.TrySend(server, messages[sent]))
            {
                sent++;
            }

            Take(client, received);
            return received.Count == messages.Count;
        });
        Assert.That(received, Is.EqualTo(messages));
    }

    [Test]
    public virtual void What_the_loop_leaves_is_there_in_the_next_frame()
    {
        var (client, server) = ConnectPair();
        server.MessagesPerFrameMax = 1;
        var messages = Enumerable.Range(0, 50).Select(i => Message(new Random(i), 10 + (i * 40))).ToList();
        messages.ForEach(client.Send);
        Loop.Until(() => server.Messages.Count == messages.Count);
        Assert.That(server.Messages, Is.EqualTo(messages));
    }

    [Test]
    public virtual void The_largest_message_arrives()
    {
        var (client, server) = ConnectPair();
        var message = Message(new Random(1), Large);
        var sending = Task.Run(() => client.Send(message));
        Loop.Until(() => server.Messages.Count == 1);
        sending.GetAwaiter().GetResult();
        Assert.That(server.Messages[0], Is.EqualTo(message));
    }

    [Test]
    public virtual void A_message_above_the_limit_is_closed_with_1009()
    {
        var (client, server) = ConnectPair();
        var sending = Task.Run(() => client.Send(new byte[Large + 1]));
        Loop.Until(() => server.Link.End is not null);
        Assert.That(server.Link.End!.Code, Is.EqualTo(1009));
        Assert.That(server.Link.End.ByPeer, Is.False);
        Loop.Until(() => Closed(client) is not null);
        Assert.That(client.ServerClose!.Value.Code, Is.EqualTo(1009));
        sending.GetAwaiter().GetResult();
    }

    [TestCase(1000, "done")]
    [TestCase(1001, "")]
    [TestCase(4321, "why not é")]
    public virtual void The_peers_close_ends_the_link_with_its_code(int code, string reason)
    {
        var (client, server) = ConnectPair();
        client.Send([7]);
        client.Close(code, reason);
        Loop.Until(() => server.Link.End is not null);
        Assert.That(server.Link.End, Is.EqualTo(new LinkEnd((ushort)code, reason, true)));
        Assert.That(server.Messages, Has.Count.EqualTo(1), "what came before the close is delivered");
        Loop.Until(() => client.HasEnded);
        Assert.That(client.ServerClose?.Code, Is.EqualTo(code));
        client.Dispose();
        Loop.Until(() => Loop.Transport.LinkCount == 0);
    }

    [Test]
    public virtual void Closing_sends_what_was_handed_over_then_the_code_and_the_reason()
    {
        var (client, server) = ConnectPair();
        Loop.TrySend(server, [1]);
        Loop.TrySend(server, [2]);
        server.Link.Close(4001, "slow");
        Assert.That(server.Link.End, Is.EqualTo(new LinkEnd(4001, "slow", false)));
        Assert.That(Receive(client, 2).Select(message => message[0]), Is.EqualTo(new byte[] { 1, 2 }));
        Loop.Until(() => Closed(client) is not null);
        Assert.That(client.ServerClose, Is.EqualTo((4001, "slow")));
        client.Close(4001, string.Empty);
        Loop.Until(() => client.HasEnded);
        client.Dispose();
        Loop.Until(() => Loop.Transport.LinkCount == 0);
    }

    [Test]
    public virtual void A_long_reason_is_cut_at_a_character()
    {
        var (client, server) = ConnectPair();
        server.Link.Close(1008, "x" + new string('é', 100));
        Loop.Until(() => Closed(client) is not null);
        Assert.That(client.ServerClose, Is.EqualTo((1008, "x" + new string('é', 61))));
    }

    [Test]
    public virtual void A_second_close_and_an_abort_after_it_change_nothing()
    {
        var (_, server) = ConnectPair();
        server.Link.Close(1000, "first");
        server.Link.Close(4000, "second");
        server.Link.Abort();
        Assert.That(server.Link.End, Is.EqualTo(new LinkEnd(1000, "first", false)));
    }

    [Test]
    public virtual void A_peer_that_goes_away_ends_the_link_with_1006()
    {
        var (client, server) = ConnectPair();
        client.Abort();
        Loop.Until(() => server.Link.End is not null);
        Assert.That(server.Link.End!.Code, Is.EqualTo(1006));
        Assert.That(server.Link.End.ByPeer, Is.True);
        Loop.Until(() => Loop.Transport.LinkCount == 0);
    }

    [Test]
    public virtual void Aborting_drops_the_link_without_a_close()
    {
        var (client, server) = ConnectPair();
        server.Link.Abort();
        Assert.That(server.Link.End!.Code, Is.EqualTo(1006));
        Assert.That(server.Link.End.ByPeer, Is.False);
        Loop.Until(() => client.HasEnded);
        Assert.That(client.ServerClose, Is.Null);
        Loop.Until(() => Loop.Transport.LinkCount == 0);
    }

    [Test]
    public virtual void A_peer_that_does_not_read_holds_up_nobody_and_loses_nothing()
    {
        var (slow, slowServer) = ConnectPair();
        var (quick, quickServer) = ConnectPair();
        var random = new Random(3);
        var sent = new List<byte[]>();
        Loop.Until(() =>
        {
            var message = Message(random, 60_000);
            if (!Loop.TrySend(slowServer, message))
            {
                return true;
            }

            sent.Add(message);
            return false;
        });
        Assert.That(slowServer.Link.Outbound.IsDrained, Is.False);

        Loop.TrySend(quickServer, [9]);
        Assert.That(Receive(quick, 1)[0], Is.EqualTo(new byte[] { 9 }));
        Assert.That(Receive(slow, sent.Count), Is.EqualTo(sent), "in order, nothing lost or interleaved");
        Loop.Until(() => slowServer.Link.Outbound.IsDrained);
    }

    [Test]
    public virtual void Five_hundred_links_each_get_their_own()
    {
        const int count = 500;
        var clients = Enumerable.Range(0, count).Select(_ => Connect()).ToList();
        Clients.AddRange(clients);
        Loop.Until(() => Loop.Links.Count == count);
        Assert.That(Loop.Transport.LinkCount, Is.EqualTo(count));
        for (var i = 0; i < count; i++)
        {
            clients[i].Send(BitConverter.GetBytes(i));
        }

        Loop.Until(() => Loop.Links.All(link => link.Messages.Count == 1));
        Loop.Links.ForEach(link => Assert.That(Loop.TrySend(link, link.Messages[0]), Is.True));
        for (var i = 0; i < count; i++)
        {
            Assert.That(BitConverter.ToInt32(Receive(clients[i], 1)[0]), Is.EqualTo(i));
        }
    }

    [Test]
    public virtual async Task Disposal_closes_open_links_with_1001_even_while_they_send()
    {
        var (client, _) = ConnectPair();
        for (var i = 0; i < 50; i++)
        {
            client.Send(new byte[1_000]);
        }

        await Loop.DisposeAsync();
        while (!client.HasEnded)
        {
            client.TryReceive(out _);
        }

        Assert.That(client.ServerClose?.Code, Is.EqualTo(1001));
    }

    [Test]
    public virtual async Task Disposal_under_load_ends_every_link_and_is_idempotent()
    {
        for (var i = 0; i < 20; i++)
        {
            var (_, server) = ConnectPair();
            while (Loop.TrySend(server, new byte[50_000]))
            {
            }
        }

        Loop.Frame();
        await Loop.DisposeAsync();
        await Loop.DisposeAsync();
        Assert.That(Loop.Links.All(link => link.Link.End is not null), Is.True);
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
    }

    protected static byte[] Message(Random random, int length)
    {
        var message = new byte[length];
        random.NextBytes(message);
        return message;
    }

    protected List<byte[]> Receive(ILinkClient client, int count)
    {
        var received = new List<byte[]>();
        Loop.Until(() =>
        {
            Take(client, received);
            return received.Count >= count;
        });
        return received;
    }

    protected static (int Code, string Reason)? Closed(ILinkClient client)
    {
        while (client.TryReceive(out _))
        {
        }

        return client.ServerClose;
    }

    private static void Take(ILinkClient client, List<byte[]> received)
    {
        while (client.TryReceive(out var message))
        {
            received.Add(message);
        }
    }
}
