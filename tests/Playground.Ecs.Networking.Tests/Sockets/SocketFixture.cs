using Playground.Ecs.Networking.Links;
using Playground.Ecs.Networking.Sockets;
using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Sockets;

/// <summary>A transport, of sockets unless a fixture says otherwise, started afresh for each test, and whole again at its end.</summary>
public abstract class SocketFixture
{
    protected TransportLoop Loop { get; private set; } = null!;

    protected virtual NetworkingOptions Options => new();

    /// <summary>The transport under test.</summary>
    protected virtual ITransport CreateTransport() => new SocketTransport();

    [SetUp]
    public async Task Start() => Loop = await TransportLoop.StartAsync(CreateTransport(), Options);

    [TearDown]
    public async Task Stop()
    {
        await Loop.DisposeAsync();
        Assert.That(Loop.Transport.LinkCount, Is.Zero);
        Assert.That(Loop.Buffers.RentedCount, Is.Zero, "buffers that nobody gave back");
    }

    protected (RawWebSocket Client, LinkRecord Server) ConnectPair()
    {
        var client = RawWebSocket.Connect(Loop.EndPoint);
        return (client, Loop.AcceptOne());
    }

    /// <summary>Frames until the next frame of the server is there.</summary>
    protected RawFrame ReadFrame(RawWebSocket client)
    {
        RawFrame frame = null!;
        Loop.Until(() => client.TryReadFrame(out frame));
        return frame;
    }
}
