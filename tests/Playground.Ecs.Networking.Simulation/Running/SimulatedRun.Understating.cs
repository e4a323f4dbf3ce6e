using Playground.Ecs.Networking.Simulation.Faults;
using Playground.Ecs.Networking.Simulation.Network;

namespace Playground.Ecs.Networking.Simulation.Running;

/// <content>Resumes at which less is said to have been received than was, so that what was taken is repeated.</content>
internal sealed partial class SimulatedRun
{
    private void Understate(SimulatedLink link)
    {
        link.AltersHello = hello => CanUnderstateHello(link)
            ? Understated(FaultKind.UnderstatedHello, link, UnderstatesHello, Understatement.OfHello(hello, link.Wire.Before!.Down, _links))
            : null;
        link.AltersWelcome = welcome => link.Wire.IsResumed && UnderstatesWelcome.Contains(link.Client)
            ? Understated(FaultKind.UnderstatedWelcome, link, UnderstatesWelcome, Understatement.OfWelcome(welcome, link.Wire.Session!.Up, _links))
            : null;
    }

    // Below what an older link may still acknowledge no Hello may go.
    private bool CanUnderstateHello(SimulatedLink link) =>
        UnderstatesHello.Contains(link.Client)
        && link.Wire is { AsksToResume: true, Before.IsOver: false }
        && !_open.Exists(other => other != link && other.Client == link.Client && other.IsOpenAtServer && !other.Up.IsEmpty);

    private byte[]? Understated(FaultKind kind, SimulatedLink link, HashSet<int> clients, byte[]? message)
    {
        if (message is null) return null;
        clients.Remove(link.Client);
        _context.Faults.Count(kind);
        _context.Log($"{kind} of client {link.Client} on {link.Wire.Name}");
        return message;
    }
}
