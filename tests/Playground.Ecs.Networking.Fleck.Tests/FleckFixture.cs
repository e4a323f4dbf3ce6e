using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Fleck.Tests;

/// <summary>A Fleck transport, started afresh for each test, and whole again at its end.</summary>
public abstract class FleckFixture
{
    private readonly List<IDisposable> _clients = [];

    protected TransportLoop Loop { get; private set; } = null!;

    private protected FleckTransport Transport => (FleckTransport)Loop.Transport;

    protected virtual NetworkingOptions Options => new();

    [SetUp]
    public async Task Start() => Loop = await TransportLoop.StartAsync(new FleckTransport(), Options);

    [TearDown]
    public async Task Stop()
    {
        _clients.ForEach(client => client.Dispose());
        _clients.Clear();
        await Loop.DisposeAsync();
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
        Assert.That(Loop.Buffers.RentedCount, Is.Zero, "buffers that nobody gave back");
        Assert.That(() => Transport.FleckConnections, Is.Zero.After(5_000, 5), "every OnOpen had one OnClose");
    }

    /// <summary>A connection on which nothing was said yet.</summary>
    protected RawWebSocket Open()
    {
        var client = RawWebSocket.Open(Loop.EndPoint);
        _clients.Add(client);
        return client;
    }

    protected (RawWebSocket Client, LinkRecord Server) ConnectPair()
    {
        var client = Open();
        client.SendText(RawWebSocket.Upgrade());
        client.ReadUpgrade();
        return (client, Loop.AcceptOne());
    }

    protected RawFrame ReadFrame(RawWebSocket client)
    {
        RawFrame frame = null!;
        Loop.Until(() => client.TryReadFrame(out frame));
        return frame;
    }
}
