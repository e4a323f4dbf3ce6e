using Playground.Ecs.Networking.Simulation.Network;
using Playground.Ecs.Networking.Simulation.Peers;
using Playground.Ecs.Networking.Simulation.Randomness;
using Playground.Ecs.Networking.Simulation.Running;

namespace Playground.Ecs.Networking.Simulation.Faults;

/// <summary>Makes the planned faults happen, and at the end of their time makes them good again.</summary>
internal sealed partial class FaultInjector(SimulatedRun run, RunContext context, Rng rng)
{
    private static readonly TimeSpan WallClockJump = TimeSpan.FromHours(1);

    private readonly Queue<PlannedFault> _plan = FaultPlan.Of(context.Settings, rng.For("plan"), context.Time.Now);
    private readonly List<PlannedFault> _waiting = [];
    private readonly List<(long At, Action Undo)> _undoings = [];

    private long Now => context.Time.Now;

    /// <summary>Does what is due.</summary>
    public void Act()
    {
        for (var i = _undoings.Count - 1; i >= 0; i--)
        {
            if (_undoings[i].At > Now) continue;
            _undoings[i].Undo();
            _undoings.RemoveAt(i);
        }

        while (_plan.TryPeek(out var fault) && fault.At <= Now) _waiting.Add(_plan.Dequeue());
        for (var i = 0; i < _waiting.Count; i++)
        {
            if (!TryInject(_waiting[i].Kind)) continue;
            context.Log($"fault: {_waiting[i].Kind}");
            _waiting.RemoveAt(i--);
        }
    }

    /// <summary>Ends all faults that have an end.</summary>
    public void Heal()
    {
        _plan.Clear();
        _waiting.Clear();
        foreach (var (_, undo) in _undoings) undo();
        _undoings.Clear();
        foreach (var client in run.Clients)
        {
            client.FrozenUntil = 0;
            client.Application.TakesNothingUntil = 0;
        }

        foreach (var link in run.Links)
        {
            link.CutAtWelcome = false;
            link.Up.Conditions.StalledUntil = link.Down.Conditions.StalledUntil = 0;
        }

        run.Heal();
    }

    /// <returns>False when there is nothing yet that it could happen to.</returns>
    private bool TryInject(FaultKind kind) => kind switch
    {
        FaultKind.Stall => OnLink(Stall),
        FaultKind.Bandwidth => OnLink(Narrow),
        FaultKind.HeadOfLine => OnLink(Lose),
        FaultKind.HalfOpen => OnLink(HalfOpen),
        FaultKind.Reset => OnLink(Reset),
        FaultKind.OneSidedReset => OnLink(ResetOneSide),
        FaultKind.SlowReader => OnLink(SlowDown),
        FaultKind.ReconnectStorm => Storm(),
        FaultKind.ClockJump => JumpClock(),
        FaultKind.ServerStall => StallServer(),
        FaultKind.ClientStall => OnClient(Freeze),
        FaultKind.ServerStop => run.TryStopServer(crashes: false, Downtime()) && Count(kind),
        FaultKind.ServerCrash => run.TryStopServer(crashes: true, Downtime()) && Count(kind),
        FaultKind.LostWelcome => OnLink(LoseWelcome),
        FaultKind.UnderstatedHello => OnLink(LoseHelloAcks),
        FaultKind.UnderstatedWelcome => OnLink(LoseWelcomeAcks),
        FaultKind.SlowServerApplication => SlowServerApplication(),
        FaultKind.SlowClientApplication => OnClient(SlowApplication),
        FaultKind.Refused => OnLink(Refuse),
        FaultKind.LongAbsence => OnLink(StayAway),
        FaultKind.Flood => Flood(),
        _ => throw new InvalidOperationException($"{kind} is not carried out."),
    };

    private bool Count(FaultKind kind)
    {
        context.Faults.Count(kind);
        return true;
    }

    private long Until(double secondsMin, double secondsMax) => Now + rng.Between(TimeSpan.FromSeconds(secondsMin), TimeSpan.FromSeconds(secondsMax));

    private long Downtime() => rng.Between(TimeSpan.Zero, TimeSpan.FromSeconds(3));

    private void UndoAt(long at, Action undo) => _undoings.Add((at, undo));

    private bool OnLink(Func<SimulatedLink, bool> inject)
    {
        var open = run.Links.Where(static link => link.Wire.KnowsWelcome && link is { IsOpenAtClient: true, IsOpenAtServer: true }).ToArray();
        return open.Length > 0 && inject(open[rng.Below(open.Length)]);
    }

    private bool OnClient(Action<SimulatedClient> inject)
    {
        inject(run.Clients[rng.Below(run.Clients.Count)]);
        return true;
    }

    // Processes

    private bool JumpClock()
    {
        context.Time.JumpWallClock(rng.Chance(0.5) ? WallClockJump : -WallClockJump);
        return Count(FaultKind.ClockJump);
    }

    private bool StallServer()
    {
        run.ServerFrozenUntil = Until(1, 20);
        return Count(FaultKind.ServerStall);
    }

    private void Freeze(SimulatedClient client)
    {
        client.FrozenUntil = Until(1, 20);
        Count(FaultKind.ClientStall);
    }

    private void SlowApplication(SimulatedClient client)
    {
        client.Application.TakesNothingUntil = Until(1, 12);
        Count(FaultKind.SlowClientApplication);
    }

    private bool SlowServerApplication()
    {
        if (run.Server is null) return false;
        run.Server.Application.ReadsNothingUntil = Until(1, 10);
        return Count(FaultKind.SlowServerApplication);
    }

    private bool Flood()
    {
        if (run.Server is null) return false;
        var client = rng.Below(run.Clients.Count);
        var kind = rng.Below(4);
        if (kind == 3) run.Clients[client].Application.Flood = rng.Between(100, 1500);
        else run.Server.Application.Flood((FloodKind)kind, client);
        return Count(FaultKind.Flood);
    }
}
