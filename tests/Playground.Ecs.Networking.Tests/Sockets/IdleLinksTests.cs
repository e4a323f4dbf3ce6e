using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>Links that are asked about together, because nothing came from them, lose nothing by it.</summary>
[TestFixture]
[NonParallelizable]
public sealed class IdleLinksTests
{
    private const int LinkCount = 150;

    private readonly byte[] _message = RawFrame.ToClientBytes(0x82, [1, 2, 3]);
    private TransportLoop _loop = null!;
    private List<RawWebSocket> _clients = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _loop = await TransportLoop.StartAsync(new SocketTransport());
        _clients = Enumerable.Range(0, LinkCount).Select(_ => RawWebSocket.Connect(_loop.EndPoint)).ToList();
        _loop.Until(() => _loop.Links.Count == LinkCount);
        Idle();
    }

    [TearDown]
    public async Task StopAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _loop.DisposeAsync();
    }

    [Test]
    public void A_message_of_one_is_there_in_the_frame_after_it_arrived()
    {
        for (var i = 0; i < LinkCount; i += 7)
        {
            Send(_clients[i]);
            _loop.Frame();
            Idle();
        }

        Assert.That(Received, Is.EqualTo(Enumerable.Range(0, LinkCount).Select(i => i % 7 == 0 ? 1 : 0)));
    }

    [Test]
    public void All_of_them_may_wake_at_once_and_idle_again()
    {
        for (var round = 1; round <= 3; round++)
        {
            _clients.ForEach(Send);
            _loop.Frame();
            Assert.That(Received, Has.All.EqualTo(round));
            Idle();
        }
    }

    [Test]
    public void An_end_is_noticed()
    {
        _clients[3].Dispose();
        _clients[30].Socket.Send(RawFrame.ToClientBytes(0x88, [0x03, 0xE8]));
        _loop.Until(() => _loop.Links.Count(record => record.Link.End is not null) == 2);
        Assert.Multiple(() =>
        {
            Assert.That(_loop.Links.Single(record => record.Link.End is { Code: 1000 }).Link.End!.ByPeer);
            Assert.That(_loop.Links.Single(record => record.Link.End is { Code: 1006 }).Link.End!.ByPeer);
        });
        _loop.Until(() => _loop.Transport.LinkCount == LinkCount - 2);
    }

    [Test]
    public void A_close_of_this_side_hears_the_peers_answer()
    {
        _loop.Links[0].Link.Close(1000, "enough");
        var closing = _clients.Find(client => _loop.Links[0].Link.Upgrade.RemoteEndPoint!.Equals(client.Socket.LocalEndPoint))!;
        closing.Socket.Send(RawFrame.ToClientBytes(0x88, [0x03, 0xE8]));
        closing.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        _loop.Until(() => _loop.Transport.LinkCount == LinkCount - 1);
    }

    [Test]
    public void Frames_without_input_allocate_nothing()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var frame = 0; frame < 1_000; frame++) _loop.Frame();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private IEnumerable<int> Received =>
        _clients.Select(client => _loop.Links.Single(record => record.Link.Upgrade.RemoteEndPoint!.Equals(client.Socket.LocalEndPoint)).Messages.Count);

    // Loopback delivers within the call that sends.
    private void Send(RawWebSocket client) => client.Socket.Send(_message);

    private void Idle()
    {
        for (var frame = 0; frame < 10; frame++) _loop.Frame();
    }
}
