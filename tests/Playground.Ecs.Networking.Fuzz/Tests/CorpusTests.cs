namespace Playground.Ecs.Networking.Fuzz.Tests;

/// <summary>What fuzzing started from and what it found, replayed. A failure names the file; Program.cs replays it alone.</summary>
public sealed class CorpusTests
{
    private static IEnumerable<FuzzTarget> Targets => FuzzTarget.All;

    [TestCaseSource(nameof(Targets))]
    public void Every_input_of_the_corpus_keeps_the_invariants(object target)
    {
        var (name, run) = (((FuzzTarget)target).Name, ((FuzzTarget)target).Run);
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", name));
        Assert.That(files, Is.Not.Empty);
        foreach (var file in files) Assert.That(() => run(File.ReadAllBytes(file)), Throws.Nothing, file);
    }

    [TestCaseSource(nameof(Targets))]
    public void Every_seed_keeps_the_invariants(object target)
    {
        var seeds = ((FuzzTarget)target).Seeds().ToList();
        Assert.That(seeds, Is.Not.Empty);
        foreach (var seed in seeds) Assert.That(() => ((FuzzTarget)target).Run(seed), Throws.Nothing, Convert.ToHexString(seed));
    }
}
