using Playground.Ecs.Networking.Channels;
using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Traffic;

namespace Playground.Ecs.Networking.Simulation.Peers;

/// <content>Sending.</content>
internal sealed partial class ServerApplication
{
    private const int PacketTypes = 100;

    private static readonly TimeSpan CompletionTimeout = TimeSpan.FromSeconds(30);

    private readonly List<Delivery> _deliveries = [];
    private double _due;

    /// <summary>A reliable send that the application waits for.</summary>
    private sealed record Delivery(Task<NetworkResult> Task, ReliableSend[] Sends, bool HasTimeout);

    /// <summary>Reliable sends that are waited for and have not ended.</summary>
    public int Waiting => _deliveries.Count(static delivery => !delivery.Task.IsCompleted);

    /// <summary>After the system was disposed: every wait has ended, and Ok only where the packet arrived.</summary>
    public void End()
    {
        if (!Task.WaitAll([.. _deliveries.Select(static d => d.Task)], CompletionTimeout)) throw new SimulationFailedException("a reliable send of the server never completed");
        foreach (var (task, sends, hasTimeout) in _deliveries)
        {
            var result = task.Result;
            if (result.IsOk) Array.ForEach(sends, static send => send.Result = NetworkResult.Ok);
            else if (result.Error is not NetworkError.NotConnected && !(hasTimeout && result.Error is NetworkError.Timeout)) throw new SimulationFailedException($"a reliable send of the server ended with {result}");
        }
    }

    /// <summary>Sends one packet to a session, reliably.</summary>
    /// <returns>False when the call was refused.</returns>
    public bool SendReliableTo(in Peer peer, Priority lane, ReadOnlySpan<byte> payload)
    {
        var type = (ushort)_rng.Below(PacketTypes);
        var isAwaited = _rng.Chance(0.25);
        TimeSpan? timeout = _rng.Chance(0.2) ? TimeSpan.FromSeconds(_rng.Between(1, 10)) : null;
        Task<NetworkResult>? task = null;
        var result = NetworkResult.Ok;
        if (isAwaited)
        {
            task = _server.System.SendReliableToAsync(peer.Entity, SimulatedServer.News, type, payload.ToArray(), lane, timeout).AsTask();
            if (task.IsCompleted && !task.Result.IsOk) result = task.Result;
        }
        else
        {
            result = _server.System.FindChannel(SimulatedServer.News).Unwrap().SendReliableTo(peer.Entity, type, payload, lane);
        }

        if (!result.IsOk)
        {
            Demand(result, result.Error is NetworkError.LimitExceeded, "a reliable send to a session");
            return false;
        }

        var send = peer.Session.Owed[(int)lane].Add(_payloads.Order);
        if (task is not null) _deliveries.Add(new Delivery(task, [send], timeout is not null));
        return true;
    }

    private void SendSome(float seconds)
    {
        _due += _run.Settings.ServerRate * seconds * _peers.Count;
        for (; _due >= 1; _due--)
        {
            var lane = _payloads.RandomLane();
            var isReliable = _rng.Chance(_run.Settings.ReliableShare);
            if (_rng.Chance(0.3)) SendNews(lane, isReliable);
            else SendTo(_peers[_rng.Below(_peers.Count)], lane, isReliable);
        }

        foreach (var flood in _floods) Flood(flood);
        _floods.RemoveAll(static flood => flood.FramesLeft == 0);
    }

    private void SendTo(in Peer peer, Priority lane, bool isReliable)
    {
        var payload = _payloads.Next(Purpose.Directed, lane, isReliable);
        if (isReliable)
        {
            if (!SendReliableTo(peer, lane, payload)) _run.Counts.Refusals++;
            return;
        }

        var type = (ushort)_rng.Below(PacketTypes);
        var result = _server.System.FindChannel(SimulatedServer.News).Unwrap().SendTo(peer.Entity, type, payload, lane);
        Demand(result, result.Error is NetworkError.LimitExceeded || (result.Error is NetworkError.NotConnected && !peer.Connection.HasLink), "a send to a connection");
    }

    private void SendNews(Priority lane, bool isReliable)
    {
        var channel = _server.System.FindChannel(SimulatedServer.News).Unwrap();
        var type = (ushort)_rng.Below(PacketTypes);
        var payload = _payloads.Next(Purpose.Channel, lane, isReliable);
        if (!isReliable)
        {
            Demand(channel.Send(type, payload, lane), false, "a send to a channel");
            return;
        }

        Task<NetworkResult>? task = null;
        TimeSpan? timeout = _rng.Chance(0.2) ? TimeSpan.FromSeconds(_rng.Between(1, 10)) : null;
        if (_rng.Chance(0.25)) task = _server.System.SendReliableAsync(SimulatedServer.News, type, payload.ToArray(), lane, timeout).AsTask();
        else Demand(channel.SendReliable(type, payload, lane), false, "a reliable send to a channel");
        var sends = OweToSubscribers(channel, lane);
        if (task is not null) _deliveries.Add(new Delivery(task, sends, timeout is not null));
    }

    private ReliableSend[] OweToSubscribers(Channel channel, Priority lane)
    {
        var sends = new List<ReliableSend>();
        foreach (var connection in channel.Subscribers.Connections)
        {
            if (!connection.IsOverwhelmed) sends.Add(_run.Wire.Find(connection.PeerId)!.Owed[(int)lane].Add(_payloads.Order));
        }

        return [.. sends];
    }

    private static void Demand(NetworkResult result, bool isExpected, string what)
    {
        if (!result.IsOk && !isExpected) throw new SimulationFailedException($"{what} was refused: {result.Error}");
    }
}
