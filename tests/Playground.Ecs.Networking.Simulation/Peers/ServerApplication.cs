using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Sessions;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Randomness;
using Playground.Ecs.Networking.Simulation.Running;
using Playground.Ecs.Networking.Simulation.Traffic;

namespace Playground.Ecs.Networking.Simulation.Peers;

/// <summary>What the game does in the server's frames: sends to its peers in all ways, and reads what they send.</summary>
internal sealed partial class ServerApplication : BaseSystem<World, float>
{
    private static readonly QueryDescription Connections = new QueryDescription().WithAll<ConnectionComponent, ConnectionHandle>();

    private readonly RunContext _run;
    private readonly SimulatedServer _server;
    private readonly Rng _rng;
    private readonly Payloads _payloads;
    private readonly StreamOrder _order;
    private readonly Dictionary<Entity, SessionTrace> _sessions = [];
    private readonly List<Peer> _peers = [];

    public ServerApplication(RunContext run, SimulatedServer server, Rng rng)
        : base(server.World)
    {
        _run = run;
        _server = server;
        _rng = rng;
        _payloads = new Payloads(Label.Server, (ushort)server.Life, server.Options.MaxPacketBytes, run.Settings.TrainShare, rng.For("payloads"));
        _order = new StreamOrder($"server {server.Life}");
    }

    /// <summary>A session with an entity, whether or not it has a link.</summary>
    public readonly record struct Peer(Entity Entity, Connection Connection, SessionTrace Session);

    /// <summary>Until then the inboxes stay as they are.</summary>
    public long ReadsNothingUntil { get; set; }

    /// <summary>False once everything has to come to rest.</summary>
    public bool Sends { get; set; } = true;

    /// <summary>Sessions whose Welcome is known.</summary>
    public IReadOnlyList<Peer> Peers => _peers;

    /// <inheritdoc/>
    public override void Update(in float t)
    {
        FindPeers();
        if (_run.Time.Now >= ReadsNothingUntil) TakeInboxes();
        if (Sends) SendSome(t);
        foreach (var peer in _peers) peer.Session.IsOverwhelmed |= peer.Connection.IsOverwhelmed;
    }

    /// <summary>Reads what waits.</summary>
    public void TakeInboxes()
    {
        Take(SimulatedServer.Desk);
        Take(SimulatedServer.Chat);
    }

    /// <summary>The handler of the bell.</summary>
    public void OnBell(Channel channel, in ReceivedPacket packet) => Take(packet);

    private void FindPeers()
    {
        _peers.Clear();
        foreach (ref var chunk in World.Query(in Connections))
        {
            var handles = chunk.GetSpan<ConnectionHandle>();
            for (var i = 0; i < chunk.Count; i++)
            {
                if (handles[i].Connection is not { Session: not null } connection || _run.Wire.Find(connection.PeerId) is not { } session) continue;
                _peers.Add(new Peer(chunk.Entity(i), connection, session));
                _sessions.TryAdd(chunk.Entity(i), session);
            }
        }
    }

    private void Take(ushort channelId)
    {
        var channel = _server.System.FindChannel(channelId).Unwrap();
        foreach (ref readonly var packet in channel.Receive()) Take(packet);
    }

    private void Take(in ReceivedPacket packet)
    {
        var queue = packet.ChannelId.Value;
        var label = _order.Take(packet.Data.Span, packet.IsReliable, packet.Priority, queue);
        if (packet.IsReliable) _run.Counts.ReliableToServer++;
        else _run.Counts.UnreliableDelivered++;
        if (!_sessions.TryGetValue(packet.Sender, out var session)) FindPeers();
        if (session is null && !_sessions.TryGetValue(packet.Sender, out session)) throw new SimulationFailedException($"the server got this from nobody: {label}");
        if (session.Client != label.Origin) throw new SimulationFailedException($"the server got this as if from {session}: {label}");
        if (!packet.IsReliable) return;
        session.Up.Delivers(queue, label);
        _run.Ledger.Of(label.Origin, queue, label.Lane).Deliver(label.Order, maySkip: true);
    }
}
