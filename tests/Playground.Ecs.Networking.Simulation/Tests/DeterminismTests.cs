using Playground.Ecs.Networking.Simulation.Running;

namespace Playground.Ecs.Networking.Simulation.Tests;

/// <summary>A failure that a seed does not bring back could not be looked into.</summary>
[TestFixture]
public sealed class DeterminismTests
{
    [Test]
    public void Same_seed_does_the_same_again([Values(3, 14, 159)] int seed)
    {
        var (first, second) = (new List<string>(), new List<string>());
        var outcome = RunOutcome.Of((ulong)seed, first.Add);
        Assert.That(RunOutcome.Of((ulong)seed, second.Add).Digest, Is.EqualTo(outcome.Digest), "what went over the links");
        Assert.That(second, Is.EqualTo(first), "what was logged");
        Assert.That(first, Has.Count.GreaterThan(50));
    }

    [Test]
    public void Run_that_nobody_listens_to_is_the_same_run() =>
        Assert.That(RunOutcome.Of(26).Digest, Is.EqualTo(RunOutcome.Of(26, static _ => { }).Digest));

    [Test]
    public void Other_seed_does_something_else() =>
        Assert.That(RunOutcome.Of(5).Digest, Is.Not.EqualTo(RunOutcome.Of(6).Digest));
}
