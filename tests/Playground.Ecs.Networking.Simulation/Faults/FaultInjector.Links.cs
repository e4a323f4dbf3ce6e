using Playground.Ecs.Networking.Simulation.Network;

namespace Playground.Ecs.Networking.Simulation.Faults;

/// <content>What happens to links.</content>
internal sealed partial class FaultInjector
{
    private bool Stall(SimulatedLink link)
    {
        var until = Until(0.5, 12);
        var directions = rng.Between(1, 3);
        if ((directions & 1) != 0) link.Up.Conditions.StalledUntil = until;
        if ((directions & 2) != 0) link.Down.Conditions.StalledUntil = until;
        return Count(FaultKind.Stall);
    }

    private bool Narrow(SimulatedLink link)
    {
        link.Up.Conditions.BytesPerSecond = rng.Between(1_000, 30_000);
        link.Down.Conditions.BytesPerSecond = rng.Between(1_000, 30_000);
        UndoAt(Until(2, 12), () => link.Up.Conditions.BytesPerSecond = link.Down.Conditions.BytesPerSecond = 0);
        return Count(FaultKind.Bandwidth);
    }

    private bool Lose(SimulatedLink link)
    {
        var heldUp = link.Up.HeldUp + link.Down.HeldUp;
        link.Up.Conditions.LossProbability = link.Down.Conditions.LossProbability = 0.05 + (0.3 * rng.Fraction());
        UndoAt(Until(3, 12), () =>
        {
            link.Up.Conditions.LossProbability = link.Down.Conditions.LossProbability = 0;
            if (link.Up.HeldUp + link.Down.HeldUp > heldUp) Count(FaultKind.HeadOfLine);
        });
        return true;
    }

    private bool HalfOpen(SimulatedLink link)
    {
        // The kernels take as much as their buffers hold; a network's own may hide more.
        link.Vanish(rng.Chance(0.5) ? rng.Between(1, 64) * 1024 : int.MaxValue);
        return Count(FaultKind.HalfOpen);
    }

    private bool Reset(SimulatedLink link)
    {
        link.Reset(Now);
        return Count(FaultKind.Reset);
    }

    private bool ResetOneSide(SimulatedLink link)
    {
        if (rng.Chance(0.5)) link.ResetForClient(Now);
        else link.ResetForServer(Now);
        return Count(FaultKind.OneSidedReset);
    }

    private bool SlowDown(SimulatedLink link)
    {
        var conditions = link.Down.Conditions;
        var capacity = conditions.CapacityBytes;
        conditions.BytesPerSecond = rng.Between(300, 4_000);
        conditions.CapacityBytes = rng.Between(1, 4) * 1024;
        UndoAt(Until(4, 15), () =>
        {
            conditions.BytesPerSecond = 0;
            conditions.CapacityBytes = capacity;
        });
        return Count(FaultKind.SlowReader);
    }

    private bool Storm()
    {
        var open = run.Links.Where(static link => link is { IsOpenAtClient: true, IsOpenAtServer: true }).ToArray();
        if (open.Length < 2) return false;
        foreach (var link in open) link.Reset(Now);
        return Count(FaultKind.ReconnectStorm);
    }

    private bool LoseWelcome(SimulatedLink link)
    {
        link.Reset(Now);
        run.CutsAtWelcome.Add(link.Client);
        return true;
    }

    private bool LoseHelloAcks(SimulatedLink link) => LoseAcks(link, link.Up, run.UnderstatesHello);

    private bool LoseWelcomeAcks(SimulatedLink link) => LoseAcks(link, link.Down, run.UnderstatesWelcome);

    // What arrives meanwhile is acknowledged on a way that carries nothing any more.
    private bool LoseAcks(SimulatedLink link, Pipe way, HashSet<int> understates)
    {
        var until = Until(0.3, 3);
        way.Conditions.StalledUntil = until;
        understates.Add(link.Client);
        UndoAt(until, () => link.Reset(Now, keepsNothing: true));
        return true;
    }

    private bool Refuse(SimulatedLink link)
    {
        link.Reset(Now);
        run.RefusesUntil = Until(1, 8);
        return true;
    }

    private bool StayAway(SimulatedLink link)
    {
        var window = context.Settings.Server.ResumeWindow.TotalSeconds;
        link.Reset(Now);
        run.AwayUntil[link.Client] = Until(window - 2, window + 2);
        return Count(FaultKind.LongAbsence);
    }
}
