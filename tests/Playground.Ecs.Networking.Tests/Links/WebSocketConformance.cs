using Playground.Ecs.Networking.Testing.Links;

namespace Playground.Ecs.Networking.Tests.Links;

/// <summary>
/// What every transport that speaks RFC 6455 on the wire has to do besides. A transport that cannot meet a row overrides it,
/// repeats its cases, and asserts what it does instead, with the reason.
/// </summary>
public abstract partial class WebSocketConformance : TransportConformance
{
    /// <summary>A connection on which nothing was said yet.</summary>
    protected virtual RawWebSocket Open(TransportLoop loop) => RawWebSocket.Open(loop.EndPoint);

    /// <summary>A connection, upgraded; its link is on its way to the loop.</summary>
    protected RawWebSocket ConnectRaw(TransportLoop? loop = null, string? subprotocol = "playground.v1")
    {
        var client = Track(Open(loop ?? Loop));
        client.SendText(RawWebSocket.Upgrade(subprotocol: subprotocol));
        client.ReadUpgrade();
        return client;
    }

    protected (RawWebSocket Client, LinkRecord Server) ConnectRawPair(TransportLoop? loop = null)
    {
        var client = ConnectRaw(loop);
        return (client, (loop ?? Loop).AcceptOne());
    }

    /// <summary>A further transport with options of its own.</summary>
    protected Task<TransportLoop> StartAsync(NetworkingOptions options) => TransportLoop.StartAsync(CreateTransport(), Configure(options));

    protected override ILinkClient Connect() => new RawLinkClient(ConnectRaw());

    /// <summary>Frames until the server's next frame is there.</summary>
    protected static RawFrame ReadFrame(TransportLoop loop, RawWebSocket client)
    {
        RawFrame frame = null!;
        loop.Until(() => client.TryReadFrame(out frame));
        return frame;
    }

    protected RawFrame ReadFrame(RawWebSocket client) => ReadFrame(Loop, client);

    /// <summary>Frames until the server has let go; what it still sends is read away.</summary>
    protected void ReadToEnd(RawWebSocket client) => Loop.Until(() => !client.TryReadFrame(out _) && client.HasEnded);

    protected static byte[] Repeat(byte[] bytes, int count) => Enumerable.Repeat(bytes, count).SelectMany(part => part).ToArray();

    private RawWebSocket Track(RawWebSocket client)
    {
        Clients.Add(client);
        return client;
    }
}
