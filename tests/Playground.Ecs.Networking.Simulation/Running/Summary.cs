using System.Globalization;
using Playground.Ecs.Networking.Simulation.Faults;

namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>What happened in many runs.</summary>
internal sealed class Summary
{
    /// <summary>In how many of all runs whatever the simulation is for has to happen at least.</summary>
    public const double ShareMin = 0.05;

    private static readonly Event[] Events =
    [
        new("resumes", static counts => counts.Resumes),
        new("replays by the server", static counts => counts.ServerReplays),
        new("replays by clients", static counts => counts.ClientReplays),
        new("duplicates at the server", static counts => counts.ServerDuplicates),
        new("duplicates at clients", static counts => counts.ClientDuplicates),
        new("wraps", static counts => counts.Wraps),
        new("unreliable drops", static counts => counts.Drops),
        new("calls refused", static counts => counts.Refusals),
        new("full queues", static counts => counts.SlowConsumers),
        .. FaultCounts.Kinds.Select(static kind => new Event(kind.ToString(), counts => counts.Faults[kind])),
    ];

    private readonly Lock _lock = new();
    private readonly (long Times, int Runs)[] _events = new (long, int)[Events.Length];
    private readonly List<RunOutcome> _failures = [];
    private readonly List<string> _shortfalls = [];
    private readonly RunCounts _sum = new();

    /// <summary>What a run may bring about.</summary>
    private sealed record Event(string Name, Func<RunCounts, long> Of);

    public int Runs { get; private set; }

    public IReadOnlyList<RunOutcome> Failures => _failures;

    /// <summary>Runs that passed and were not what every run has to be: for each what was missing.</summary>
    public IReadOnlyList<string> Shortfalls => _shortfalls;

    /// <summary>Faults and other events that happened in too few of the runs, with their shares.</summary>
    public IEnumerable<string> Rare => Events.Index()
        .Where(e => _events[e.Index].Runs < ShareMin * Runs)
        .Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Item.Name} in {ShareOf(e.Index):P1} of the runs"));

    /// <summary>Adds a run. Any thread.</summary>
    public void Add(RunOutcome outcome)
    {
        lock (_lock)
        {
            Runs++;
            if (outcome.Failure is not null) _failures.Add(outcome);
            else if (outcome.Shortfall is { } shortfall) _shortfalls.Add($"seed {outcome.Seed}: {shortfall}");
            for (var i = 0; i < Events.Length; i++)
            {
                var times = Events[i].Of(outcome.Counts);
                if (times > 0) _events[i] = (_events[i].Times + times, _events[i].Runs + 1);
            }

            AddUp(outcome.Counts);
        }
    }

    /// <summary>The totals, for people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{Runs:N0} runs, {TimeSpan.FromTicks(_sum.Ticks).TotalHours:0.0} virtual hours: {_sum.Links:N0} links, {_sum.Sessions:N0} sessions, {_sum.FullInboxes:N0} links closed for a full inbox");
        yield return string.Create(CultureInfo.InvariantCulture, $"{_sum.ReliableToServer:N0} reliable packets delivered to the server, {_sum.ReliableToClients:N0} to clients; {_sum.UnreliableDelivered:N0} unreliable ones");
        for (var i = 0; i < Events.Length; i++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  {Events[i].Name,-24} {_events[i].Times,9:N0} in {ShareOf(i),7:P1} of the runs");
        }
    }

    private double ShareOf(int index) => (double)_events[index].Runs / Math.Max(1, Runs);

    private void AddUp(RunCounts counts)
    {
        _sum.Links += counts.Links;
        _sum.Sessions += counts.Sessions;
        _sum.FullInboxes += counts.FullInboxes;
        _sum.ReliableToServer += counts.ReliableToServer;
        _sum.ReliableToClients += counts.ReliableToClients;
        _sum.UnreliableDelivered += counts.UnreliableDelivered;
        _sum.Ticks += counts.Ticks;
    }
}
