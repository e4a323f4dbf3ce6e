using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>What the clients' applications sent reliably: for each client, channel and lane one stream.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<(int Client, ushort Channel, Priority Lane), ReliableStream> _toServer = [];

    /// <summary>Everything that clients sent to the server.</summary>
    public IEnumerable<ReliableStream> ToServer => _toServer.Values;

    /// <summary>The stream of a client to a channel of the server.</summary>
    public ReliableStream Of(int client, ushort channel, Priority lane)
    {
        if (_toServer.TryGetValue((client, channel, lane), out var stream)) return stream;
        stream = new ReliableStream($"client {client} to channel {channel}, lane {lane}");
        _toServer.Add((client, channel, lane), stream);
        return stream;
    }
}
