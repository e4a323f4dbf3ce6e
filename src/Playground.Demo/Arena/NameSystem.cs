using Playground.Ecs.Networking.Channels;

namespace Playground.Demo.Arena;

/// <summary>
/// Says what players are called: everything to whoever joins, then to all subscribers what changes, once a frame. Listed are players who have
/// joined or named themselves; who only watches costs nobody a packet.
/// </summary>
internal sealed class NameSystem(World world, Channel channel) : BaseSystem<World, float>(world)
{
    // As many names as fit into one packet whatever they are, by far.
    private const int NamesPerPacket = 500;

    private static readonly QueryDescription Players = new QueryDescription().WithAll<Body, Nameplate>();

    private readonly List<Entity> _joined = [];
    private readonly List<Entity> _changed = [];
    private readonly List<ArenaName> _names = [];

    /// <summary>Packets that could not be sent: the peer left, has no session, or its send queue was full.</summary>
    public long Unsent { get; private set; }

    /// <summary>A player joined: it will be told all names, and all others its own.</summary>
    public void Join(Entity connection, Entity body)
    {
        if (!_joined.Contains(connection)) _joined.Add(connection);
        ref var plate = ref World.Get<Nameplate>(body);
        if (!plate.IsListed) Change(body, ref plate);
    }

    /// <summary>A player calls itself something.</summary>
    public void Rename(Entity body, string name)
    {
        ref var plate = ref World.Get<Nameplate>(body);
        if (plate.IsListed && plate.Name == name) return;
        plate.Name = name;
        Change(body, ref plate);
    }

    /// <inheritdoc/>
    public override void Update(in float step)
    {
        if (_joined.Count > 0) Welcome();
        if (_changed.Count > 0) Announce();
    }

    private void Change(Entity body, ref Nameplate plate)
    {
        plate.IsListed = true;
        if (!_changed.Contains(body)) _changed.Add(body);
    }

    private void Welcome()
    {
        foreach (ref var chunk in World.Query(in Players))
        {
            var bodies = chunk.GetSpan<Body>()[..chunk.Count];
            var plates = chunk.GetSpan<Nameplate>()[..chunk.Count];
            for (var i = 0; i < bodies.Length; i++)
            {
                if (plates[i].IsListed) _names.Add(NameOf(bodies[i], plates[i]));
            }
        }

        foreach (var names in _names.Chunk(NamesPerPacket))
        {
            foreach (var connection in _joined)
            {
                if (!channel.SendReliableTo(connection, ArenaPackets.Names, names).IsOk) Unsent++;
            }
        }

        _names.Clear();
        _joined.Clear();
    }

    private void Announce()
    {
        foreach (var body in _changed)
        {
            if (World.IsAlive(body)) _names.Add(NameOf(World.Get<Body>(body), World.Get<Nameplate>(body)));
        }

        foreach (var names in _names.Chunk(NamesPerPacket))
        {
            if (channel.SubscriberCount > 0 && !channel.SendReliable(ArenaPackets.Names, names).IsOk) Unsent++;
        }

        _names.Clear();
        _changed.Clear();
    }

    private static ArenaName NameOf(in Body body, in Nameplate plate) => new() { Body = body.Number, Name = plate.Name, Peer = plate.PeerId };
}
