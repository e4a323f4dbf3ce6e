using System.Net.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <content>Backpressure, and the end under load.</content>
public abstract partial class WebSocketConformance
{
    // What kernels and servers may buffer for one connection, both ends together.
    private const int BufferedBytesMax = 24 * 1024 * 1024;
    private const int BlockedMicroseconds = 300_000;

    [Test]
    public virtual void A_loop_that_does_not_read_holds_back_the_peer_and_loses_nothing()
    {
        var (client, server) = ConnectRawPair();
        server.IsRead = false;
        var message = Message(new Random(8), 60_000);
        var bytes = Repeat(RawFrame.ToClientBytes(0x82, message), BufferedBytesMax * 5 / 4 / message.Length);
        var sent = SendUntilBlocked(client, bytes);
        Assert.That(sent, Is.LessThan(BufferedBytesMax));
        Assert.That(Loop.Buffers.RentedBytes, Is.LessThanOrEqualTo(Loop.Options.ReceiveBudgetBytes));

        client.Socket.Blocking = true;
        var sending = Task.Run(() => client.SendBytes(bytes.AsSpan(sent)));
        server.IsRead = true;
        Loop.Until(() => server.Messages.Count == bytes.Length / (message.Length + 8));
        sending.GetAwaiter().GetResult();
        Assert.That(server.Messages.TrueForAll(received => received.AsSpan().SequenceEqual(message)), Is.True);
    }

    [Test]
    public virtual async Task Disposal_amid_traffic_both_ways_and_handshakes_ends_everything()
    {
        var pairs = Enumerable.Range(0, 20).Select(_ => ConnectRawPair()).ToList();
        var half = Enumerable.Range(0, 5).Select(_ => Track(Open(Loop))).ToList();
        half.ForEach(client => client.SendText("GET /ws HTTP/1.1\r\nHost: "));
        var flood = Repeat(RawFrame.ToClientBytes(0x82, new byte[1_000]), 2_000);
        var sending = pairs.Select(pair => Task.Run(() => SendWhileOpen(pair.Client, flood))).ToList();
        for (var i = 0; i < 10; i++)
        {
            pairs.ForEach(pair => Loop.TrySend(pair.Server, new byte[20_000]));
            Loop.Frame();
        }

        await Loop.DisposeAsync();
        pairs.ForEach(pair => pair.Client.Dispose());
        await Task.WhenAll(sending);
        Assert.That(pairs.TrueForAll(pair => pair.Server.Link.End is not null), Is.True);
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
        Assert.That(Loop.Buffers.RentedCount, Is.Zero);
        half.ForEach(client => client.ReadToEnd());
    }

    [Test]
    public virtual async Task Stopping_to_accept_lets_nobody_in_and_keeps_who_is_there()
    {
        var (client, server) = ConnectRawPair();
        await Loop.Transport.StopAcceptingAsync();
        Assert.That(() => Connect(), Throws.InstanceOf<SocketException>().Or.InstanceOf<InvalidOperationException>());
        client.SendFrame(RawFrame.Binary, [1]);
        Loop.Until(() => server.Messages.Count == 1);
        Loop.TrySend(server, [2]);
        Assert.That(ReadFrame(client).Payload, Is.EqualTo(new byte[] { 2 }));
    }

    // Blocked: nothing more was taken for a while, although frames ran.
    private int SendUntilBlocked(RawWebSocket client, byte[] bytes)
    {
        client.Socket.Blocking = false;
        var sent = 0;
        while (sent < bytes.Length && client.Socket.Poll(BlockedMicroseconds, SelectMode.SelectWrite))
        {
            var count = client.Socket.Send(bytes.AsSpan(sent), SocketFlags.None, out var error);
            Assert.That(error, Is.AnyOf(SocketError.Success, SocketError.WouldBlock));
            sent += Math.Max(0, count);
            Loop.Frame();
        }

        return sent;
    }

    private static void SendWhileOpen(RawWebSocket client, byte[] bytes)
    {
        try
        {
            client.SendBytes(bytes);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The server, or the test, has ended it.
        }
    }
}
