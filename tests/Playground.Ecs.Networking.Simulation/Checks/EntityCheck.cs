using Playground.Ecs.Networking.Components;
using Playground.Ecs.Networking.Simulation.Network;
using Playground.Ecs.Networking.Simulation.Peers;
using Playground.Ecs.Networking.Simulation.Time;

namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>
/// After each frame of the server: one entity for each session, from its Welcome until its window is over and no longer, and
/// Connected exactly while it has a link.
/// </summary>
internal sealed class EntityCheck(SimulatedServer server, WireCheck wire, VirtualTime time)
{
    // Two frames, and what a held link may not read.
    private static readonly long FrameTicksMax = TimeSpan.FromMilliseconds(250).Ticks;

    private static readonly QueryDescription Connections = new QueryDescription().WithAll<ConnectionComponent, ConnectionHandle>();

    private readonly Dictionary<SessionTrace, Presence> _present = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _clock;
    private long _lastFrameAt = time.Now;

    private sealed class Presence
    {
        public long LastConnectedAt { get; set; }

        public int Resumes { get; set; }

        public long WrongSince { get; set; } = -1;

        public bool IsSeen { get; set; }
    }

    /// <summary>Looks at all entities.</summary>
    public void Check(IReadOnlyDictionary<string, SimulatedLink> links)
    {
        // The server's own clock moves by a quarter of a second a frame at most.
        _clock += Math.Min(time.Now - _lastFrameAt, FrameTicksMax);
        _lastFrameAt = time.Now;
        foreach (var presence in _present.Values) presence.IsSeen = false;
        _names.Clear();
        LookAtAll(links);
        foreach (var session in wire.Sessions)
        {
            Demand(session.IsOver || session.Life != wire.Life || _present.ContainsKey(session), $"{session} was welcomed and has no entity");
        }

        foreach (var (session, presence) in _present)
        {
            if (!presence.IsSeen) CheckEnd(session, presence);
        }

        CheckRefused();
    }

    private void LookAtAll(IReadOnlyDictionary<string, SimulatedLink> links)
    {
        foreach (ref var chunk in server.World.Query(in Connections))
        {
            var components = chunk.GetSpan<ConnectionComponent>();
            var handles = chunk.GetSpan<ConnectionHandle>();
            for (var i = 0; i < chunk.Count; i++)
            {
                Demand(_names.Add(components[i].PeerId), $"two entities are called {components[i].PeerId}");
                if (handles[i].Connection is not { Session: { } session } connection) continue;
                var trace = wire.Find(components[i].PeerId);
                Demand(trace is not null, $"there is an entity {components[i].PeerId} that nobody was welcomed as");
                trace!.StampedAtFrameEnd = trace.Down.Absolute(session.Window.LastStamped);
                LookAt(trace, components[i].Connected, connection.HasLink ? links.GetValueOrDefault(connection.Link.Upgrade.Host) : null);
            }
        }
    }

    private void LookAt(SessionTrace session, bool isConnected, SimulatedLink? link)
    {
        Demand(!session.IsOver, $"the entity of {session} is back");
        Demand(!session.IsOverwhelmed, $"{session} goes on though it missed a reliable packet");
        if (!_present.TryGetValue(session, out var presence)) _present.Add(session, presence = new Presence { LastConnectedAt = _clock });
        presence.IsSeen = true;

        // A link may come and go within one frame.
        if (isConnected || presence.Resumes != session.Resumes) presence.LastConnectedAt = _clock;
        presence.Resumes = session.Resumes;
        var absence = _clock - presence.LastConnectedAt;
        Demand(absence <= server.Options.ResumeWindow.Ticks + (2 * FrameTicksMax), $"{session} has been away for {TimeSpan.FromTicks(absence)} and still has an entity");

        // The end of a link that is not read, because an inbox is full, is seen later.
        var isRight = isConnected == link is { IsOpenAtServer: true };
        if (isRight) presence.WrongSince = -1;
        else if (presence.WrongSince < 0) presence.WrongSince = _clock;
        Demand(isRight || _clock - presence.WrongSince <= server.Options.FullInboxTimeout.Ticks + (2 * FrameTicksMax), $"Connected is {isConnected} for {session}, and its link is otherwise");
    }

    private void CheckEnd(SessionTrace session, Presence presence)
    {
        if (session.IsOver) return;
        session.IsOver = true;
        var absence = _clock - presence.LastConnectedAt;
        var isExpired = absence >= server.Options.ResumeWindow.Ticks - FrameTicksMax;
        Demand(isExpired || session.IsOverwhelmed || session.IsClosed, $"{session} ended after {TimeSpan.FromTicks(absence)} without a link; the server said {session.Link?.Goodbye}");
    }

    // A resume may be refused for a session that is over, and for no other.
    private void CheckRefused()
    {
        foreach (var session in wire.Refused) Demand(session.IsOver, $"{session} was not resumed though it lives");
        wire.Refused.Clear();
    }

    private static void Demand(bool holds, string what)
    {
        if (!holds) throw new SimulationFailedException(what);
    }
}
