using Playground.Ecs.Networking.Protocol;
using Playground.Ecs.Networking.Simulation.Traffic;

namespace Playground.Ecs.Networking.Simulation.Peers;

/// <summary>Too much of something.</summary>
internal enum FloodKind
{
    /// <summary>More small reliable packets than a window holds.</summary>
    SmallReliable,

    /// <summary>More reliable bytes than a window, or even a queue holds.</summary>
    LargeReliable,

    /// <summary>High packets that use up every frame's budget, while a few lower ones wait.</summary>
    High,
}

/// <content>Floods.</content>
internal sealed partial class ServerApplication
{
    private readonly List<RunningFlood> _floods = [];

    private sealed class RunningFlood(FloodKind kind, int client, int frames)
    {
        public FloodKind Kind => kind;

        public int Client => client;

        public int FramesLeft { get; set; } = frames;
    }

    /// <summary>Floods a client from the next frame on.</summary>
    public void Flood(FloodKind kind, int client) => _floods.Add(new RunningFlood(kind, client, kind == FloodKind.High ? 45 : 1));

    private void Flood(RunningFlood flood)
    {
        flood.FramesLeft--;
        var index = _peers.FindIndex(peer => peer.Session.Client == flood.Client && peer.Connection.HasLink);
        if (index < 0) return;
        var peer = _peers[index];
        if (flood.Kind == FloodKind.High) FloodLane(peer);
        else FloodReliable(peer, flood.Kind == FloodKind.SmallReliable ? 1500 : 60, flood.Kind == FloodKind.SmallReliable ? Label.Size : 12_000);
    }

    private void FloodReliable(in Peer peer, int packets, int bytes)
    {
        for (var i = 0; i < packets; i++)
        {
            var lane = _payloads.RandomLane();
            if (SendReliableTo(peer, lane, _payloads.Next(Purpose.Directed, lane, true, bytes))) continue;
            _run.Counts.Refusals++;
            return;
        }
    }

    private void FloodLane(in Peer peer)
    {
        var channel = _server.System.FindChannel(SimulatedServer.News).Unwrap();
        var share = _server.Options.SendBudgetBytes / 5;
        for (var i = 0; i < 5; i++) channel.SendTo(peer.Entity, 1, _payloads.Next(Purpose.Directed, Priority.High, false, share - PacketHeader.Size), Priority.High);
        for (var lane = Priority.Normal; lane <= Priority.Low; lane++) channel.SendTo(peer.Entity, 1, _payloads.Next(Purpose.Directed, lane, false, 100), lane);
    }
}
