using System.Globalization;
using Playground.Ecs.Networking.Simulation.Running;

namespace Playground.Ecs.Networking.Simulation.Tests;

/// <summary>Seeds that are always the same, and some of the day. The program runs as many as one likes.</summary>
[TestFixture]
public sealed class SeedTests
{
    private const int FixedSeeds = 120;
    private const int SeedsOfTheDay = 30;
    private const ulong SeedsADay = 1_000_000;

    private static readonly Lazy<Summary> Always = new(static () => Runner.Run(1, FixedSeeds, Environment.ProcessorCount, failuresMax: 5));

    [Test]
    public void Fixed_seeds_pass() => AssertPassed(Always.Value);

    [Test]
    public void Seeds_of_the_day_pass()
    {
        var day = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var first = ulong.Parse(day, CultureInfo.InvariantCulture) * SeedsADay;
        TestContext.Out.WriteLine($"The seeds of the day begin with {first}.");
        AssertPassed(Runner.Run(first, SeedsOfTheDay, Environment.ProcessorCount, failuresMax: 5));
    }

    [Test]
    public void Each_run_has_2_to_8_clients_30_seconds_reliable_traffic_both_ways_and_3_kinds_of_fault() =>
        Assert.That(Always.Value.Shortfalls, Is.Empty);

    [Test]
    public void No_kind_of_fault_nor_what_it_should_bring_about_is_rarer_than_1_run_in_20()
    {
        foreach (var line in Always.Value.Lines()) TestContext.Out.WriteLine(line);
        Assert.That(Always.Value.Rare, Is.Empty);
    }

    private static void AssertPassed(Summary summary) =>
        Assert.That(summary.Failures, Is.Empty, string.Join(Environment.NewLine, summary.Failures));
}
