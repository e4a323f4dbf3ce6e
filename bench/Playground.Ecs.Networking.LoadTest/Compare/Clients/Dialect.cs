using Playground.Ecs.Networking.LoadTest.Compare.Servers;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.LoadTest.Compare.Clients;

/// <summary>How a server wants to be spoken to.</summary>
/// <param name="Connect">Makes a connection.</param>
/// <param name="Subprotocol">The WebSocket subprotocol that is asked for; null: none.</param>
internal sealed record Dialect(Func<ClientTraffic, ILoadConnection> Connect, string? Subprotocol = null)
{
    /// <summary>By the server's name: what is not known takes WebSocket messages as they are.</summary>
    public static Dialect Of(string server) => server switch
    {
        _ when server.StartsWith(LoadServers.Ours, StringComparison.Ordinal) => new(static traffic => new OursConnection(traffic), ProtocolLimits.Subprotocol),
        LoadServers.SignalR => new(static traffic => new SignalRConnection(traffic)),
        LoadServers.LiteNet => new(static traffic => new LiteNetConnection(traffic)),
        _ => new(static traffic => new PlainConnection(traffic)),
    };
}
