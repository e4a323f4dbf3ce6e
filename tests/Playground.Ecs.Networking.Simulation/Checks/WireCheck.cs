using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Network;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>
/// Follows every session by what goes over its links, and holds both sides to the protocol: numbers, acknowledgements, replays,
/// the handshake (PROTOCOL.md, sections 7 and 8) and the order of lanes (section 4).
/// </summary>
internal sealed partial class WireCheck(Sequence initial, int windowBytes, int maxPacketBytes, Action<string> log) : ILinkObserver
{
    private readonly Dictionary<(int Life, string PeerId), SessionTrace> _sessions = [];
    private readonly Dictionary<int, SessionTrace> _current = [];
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);

    /// <summary>The server's life: it begins anew with every start.</summary>
    public int Life { get; private set; }

    /// <summary>Counts what the clients send in one go.</summary>
    public long ClientFrame { get; set; }

    /// <summary>All sessions of all lives.</summary>
    public IEnumerable<SessionTrace> Sessions => _sessions.Values;

    /// <summary>Sessions whose resume was refused since this was last emptied.</summary>
    public List<SessionTrace> Refused { get; } = [];

    /// <summary>Sessions in the order in which the clients learn of them.</summary>
    public Dictionary<int, Queue<SessionTrace>> Learned { get; } = [];

    /// <summary>The session that a client was last welcomed in; null: none yet.</summary>
    public SessionTrace? SessionOf(int client) => _current.GetValueOrDefault(client);

    /// <summary>The session of the server's present life behind a peer id.</summary>
    public SessionTrace? Find(string peerId) => _sessions.GetValueOrDefault((Life, peerId));

    /// <summary>A session was begun.</summary>
    public void Add(SessionTrace session)
    {
        if (!_sessions.TryAdd((session.Life, session.PeerId), session)) throw new SimulationFailedException($"two sessions are called {session.PeerId}");
    }

    /// <summary>A server starts.</summary>
    public void BeginLife(int life)
    {
        Life = life;
        Refused.Clear();
    }

    /// <summary>The server is gone, and all its sessions with it.</summary>
    public void EndLife()
    {
        foreach (var session in _sessions.Values) session.IsOver = true;
    }

    public void ServerWrote(SimulatedLink link, ReadOnlySpan<byte> message, int pings)
    {
        var wire = link.Wire;
        var who = $"server to client {wire.Client}";
        var trains = wire.DownTrains.Count + (wire.Session?.Down.Trains.Count ?? 0);
        var frame = wire.Frames.Take(message.Length, pings, trains, who);
        var reader = new PacketReader(message);
        while (reader.TryRead(out var header, out _))
        {
            if (!wire.WasWelcomed) DemandWelcome(wire, header);
            if (header.Channel == ChannelId.Control) ServerWroteControl(wire, header, reader.Payload);
            wire.Frames.Sees(header);
            if (!header.IsReliable) wire.DownTrains.Take(header, header.PayloadLength);
            if (!IsRepeated(wire, header, reader.Payload) && !IsPastLanes(header)) wire.ServerLanes.Take(frame, header, who);
            CheckTrains(wire.DownTrains, wire.Session?.Down, header, who);
        }
    }

    public void ClientGets(SimulatedLink link, ReadOnlySpan<byte> message)
    {
        var wire = link.Wire;
        var reader = new PacketReader(message);
        while (reader.TryRead(out var header, out _))
        {
            if (header.IsReliable) wire.Session!.Down.Arrives(ref wire.Down.Arrived, header);
            if (header.Channel != ChannelId.Control) continue;
            if (header.Type == Ack.WireType) wire.Session!.Up.Learns(ReadAck(reader.Payload).Sequence);
            else if (header.Type == Welcome.WireType) ClientGetsWelcome(wire, reader.Payload);
        }
    }

    public void ClientWrote(SimulatedLink link, ReadOnlySpan<byte> message)
    {
        var wire = link.Wire;
        var who = $"client {wire.Client}";
        var reader = new PacketReader(message);
        while (reader.TryRead(out var header, out _))
        {
            if (!wire.SaidHello) ClientSaysHello(wire, header, reader.Payload);
            else if (!wire.KnowsWelcome) throw new SimulationFailedException($"{who} sent before it was welcomed: {header}");
            if (header.Channel == ChannelId.Control && header.Type == Ack.WireType) wire.Session!.Down.Announces(ReadAck(reader.Payload).Sequence);
            var trains = wire.UpTrainCount;
            var isRepeated = header.IsReliable && wire.Session!.Up.Writes(ref wire.Up.Written, header, reader.Payload);

            if (!header.IsReliable) wire.UpTrains.Take(header, header.PayloadLength);
            CheckTrains(wire.UpTrains, wire.Session?.Up, header, who);

            // Behind the last repeated packet the lanes begin anew: before it, what is newly reliable had to wait. So they do where a train
            // begins that the server had no room for until another one ended.
            if (wire.UpTrainCount < trains) wire.TrainEndedIn = ClientFrame;
            if (isRepeated || (wire.UpTrainCount > trains && wire.TrainEndedIn == ClientFrame)) wire.ClientLanes.Restart();
            if (isRepeated) continue;
            if (!IsPastLanes(header)) wire.ClientLanes.Take(ClientFrame, header, who);
        }
    }

    public void ServerGets(SimulatedLink link, ReadOnlySpan<byte> message)
    {
        var wire = link.Wire;
        var reader = new PacketReader(message);
        while (reader.TryRead(out var header, out _))
        {
            if (header.IsReliable) wire.Session!.Up.Arrives(ref wire.Up.Arrived, header);
            if (header.Channel != ChannelId.Control) continue;
            if (header.Type == Ack.WireType) wire.Session!.Down.Learns(ReadAck(reader.Payload).Sequence);
            else if (header.Type == Hello.WireType && wire.AsksToResume) wire.Before!.Down.Learns(ReadHello(reader.Payload).LastReceived);
        }
    }

    // What its receiver has to hold for it.
    private void CheckTrains(PartialTrains unreliable, ReliableTrace? reliable, in PacketHeader header, string who)
    {
        var bytes = header.IsReliable ? unreliable.Bytes + reliable!.Trains.BytesWithLast : unreliable.BytesWithLast + (reliable?.Trains.Bytes ?? 0);
        if (bytes > 2 * maxPacketBytes) throw new SimulationFailedException($"{who}: unfinished trains have {bytes} bytes ({unreliable} and reliable {reliable?.Trains}), above twice {maxPacketBytes}, with {header}");
    }

    private static bool IsRepeated(WireLink wire, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        if (!header.IsReliable) return false;
        var isRepeated = wire.Session!.Down.Writes(ref wire.Down.Written, header, payload);
        return isRepeated || wire.Down.Written - 1 <= wire.RepeatedUntil;
    }

    // What keeps a link going waits for no lane; Hello, Welcome and Goodbye are its first and last packets.
    private static bool IsPastLanes(in PacketHeader header) =>
        header.Channel == ChannelId.Control
        && (ControlType)header.Type is ControlType.Hello or ControlType.Welcome or ControlType.Ack or ControlType.Ping or ControlType.Pong or ControlType.Goodbye;
}
