using System.Globalization;
using Playground.Ecs.Networking.Simulation.Faults;

namespace Playground.Ecs.Networking.Simulation.Running;

/// <summary>What happened in many runs.</summary>
internal sealed class Summary
{
    /// <summary>In how many of all runs each kind of fault has to happen at least.</summary>
    public const double FaultShareMin = 0.05;

    /// <summary>How many kinds of fault have to happen in each run.</summary>
    public const int FaultKindsMin = 3;

    private readonly Lock _lock = new();
    private readonly Dictionary<FaultKind, (long Times, int Runs)> _faults = FaultCounts.Kinds.ToDictionary(static kind => kind, static _ => (0L, 0));
    private readonly List<RunOutcome> _failures = [];
    private readonly RunCounts _sum = new();
    private int _wrappedRuns;

    public int Runs { get; private set; }

    /// <summary>Runs in which fewer than three kinds of fault happened.</summary>
    public List<ulong> TooQuiet { get; } = [];

    public IReadOnlyList<RunOutcome> Failures => _failures;

    /// <summary>In how many of all runs it happened.</summary>
    public double ShareOf(FaultKind kind) => (double)_faults[kind].Runs / Math.Max(1, Runs);

    /// <summary>In how many of all runs a session's numbers wrapped around.</summary>
    public double WrapShare => (double)_wrappedRuns / Math.Max(1, Runs);

    /// <summary>Adds a run. Any thread.</summary>
    public void Add(RunOutcome outcome)
    {
        lock (_lock)
        {
            Runs++;
            if (outcome.Failure is not null) _failures.Add(outcome);
            else if (outcome.Counts.Faults.DifferentKinds < FaultKindsMin) TooQuiet.Add(outcome.Seed);
            if (outcome.Counts.Wraps > 0) _wrappedRuns++;
            foreach (var kind in FaultCounts.Kinds)
            {
                var times = outcome.Counts.Faults[kind];
                if (times > 0) _faults[kind] = (_faults[kind].Times + times, _faults[kind].Runs + 1);
            }

            AddUp(outcome.Counts);
        }
    }

    /// <summary>The totals, for people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{Runs:N0} runs, {TimeSpan.FromTicks(_sum.Ticks).TotalHours:0.0} virtual hours: {_sum.Links:N0} links, {_sum.Sessions:N0} sessions, {_sum.Resumes:N0} resumes");
        yield return string.Create(CultureInfo.InvariantCulture, $"{_sum.ReliableDelivered:N0} reliable packets delivered, {_sum.Replays:N0} replayed by the server, {_sum.Duplicates:N0} received again by it, {_sum.Wraps:N0} wraps in {WrapShare:P1} of the runs");
        yield return string.Create(CultureInfo.InvariantCulture, $"{_sum.UnreliableDelivered:N0} unreliable packets delivered, {_sum.Drops:N0} dropped; {_sum.Refusals:N0} calls refused, {_sum.FullInboxes:N0} links closed for a full inbox, {_sum.SlowConsumers:N0} for a full queue");
        foreach (var (kind, (times, runs)) in _faults) yield return string.Create(CultureInfo.InvariantCulture, $"  {kind,-22} {times,9:N0} times in {(double)runs / Math.Max(1, Runs),6:P1} of the runs");
    }

    private void AddUp(RunCounts counts)
    {
        _sum.Links += counts.Links;
        _sum.Sessions += counts.Sessions;
        _sum.Resumes += counts.Resumes;
        _sum.Replays += counts.Replays;
        _sum.Duplicates += counts.Duplicates;
        _sum.Drops += counts.Drops;
        _sum.Wraps += counts.Wraps;
        _sum.Refusals += counts.Refusals;
        _sum.FullInboxes += counts.FullInboxes;
        _sum.SlowConsumers += counts.SlowConsumers;
        _sum.ReliableDelivered += counts.ReliableDelivered;
        _sum.UnreliableDelivered += counts.UnreliableDelivered;
        _sum.Ticks += counts.Ticks;
    }
}
