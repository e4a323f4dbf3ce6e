using Playground.Ecs.Networking.Simulation.Faults;
using Playground.Ecs.Networking.Simulation.Running;

namespace Playground.Ecs.Networking.Simulation.Tests;

/// <summary>What the simulation says about its runs.</summary>
[TestFixture]
public sealed class RunningTests
{
    [Test]
    public void Failure_names_its_seed_and_the_command_that_replays_it()
    {
        var outcome = new RunOutcome(123, 4, new RunCounts(), 0, "something was lost");
        Assert.That(outcome.ToString(), Does.Contain("Seed 123 failed: something was lost").And.Contain("-c Release -- --seed 123"));
        Assert.That(CommandLine.Parse(["--seed", "123"])!.Seed, Is.EqualTo(123));
    }

    [TestCase("--seeds")]
    [TestCase("--seeds", "many")]
    [TestCase("--what", "1")]
    public void Command_line_that_is_not_understood_is_refused(params string[] args) => Assert.That(CommandLine.Parse(args), Is.Null);

    [TestCase(1, 30, 1, 1, 3, "1 clients")]
    [TestCase(9, 30, 1, 1, 3, "9 clients")]
    [TestCase(2, 29, 1, 1, 3, "00:00:29 of virtual time")]
    [TestCase(2, 30, 0, 1, 3, "nothing reliable in one direction")]
    [TestCase(2, 30, 1, 0, 3, "nothing reliable in one direction")]
    [TestCase(2, 30, 1, 1, 2, "2 kinds of fault")]
    [TestCase(8, 30, 1, 1, 3, null)]
    public void Run_that_is_too_quiet_says_why(int clients, int seconds, int up, int down, int kinds, string? expected)
    {
        var counts = new RunCounts { Ticks = seconds * TimeSpan.TicksPerSecond, ReliableToServer = up, ReliableToClients = down };
        foreach (var kind in FaultCounts.Kinds.AsSpan(0, kinds)) counts.Faults.Count(kind);
        Assert.That(new RunOutcome(1, clients, counts, 0, null).Shortfall, Is.EqualTo(expected));
    }

    [Test]
    public void Kind_of_fault_that_happens_in_fewer_than_1_run_in_20_is_rare()
    {
        var summary = new Summary();
        for (var i = 0; i < 41; i++)
        {
            var counts = new RunCounts();
            if (i < 2) counts.Faults.Count(FaultKind.Stall);
            if (i < 3) counts.Faults.Count(FaultKind.Reset);
            summary.Add(new RunOutcome((ulong)i, 4, counts, 0, null));
        }

        Assert.That(summary.Rare, Has.Some.EqualTo("Stall in 4.9 % of the runs").And.None.StartsWith("Reset"));
    }

    [Test]
    public void Runner_stops_after_the_failures_it_was_told_to_stop_after()
    {
        Assert.That(Runner.Run(1, 100, 1, failuresMax: 0).Runs, Is.Zero);
        Assert.That(Runner.Run(1, 2, 2, failuresMax: 1).Runs, Is.EqualTo(2));
    }
}
