using Playground.Ecs.Networking.Client;
using Playground.Ecs.Networking.Client.Sessions;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Randomness;
using Playground.Ecs.Networking.Simulation.Running;
using Playground.Ecs.Networking.Simulation.Traffic;

namespace Playground.Ecs.Networking.Simulation.Peers;

/// <summary>What a client's program does: subscribes, sends in all ways, reads what comes.</summary>
internal sealed class ClientApplication
{
    private const int PacketTypes = 100;

    private static readonly ushort[] Subscriptions = [SimulatedServer.News, SimulatedServer.Chat];

    private readonly RunContext _run;
    private readonly SimulatedClient _client;
    private readonly Rng _rng;
    private readonly Payloads _payloads;
    private readonly StreamOrder _order;
    private readonly RelayCursor _relayed;
    private long _lastStep;
    private double _due;
    private SessionTrace? _session;

    public ClientApplication(RunContext run, SimulatedClient client, int maxPacketBytes, Rng rng)
    {
        _run = run;
        _client = client;
        _rng = rng;
        _lastStep = run.Time.Now;
        _payloads = new Payloads((ushort)client.Number, 0, maxPacketBytes, run.Settings.TrainShare, rng.For("payloads"));
        _order = new StreamOrder($"client {client.Number}");
        _relayed = new RelayCursor(client.Number, SimulatedServer.Chat, run.Ledger);
    }

    private ClientSession Session => _client.Session;

    /// <summary>Until then it takes nothing of what comes.</summary>
    public long TakesNothingUntil { get; set; }

    /// <summary>False once everything has to come to rest.</summary>
    public bool Sends { get; set; } = true;

    /// <summary>It closed its session.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Reliable packets to be sent at once.</summary>
    public int Flood { get; set; }

    /// <summary>Calls of its that nobody has answered.</summary>
    public int Waiting { get; private set; }

    /// <summary>The session that it knows of, by what it took.</summary>
    public SessionTrace? KnownSession => _session;

    /// <summary>Does what the application does in a moment.</summary>
    public void Step(long now)
    {
        if (now >= TakesNothingUntil) TakeEvents(now);
        var seconds = TimeSpan.FromTicks(now - _lastStep).TotalSeconds;
        _lastStep = now;
        if (!Sends) return;

        // A process that stood still makes up for a second of it.
        _due += _run.Settings.ClientRate * Math.Min(1, seconds);
        for (; _due >= 1; _due--) SendOne(now);
        for (; Flood > 0; Flood--) Send(now, SimulatedServer.Desk, Purpose.Plugin, _payloads.RandomLane(), isReliable: true);
    }

    /// <summary>After everything has come to rest.</summary>
    public void Check() => _relayed.Check();

    private void TakeEvents(long now)
    {
        while (Session.TryTakeEvent(out var e))
        {
            switch (e.Kind)
            {
                case ClientEventKind.State:
                    TakeState(e.State!, now);
                    break;
                case ClientEventKind.Packet:
                    TakePacket(e);
                    break;
                default:
                    throw new SimulationFailedException($"client {_client.Number} was told {e.Kind}: {e.Error}, channel {e.Channel}, type {e.Type}");
            }
        }
    }

    private void TakeState(ClientState state, long now)
    {
        _run.Log($"client {_client.Number}: {state}");
        if (state is ClientState.Closed && !IsClosing) throw new SimulationFailedException($"client {_client.Number} was closed for good: {state}");
        var peerId = state switch
        {
            ClientState.Connected connected => connected.PeerId,
            ClientState.SessionLost lost => lost.PeerId,
            _ => null,
        };
        if (peerId is null) return;
        _session = _run.Wire.Learned[_client.Number].Dequeue();
        if (_session.PeerId != peerId) throw new SimulationFailedException($"client {_client.Number} takes itself for {peerId}: {_session}");
        _relayed.Restart();
        foreach (var channel in Subscriptions) Subscribe(channel, now);
    }

    private void Subscribe(ushort channel, long now)
    {
        var session = _session;
        Waiting++;
        var asked = Session.Ask(
            id => new Subscribe(id, new ChannelId(channel)),
            reply =>
            {
                Waiting--;
                if (!reply.IsOk) _run.Log($"client {_client.Number} is not subscribed to {channel} in {session}: {reply.Error}");
            },
            now + (60 * TimeSpan.TicksPerSecond));
        if (!asked.IsOk) Waiting--;
    }

    private void TakePacket(in ClientEvent e)
    {
        var label = _order.Take(e.Data.Span, e.IsReliable, e.Priority, 0);
        if (e.IsReliable) _run.Counts.ReliableToClients++;
        else _run.Counts.UnreliableDelivered++;
        if (!e.IsReliable) return;
        if (_session is null) throw new SimulationFailedException($"client {_client.Number} got this without a session: {label}");
        _session.Down.Delivers(e.Channel.Value, label);
        if (label.Origin == Label.Server) _session.Owed[(int)label.Lane].Deliver(label.Order, maySkip: false);
        else _relayed.Take(label);
    }

    private void SendOne(long now)
    {
        var (channel, purpose) = _rng.Below(10) switch
        {
            < 5 => (SimulatedServer.Desk, Purpose.Plugin),
            < 8 => (SimulatedServer.Bell, Purpose.Plugin),
            _ => (SimulatedServer.Chat, Purpose.Relay),
        };
        Send(now, channel, purpose, _payloads.RandomLane(), _rng.Chance(_run.Settings.ReliableShare));
    }

    private void Send(long now, ushort channel, Purpose purpose, Priority lane, bool isReliable)
    {
        var payload = _payloads.Next(purpose, lane, isReliable);
        var type = (ushort)_rng.Below(PacketTypes);
        NetworkResult result;
        if (isReliable)
        {
            var send = new ReliableSend(_payloads.Order);
            Waiting++;
            var deadline = _rng.Chance(0.1) ? now + _rng.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)) : long.MaxValue;
            result = Session.SendReliable(channel, type, payload, lane, outcome => Complete(send, outcome), deadline);
            if (result.IsOk) _run.Ledger.Of(_client.Number, channel, lane).Add(send);
            else Waiting--;
        }
        else
        {
            result = Session.Send(channel, type, payload, lane);
        }

        if (result.IsOk) return;
        _run.Counts.Refusals++;
        if (result.Error is not (NetworkError.LimitExceeded or NetworkError.NotConnected)) throw new SimulationFailedException($"a send of client {_client.Number} was refused: {result.Error}");
    }

    private void Complete(ReliableSend send, NetworkResult outcome)
    {
        if (send.Result is not null) throw new SimulationFailedException($"packet #{send.Order} of client {_client.Number} was completed twice");
        send.Result = outcome;
        Waiting--;
    }
}
