namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>How a server wants to be spoken to over WebSocket.</summary>
/// <param name="Path">Where the upgrade is.</param>
/// <param name="Subprotocol">What is asked for; null: nothing.</param>
/// <param name="Connect">Makes a connection.</param>
internal sealed record Dialect(string Path, string? Subprotocol, Func<ClientTraffic, ClientConnection> Connect)
{
    /// <summary>By the server's name: whatever is not known speaks plain messages.</summary>
    public static Dialect Of(string server) => server switch
    {
        _ when server.StartsWith(Servers.LoadServers.Ours, StringComparison.Ordinal) => new("/ws", Protocol.ProtocolLimits.Subprotocol, static traffic => new OursConnection(traffic)),
        Servers.LoadServers.SignalR => new("/ws", null, static traffic => new SignalRConnection(traffic)),
        _ => new("/ws", null, static traffic => new PlainConnection(traffic)),
    };
}
