using Playground.Ecs.Networking.Simulation.Checks;
using Playground.Ecs.Networking.Simulation.Faults;

namespace Playground.Ecs.Networking.Simulation.Running;

/// <content>The run as a whole, and how it comes to rest.</content>
internal sealed partial class SimulatedRun
{
    // What the longest backoff, a timeout before it and a link that takes its time add up to.
    private static readonly long RestTicksMax = 90 * TimeSpan.TicksPerSecond;
    private static readonly long LastSendsTicks = 2 * TimeSpan.TicksPerSecond;
    private static readonly long FarewellTicks = 4 * TimeSpan.TicksPerSecond;

    /// <summary>Runs from the first frame to the end of the last process, and checks everything.</summary>
    public void Run()
    {
        var begin = Now;
        var faults = new FaultInjector(this, _context, _context.Rng.For("faults"));
        while (Now - begin < _context.Settings.FaultTicks)
        {
            faults.Act();
            Step();
        }

        faults.Heal();
        _context.Log("no more faults");
        StepFor(LastSendsTicks);
        Rest();
        End();
        _context.Counts.Ticks = Now - begin;
    }

    /// <summary>Runs frames for so long.</summary>
    public void StepFor(long ticks)
    {
        for (var end = Now + ticks; Now < end;) Step();
    }

    /// <summary>Nobody sends any more, and everything that is owed has to arrive.</summary>
    public void Rest()
    {
        _context.Log("nobody sends any more");
        for (var end = Now + RestTicksMax; WhatIsOwed() is { } owed; Step())
        {
            if (Now > end) throw new SimulationFailedException($"{owed}, long after the last fault");
            if (Server is not null) Server.Application.Sends = false;
            foreach (var client in Clients) client.Application.Sends = false;
        }

        _context.Log("everything has arrived");
    }

    /// <summary>Ends all processes and checks what can be checked only then.</summary>
    public void End()
    {
        foreach (var session in _context.Wire.Sessions)
        {
            session.Up.CheckDelivered(everything: !session.IsOver);
            session.Down.CheckDelivered(everything: !session.IsOver);
        }

        if (_steps.Chance(0.5)) CloseClients();
        StopServer();
        foreach (var client in Clients)
        {
            client.Dispose();
            client.Application.Check();
            _context.Counts.ClientDuplicates += client.Session.Counters.Duplicates;
        }

        foreach (var stream in _context.Ledger.ToServer) stream.Check();
        foreach (var session in _context.Wire.Sessions) Count(session);
    }

    // A Goodbye ends a session at once.
    private void CloseClients()
    {
        foreach (var client in Clients)
        {
            _context.Wire.SessionOf(client.Number)!.IsClosed = true;
            client.Application.IsClosing = true;
            client.Session.Close(Now);
        }

        StepFor(FarewellTicks);
        foreach (var peer in Server!.Application.Peers)
        {
            if (peer.Session.IsClosed) throw new SimulationFailedException($"the entity of {peer.Session} is left, whose client said Goodbye");
        }
    }

    private string? WhatIsOwed()
    {
        if (Server is null) return "there is no server";
        foreach (var client in Clients)
        {
            if (WhatIsOwed(client) is { } owed) return $"client {client.Number}: {owed}";
        }

        return Server.Application.Waiting is > 0 and var waiting ? $"the server waits for {waiting} acknowledgements" : null;
    }

    private string? WhatIsOwed(Peers.SimulatedClient client)
    {
        if (!client.Session.State.IsConnected) return $"it is not connected but {client.Session.State}";
        if (_context.Wire.SessionOf(client.Number) is not { IsOver: false } session) return "it has no session that lives";
        if (client.Application.KnownSession != session) return $"it does not know of {session}";
        if (client.Application.Waiting > 0) return $"it waits for {client.Application.Waiting} answers or acknowledgements";
        foreach (var stream in session.Owed)
        {
            if (stream.Missing > 0) return $"{stream.Missing} packets are missing, {stream}";
        }

        if (session.Down.Acknowledged != session.Down.LastStamped) return $"{session.Down.LastStamped} was sent to it and {session.Down.Acknowledged} acknowledged";
        return session.Up.Acknowledged != session.Up.LastStamped ? $"it sent {session.Up.LastStamped} and {session.Up.Acknowledged} was acknowledged" : null;
    }

    private void Count(SessionTrace session)
    {
        foreach (var stream in session.Owed) stream.Check();
        _context.Counts.Sessions++;
        _context.Counts.ClientReplays += session.Up.Replayed;
        if (session.Up.HasWrapped) _context.Counts.Wraps++;
        if (session.Down.HasWrapped) _context.Counts.Wraps++;
    }
}
